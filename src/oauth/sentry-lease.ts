import { type Bytes, randomToken } from "../lib/crypto.ts";
import type { OAuthDeps } from "./context.ts";
import { OAuthError } from "./error.ts";
import type { GrantDetails, Grants, SentryTokens, StoredGrant } from "./grant.ts";
import type { SentryOAuth } from "./sentry-client.ts";

export interface OpenGrant {
  readonly grant: StoredGrant;
  readonly details: GrantDetails;
}

type LeaseDeps = OAuthDeps & { sentry: SentryOAuth; grants: Grants };

/** Longer than two calls at Sentry may take. */
const LEASE_MS = 30_000;
const LOOK_AGAIN_MS = 250;
const MAX_LOOKS = 80;
const MAX_PERSIST_ATTEMPTS = 3;

/** An access token ends this much before Sentry's, or a tenth of its life when it lives shortly. */
const MARGIN_SECONDS = 60;

/** How long an access token may live that carries this Sentry token; zero or less when it is at its end. */
export function usableSeconds(tokens: SentryTokens, nowMs: number): number {
  const margin = Math.min(MARGIN_SECONDS, Math.ceil(tokens.lifetimeSeconds / 10));
  return Math.floor((tokens.expiresAtMs - nowMs) / 1000) - margin;
}

/**
 * Sees to it that the grant's Sentry token outlives the access token that is about to carry it.
 *
 * Sentry rotates both of its tokens in place, so a second refresh with the same token would end the grant: one
 * request takes a lease in the record and refreshes, the others go on with what is there while it lasts, or wait.
 * The new pair is stored before anything is answered.
 *
 * @throws {OAuthError} `invalid_grant` when Sentry has ended the grant, `temporarily_unavailable`
 */
export async function freshenSentryTokens(
  open: OpenGrant,
  secret: Bytes,
  deps: LeaseDeps,
): Promise<OpenGrant> {
  const sleep = deps.sleep ?? pause;
  for (let look = 0, at = open; look < MAX_LOOKS; look++) {
    const { grant, details } = at;
    if (!isDue(details.sentry, deps)) return at;
    const { lease } = grant.record;
    if (!lease || lease.untilMs <= deps.now()) {
      const owner = randomToken();
      const leased = await deps.grants.replace(grant, {
        ...grant.record,
        lease: { owner, untilMs: deps.now() + LEASE_MS },
      });
      if (leased) return await refreshUnderLease({ grant: leased, details }, secret, { ...deps, owner });
    } else {
      if (usableSeconds(details.sentry, deps.now()) > 0) return at;
      await sleep(LOOK_AGAIN_MS);
    }
    at = await openGrant(grant.id, secret, deps);
  }
  throw new OAuthError(
    "temporarily_unavailable",
    "The Sentry token is being refreshed: try again in a moment",
  );
}

/** Remaining life below two access tokens' lives, or below a fifth of the whole. */
function isDue(tokens: SentryTokens, { config, now }: LeaseDeps): boolean {
  if (tokens.refreshToken === undefined) return false;
  const leastSeconds = Math.max(2 * config.ttl.accessTokenSeconds, tokens.lifetimeSeconds / 5);
  // A token that lives shorter than that from the start would be refreshed every time.
  const threshold = Math.min(leastSeconds, tokens.lifetimeSeconds / 2);
  return tokens.expiresAtMs - now() < threshold * 1000;
}

async function refreshUnderLease(
  at: OpenGrant,
  secret: Bytes,
  deps: LeaseDeps & { owner: string },
): Promise<OpenGrant> {
  const { grant, details } = at;
  const refreshToken = details.sentry.refreshToken ?? "";
  let result = await deps.sentry.refresh({ ...details.sentry, refreshToken });
  // Unknown whether Sentry has rotated: if it has not, the old token still works, once.
  if (result.outcome === "unavailable") {
    result = await deps.sentry.refresh({ ...details.sentry, refreshToken });
  }
  if (result.outcome === "refreshed") {
    deps.log.info("upstream.refreshed", { grant: grant.id });
    return persist(result.tokens, grant.id, secret, deps);
  }
  if (result.outcome === "refused") {
    const now = await openGrant(grant.id, secret, deps);
    if (now.details.sentry.generation > details.sentry.generation) return now;
    await deps.grants.revoke(grant.id);
    deps.log.warn("upstream.lost", { grant: grant.id });
    throw new OAuthError("invalid_grant", "Sentry has ended this sign-in: sign in again");
  }
  await deps.grants.change(grant.id, async (record) => withoutLease(record, deps.owner));
  if (usableSeconds(details.sentry, deps.now()) > 0) return openGrant(grant.id, secret, deps);
  throw new OAuthError("temporarily_unavailable", "Sentry does not answer: try again in a moment");
}

async function persist(
  tokens: SentryTokens,
  grantId: string,
  secret: Bytes,
  deps: LeaseDeps & { owner: string },
): Promise<OpenGrant> {
  const write = () =>
    deps.grants.change(grantId, async (record) => {
      // Whatever else has changed since, only the tokens are replaced.
      const details = await deps.grants.unseal(record, secret);
      if (!details) return undefined;
      const sealed = await deps.grants.seal({ ...details, sentry: tokens }, secret);
      return { ...(withoutLease(record, deps.owner) ?? record), sealed };
    });
  for (let attempt = 1; attempt < MAX_PERSIST_ATTEMPTS; attempt++) {
    try {
      await write();
      return await openGrant(grantId, secret, deps);
    } catch (error) {
      // The old pair is dead at Sentry: this one must not get lost to a short failure of the store.
      if (error instanceof OAuthError) throw error;
      deps.log.error("upstream.persist_failed", { grant: grantId, attempt });
    }
  }
  await write();
  return openGrant(grantId, secret, deps);
}

function withoutLease<R extends StoredGrant["record"]>(
  record: R,
  owner: string,
): Omit<R, "lease"> | undefined {
  if (record.lease?.owner !== owner) return undefined;
  const { lease: _, ...rest } = record;
  return rest;
}

/** @throws {OAuthError} `invalid_grant` when it is not there any more, was revoked, or does not open. */
export async function openGrant(
  grantId: string,
  secret: Bytes,
  deps: { grants: Grants },
): Promise<OpenGrant> {
  const grant = await deps.grants.read(grantId);
  const details = grant && !grant.record.revoked ? await deps.grants.unseal(grant.record, secret) : undefined;
  if (!grant || !details) throw new OAuthError("invalid_grant", "The grant has ended: sign in again");
  return { grant, details };
}

const pause = (durationMs: number) => new Promise<void>((resolve) => setTimeout(resolve, durationMs));
