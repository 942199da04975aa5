import type { Config } from "../config.ts";
import { ownOrigin } from "../lib/origins.ts";
import { BoundedCache } from "../lib/bounded-cache.ts";
import { fingerprint } from "../lib/crypto.ts";
import type { Log } from "../lib/log.ts";
import type { Sealer } from "../lib/seal.ts";
import { isSkillId, type SkillId, SKILLS } from "../lib/skills.ts";
import type { Caller } from "../mcp/caller.ts";
import { type AccessToken, readAccessToken } from "../oauth/access-token.ts";
import { createGrants } from "../oauth/grant.ts";
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
const MAX_GRANTS = 5000;

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

/** What can only be known from the grant's record: whether it was revoked, and Sentry's newest token. */
function createGrantWatch(
  deps: AuthenticateDeps,
): (token: AccessToken) => Pick<Caller, "credential" | "isLive"> {
  const { config, store, now, log } = deps;
  const grants = createGrants({ ...deps, codeSeconds: config.ttl.codeSeconds });
  const live = new BoundedCache<boolean>({ limit: MAX_GRANTS, now });
  const newest = new BoundedCache<{ generation: number; token: string }>({ limit: MAX_GRANTS, now });

  async function isLive(grantId: string, { fresh }: { fresh: boolean }): Promise<boolean> {
    const known = fresh ? undefined : live.get(grantId);
    if (known !== undefined) return known;
    try {
      const grant = await grants.read(grantId);
      // A best-effort store may not show a new grant everywhere at once; revocation is a mark, never an absence.
      const answer = grant ? !grant.record.revoked : store.consistency === "best-effort";
      live.set(grantId, answer, { expiresAtMs: now() + config.ttl.revocationCacheSeconds * 1000 });
      return answer;
    } catch (error) {
      if (fresh) throw error;
      // Reading goes on while the store is away, for the hour at most that the token lives; writing does not.
      log.warn("revocation.unknown", { grant: grantId });
      return true;
    }
  }

  async function renew(token: AccessToken, refused: string): Promise<string | undefined> {
    const grant = await grants.read(token.grantId);
    const details = grant && !grant.record.revoked
      ? await grants.unseal(grant.record, token.secret)
      : undefined;
    if (!details || details.sentry.accessToken === refused) return undefined;
    const { accessToken, generation, expiresAtMs } = details.sentry;
    newest.set(token.grantId, { generation, token: accessToken }, { expiresAtMs });
    return accessToken;
  }

  return (token) => {
    const newer = newest.get(token.grantId);
    const current = newer && newer.generation > token.sentryGeneration ? newer.token : token.sentryToken;
    return {
      credential: { id: `grant:${token.grantId}`, token: current, renew: () => renew(token, current) },
      isLive: (options) => isLive(token.grantId, options),
    };
  };
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
