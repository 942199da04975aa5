import type { Skill } from "../lib/skills.ts";
import type { Constraint } from "../sentry/constraint.ts";

/** What the browser is shown or sent to; `http/oauth-routes.ts` turns it into a response. */
export type Decision =
  | { readonly kind: "consent"; readonly consent: ConsentView; readonly cookies: readonly CookieChange[] }
  | { readonly kind: "redirect"; readonly location: string; readonly cookies: readonly CookieChange[] }
  | { readonly kind: "message"; readonly message: MessageView; readonly cookies: readonly CookieChange[] };

export interface ConsentView {
  readonly clientName: string;
  /** Where the client's metadata is published; absent for one that registered by itself. */
  readonly verifiedHost?: string;
  /** The host that gets access, or the scheme of an editor. */
  readonly redirectHost: string;
  readonly redirectUri: string;
  readonly redirectsToLoopback: boolean;
  readonly sentryHost: string;
  readonly constraint: Constraint;
  readonly skills: readonly {
    readonly skill: Skill;
    readonly checked: boolean;
    /** Asked for beyond what is usual: what a step-up adds. */
    readonly extra: boolean;
  }[];
  /** The sealed request, for the hidden field. */
  readonly form: string;
}

export interface MessageView {
  readonly status: 400 | 403 | 404 | 502 | 503;
  readonly title: string;
  readonly text: string;
  /** A plain link: only a person's click goes to a host that nobody has approved. */
  readonly link?: { readonly href: string; readonly label: string };
}

/** Names come without the `__Host-` prefix, which only https has. */
export interface CookieChange {
  readonly name: string;
  /** Absent: the cookie is deleted. */
  readonly value?: string;
  readonly maxAgeSeconds: number;
}

export type Cookies = Readonly<Record<string, string>>;

export function message(view: MessageView, cookies: readonly CookieChange[] = []): Decision {
  return { kind: "message", message: view, cookies };
}
