import type { Config } from "../config.ts";
import { ownOrigin } from "../lib/origins.ts";
import { BoundedCache } from "../lib/bounded-cache.ts";
import { fingerprint } from "../lib/crypto.ts";
import type { Log } from "../lib/log.ts";
import type { Sealer } from "../lib/seal.ts";
import { isSkillId, type SkillId, SKILLS } from "../lib/skills.ts";
import type { Caller } from "../mcp/caller.ts";
import { type AccessToken, readAccessToken } from "../oauth/access-token.ts";
import { createGrantWatch } from "./grant-watch.ts";
import { BASE_SCOPES } from "../oauth/metadata.ts";
import { isWithin } from "../oauth/resource.ts";
import type { Constraint } from "../sentry/constraint.ts";
import type { Store } from "../store/store.ts";
import { PROTECTED_RESOURCE } from "./discovery-routes.ts";

export interface Target {
  /** The slugs of the path. */
  readonly constraint: Constraint;
  /** Such as `/mcp/acme`. */
  readonly resourcePath: string;
}

export interface AuthenticateDeps {
  readonly config: Pick<Config, "baseUrl" | "loopback" | "sentryBearer" | "ttl">;
  readonly sealer: Sealer;
  readonly store: Store;
  readonly now: () => number;
  readonly log: Log;
}

export type Authenticate = (
  request: Request,
  target: Target,
) => Promise<{ readonly caller: Caller } | { readonly response: Response }>;

const MAX_OPENED_TOKENS = 1000;

/**
 * Who sends a request to a resource, by its `Authorization` header alone: `Bearer` with a token of ours, or
 * `Sentry-Bearer` with one of Sentry's. Anything else gets the challenge, the same for every reason.
 */
export function createAuthenticate(deps: AuthenticateDeps): Authenticate {
  const { config, sealer, now } = deps;
  const opened = new BoundedCache<AccessToken>({ limit: MAX_OPENED_TOKENS, now });
  const watch = createGrantWatch(deps);

  async function openBearer(text: string): Promise<AccessToken | undefined> {
    const known = opened.get(text);
    if (known) return known;
    const token = await readAccessToken(text, sealer, now);
    if (token) opened.set(text, token, { expiresAtMs: token.expiresAtMs });
    return token;
  }

  return async (request, target) => {
    // Several headers arrive joined by ", ", which no token holds.
    const [, scheme, text] =
      /^(bearer|sentry-bearer) +([\w.~+/=-]{1,1024})$/i.exec(request.headers.get("authorization") ?? "") ??
        [];
    if (text === undefined || scheme === undefined) {
      return {
        response: challenge(request, { config, target, presented: request.headers.has("authorization") }),
      };
    }
    if (scheme.toLowerCase() === "sentry-bearer") {
      if (config.sentryBearer) return { caller: await broughtToken(text, request, target) };
      return { response: challenge(request, { config, target, presented: true }) };
    }
    const token = await openBearer(text);
    // Audience: the path has to confine at least as tightly as the grant, or the token is not for this resource.
    if (!token || !isWithin(target.constraint, token.constraint)) {
      return { response: challenge(request, { config, target, presented: true }) };
    }
    return { caller: { ...callerOf(token, target), ...watch(token) } };
  };
}

function callerOf(
  token: AccessToken,
  target: Target,
): Pick<Caller, "skills" | "readOnly" | "constraint" | "constraintVerified"> {
  const { skills, readOnly, constraint, constraintVerified } = token;
  if (isWithin(token.constraint, target.constraint)) {
    return { skills, readOnly, constraint, constraintVerified };
  }
  // The path goes further in than the grant; what is known of the organization stays known.
  return { skills, readOnly, constraint: { ...target.constraint, ...constraint }, constraintVerified: false };
}

async function broughtToken(token: string, request: Request, target: Target): Promise<Caller> {
  const query = new URL(request.url).searchParams;
  const only = query.has("skills") ? readSkills(query, "skills") : SKILLS.map(({ id }) => id);
  const disabled = readSkills(query, "disable-skills");
  return {
    credential: { id: `token:${await fingerprint(token)}`, token },
    skills: only.filter((id) => !disabled.includes(id)),
    readOnly: ["1", "true", ""].includes(query.get("readonly") ?? "0"),
    constraint: target.constraint,
    constraintVerified: target.constraint.organizationSlug === undefined,
    // There is no grant that could be revoked; Sentry answers for its own token.
    isLive: () => Promise.resolve(true),
  };
}

function readSkills(query: URLSearchParams, name: string): SkillId[] {
  return query.getAll(name).flatMap((value) => value.split(",")).map((id) => id.trim()).filter(isSkillId);
}

/**
 * 401, with the way to sign in for this very path.
 *
 * @param options `presented`: a token came along that is not good (RFC 6750 §3.1: without one, no error code).
 * @see RFC 9728 §5.1
 */
export function challenge(
  request: Request,
  options: { config: Pick<Config, "baseUrl" | "loopback">; target: Target; presented: boolean },
): Response {
  const { config, target, presented } = options;
  const metadata = ownOrigin(request.url, config) + PROTECTED_RESOURCE + target.resourcePath;
  const parameters = [
    ...(presented
      ? ['error="invalid_token"', 'error_description="The token is not valid here: sign in again"']
      : []),
    `resource_metadata="${metadata}"`,
    `scope="${BASE_SCOPES.join(" ")}"`,
  ];
  const body = presented
    ? { error: "invalid_token", error_description: "The token is not valid here: sign in again" }
    : { error: "unauthorized", error_description: "Sign in first: see the WWW-Authenticate header" };
  return Response.json(body, {
    status: 401,
    headers: { "www-authenticate": `Bearer ${parameters.join(", ")}`, "cache-control": "no-store" },
  });
}
