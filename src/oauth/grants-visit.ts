import { createPkce, equalSecrets, randomToken } from "../lib/crypto.ts";
import type { Sealer } from "../lib/seal.ts";
import type { OAuthDeps } from "./context.ts";
import { type CookieChange, type Cookies, type Decision, message } from "./decision.ts";
import { OAuthError } from "./error.ts";
import type { SentryOAuth, SentrySignIn } from "./sentry-client.ts";
import { scopesToAsk } from "./sentry-scopes.ts";
import { startTransaction } from "./transaction.ts";

/** Somebody who has shown at Sentry who they are, and may look after their grants for a while. */
export interface Visit {
  readonly user: string;
  /** In every form of the page; known to nobody else, because the cookie is sealed. */
  readonly formToken: string;
  readonly expiresAtMs: number;
}

const VISIT_SECONDS = 900;
const COOKIE = "mcp_grants";

/** Sends the browser to Sentry to learn who is there. Bound to this browser like every other sign-in. */
export async function startVisit(
  deps: OAuthDeps & { sentry: SentryOAuth; cookies: Cookies },
): Promise<Decision> {
  const { config, now } = deps;
  const { verifier, challenge } = await createPkce();
  const transactionId = randomToken();
  const expiresAtMs = now() + config.ttl.consentSeconds * 1000;
  // The token is not used, so that one scope is enough: Sentry wants to be asked for something.
  const scopes = scopesToAsk(["inspect"], { readOnly: true, ceiling: config.sentry.scopes }).slice(0, 1);
  return {
    kind: "redirect",
    location: deps.sentry.authorizeUrl({ state: transactionId, challenge, scopes }),
    cookies: await startTransaction({ kind: "visit", transactionId, verifier, expiresAtMs }, deps),
  };
}

/** Back from Sentry: keeps the user's id in a cookie, and nothing else. */
export async function finishVisit(
  signIn: () => Promise<SentrySignIn>,
  deps: OAuthDeps & { sentry: SentryOAuth; transactionCookie: CookieChange },
): Promise<Decision> {
  const { config, sealer, now, log, transactionCookie } = deps;
  try {
    const { user, tokens } = await signIn();
    await deps.sentry.revoke(tokens);
    const visit: Visit = { user, formToken: randomToken(), expiresAtMs: now() + VISIT_SECONDS * 1000 };
    const value = await sealer.seal("visit", JSON.stringify(visit));
    log.info("grants.visited");
    return {
      kind: "redirect",
      location: `${config.baseUrl}/grants`,
      cookies: [transactionCookie, { name: COOKIE, value, maxAgeSeconds: VISIT_SECONDS }],
    };
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const denied = error.code === "access_denied";
    return message({
      status: denied ? 403 : 502,
      title: denied ? "You are not signed in" : "The sign-in at Sentry did not work",
      text: error.message,
      link: { href: "/grants", label: "Try again" },
    }, [transactionCookie]);
  }
}

export const LEAVE: CookieChange = { name: COOKIE, maxAgeSeconds: 0 };

/** Undefined without the cookie, after its 15 minutes, and for one that is not ours. */
export async function openVisit(
  cookies: Cookies,
  { sealer, now }: { sealer: Sealer; now: () => number },
): Promise<Visit | undefined> {
  const opened = await sealer.open("visit", cookies[COOKIE] ?? "");
  // Authentic, so it is what `finishVisit` wrote.
  const visit = opened && (JSON.parse(opened.text) as Visit);
  return visit && visit.expiresAtMs > now() ? visit : undefined;
}

/** Whether a form was on a page that this visit was shown. */
export function isFormOf(visit: Visit, form: URLSearchParams): boolean {
  return equalSecrets(form.get("form") ?? "", visit.formToken);
}
