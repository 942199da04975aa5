import type { Config } from "../config.ts";
import { BoundedCache } from "../lib/bounded-cache.ts";
import { fingerprint } from "../lib/crypto.ts";
import type { Log } from "../lib/log.ts";
import type { Sealer } from "../lib/seal.ts";
import type { Caller } from "../mcp/caller.ts";
import { type AccessToken, readAccessToken } from "../oauth/access-token.ts";
import { isWithin } from "../oauth/resource.ts";
import type { AuthorizationServer } from "../oauth/server.ts";
import type { Credential } from "../sentry/credential.ts";
import type { Store } from "../store/store.ts";
import { challenge, type Target } from "./challenge.ts";
import { createGrantWatch } from "./grant-watch.ts";
import { readSession, type Session } from "./session-query.ts";

export interface AuthenticateDeps {
  readonly config: Pick<Config, "baseUrl" | "loopback" | "sentryBearer" | "ttl">;
  readonly sealer: Sealer;
  readonly store: Store;
  readonly now: () => number;
  readonly log: Log;
  readonly endAtSentry?: AuthorizationServer["endAtSentry"];
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
      if (config.sentryBearer) return broughtToken(text, request, target);
      return { response: challenge(request, { config, target, presented: true }) };
    }
    const token = await openBearer(text);
    // Audience: the path has to confine at least as tightly as the grant, or the token is not for this resource.
    if (!token || !isWithin(target.constraint, token.constraint)) {
      return { response: challenge(request, { config, target, presented: true }) };
    }
    const { user } = token;
    return { caller: { user, ...callerOf(token, target), ...watch(token), signedIn: true } };
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

async function broughtToken(token: string, request: Request, target: Target): ReturnType<Authenticate> {
  const session = readSession(request.url);
  if ("response" in session) return session;
  const credential = { id: `token:${await fingerprint(token)}`, token };
  return { caller: tokenCaller(credential, { ...session, target }) };
}

/** A caller whose token was not issued by us. */
export function tokenCaller(
  credential: Credential,
  { skills, readOnly, target }: Session & { readonly target: Target },
): Caller {
  return {
    user: credential.id,
    credential,
    signedIn: false,
    skills,
    readOnly,
    constraint: target.constraint,
    constraintVerified: target.constraint.organizationSlug === undefined,
    // There is no grant that could be revoked; Sentry answers for its own token.
    isLive: () => Promise.resolve(true),
  };
}
