import { type Bytes, randomToken } from "../lib/crypto.ts";
import { pause } from "../lib/pause.ts";
import type { OAuthDeps } from "./context.ts";
import { endAtSentry } from "./end-at-sentry.ts";
import { OAuthError } from "./error.ts";
import {
  type GrantDetails,
  type GrantRecord,
  type Grants,
  newestTokens,
  type SentryTokens,
  type StoredGrant,
  withoutLease,
} from "./grant.ts";
import type { SentryOAuth } from "./sentry-client.ts";

export interface OpenGrant {
  readonly grant: StoredGrant;
  readonly details: GrantDetails;
  /** The Sentry tokens of `details` are newer than the record's. */
  readonly unsaved: boolean;
  /** The record took the request's own turn together with them. */
  readonly turned?: true;
}

type LeaseDeps = OAuthDeps & {
  readonly sentry: SentryOAuth;
  readonly grants: Grants;
  /** The record as the request will leave it; written along with new Sentry tokens, which saves a write. */
  readonly turn: (record: GrantRecord) => GrantRecord;
};

/** What a request that has taken the lease refreshes with. */
type HolderDeps = LeaseDeps & {
  readonly secret: Bytes;
  readonly owner: string;
  /** Its last holder never said how its refresh ended. */
  readonly unsettled: boolean;
};

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
 * Sees to it that the grant's Sentry token works, and outlives the access token that is about to carry it.
 *
 * Sentry rotates both of its tokens in place, so a second refresh with the same token would end the grant: one
 * request takes a lease in the record and refreshes, the others go on with what is there while it lasts, or wait.
 * The new pair is stored before anything is answered; a store that does not take it leaves the grant `unsaved`,
 * and the pair has to go along with the answer.
 *
 * @throws {OAuthError} `invalid_grant` when Sentry has ended the grant, `temporarily_unavailable`
 */
export async function freshenSentryTokens(
  open: OpenGrant,
  secret: Bytes,
  deps: LeaseDeps,
): Promise<OpenGrant> {
  for (let look = 0, at = open; look < MAX_LOOKS; look++) {
    const { grant, details } = at;
    if (!isRefused(at) && !isDue(details.sentry, deps)) return at;
    const { lease } = grant.record;
    if (!lease || lease.untilMs <= deps.now()) {
      const owner = randomToken();
      const leased = await deps.grants.replace(grant, {
        ...grant.record,
        lease: { owner, untilMs: deps.now() + LEASE_MS },
      });
      const holder = { ...deps, secret, owner, unsettled: lease !== undefined };
      if (leased) return await refreshUnderLease({ ...at, grant: leased }, holder);
    } else {
      if (!isRefused(at) && usableSeconds(details.sentry, deps.now()) > 0) return at;
      await lookAgain(deps);
    }
    at = await openGrant(grant.id, secret, { ...deps, unsaved: details.sentry });
  }
  throw new OAuthError(
    "temporarily_unavailable",
    "The Sentry token is being refreshed: try again in a moment",
  );
}

/** A tool call has met a 401 with these very tokens. */
function isRefused({ grant, details }: OpenGrant): boolean {
  return grant.record.sentryRefused === details.sentry.generation;
}

/** Remaining life below two access tokens' lives, or below a fifth of the whole. */
function isDue(tokens: SentryTokens, { config, now }: LeaseDeps): boolean {
  if (tokens.refreshToken === undefined) return false;
  const leastSeconds = Math.max(2 * config.ttl.accessTokenSeconds, tokens.lifetimeSeconds / 5);
  // A token that lives shorter than that from the start would be refreshed every time.
  const threshold = Math.min(leastSeconds, tokens.lifetimeSeconds / 2);
  return tokens.expiresAtMs - now() < threshold * 1000;
}

async function refreshUnderLease(at: OpenGrant, deps: HolderDeps): Promise<OpenGrant> {
  const { grant, details } = at;
  const { refreshToken } = details.sentry;
  // Refused, and there is nothing to ask for another with.
  if (refreshToken === undefined) return lose(at, deps);
  let result = await deps.sentry.refresh({ ...details.sentry, refreshToken });
  if (result.outcome === "unavailable") {
    // Unknown whether Sentry has rotated. If it has not, and nobody else has, the old token still works, once.
    const newer = await findNewer(at, deps);
    if (newer) return newer;
    result = await deps.sentry.refresh({ ...details.sentry, refreshToken });
  }
  if (result.outcome === "refreshed") {
    deps.log.info("sentry.refreshed", { grant: grant.id, generation: result.tokens.generation });
    return persist(result.tokens, at, deps);
  }
  if (result.outcome === "refused") return (await findNewer(at, deps)) ?? lose(at, deps);
  await deps.grants.change(
    grant.id,
    async (record) => (record.lease?.owner === deps.owner ? withoutLease(record) : undefined),
  );
  if (!isRefused(at) && usableSeconds(details.sentry, deps.now()) > 0) {
    return openGrant(grant.id, deps.secret, { ...deps, unsaved: details.sentry });
  }
  throw new OAuthError("temporarily_unavailable", "Sentry does not answer: try again in a moment");
}

/** The grant with Sentry tokens that came in since `at` was read. */
async function findNewer({ grant, details }: OpenGrant, deps: HolderDeps): Promise<OpenGrant | undefined> {
  const now = await openGrant(grant.id, deps.secret, deps);
  return now.details.sentry.generation > details.sentry.generation ? now : undefined;
}

async function lose({ grant, details }: OpenGrant, deps: HolderDeps): Promise<never> {
  deps.log.warn("sentry.lost", { grant: grant.id, unsettled: deps.unsettled });
  // An earlier refresh may have been answered without being stored: whoever has that answer can still bring it.
  if (deps.unsettled) await deps.grants.markRefused(grant.id, details.sentry.generation);
  else await deps.grants.revoke(grant.id, { pendingAtSentry: false });
  throw new OAuthError("invalid_grant", "Sentry has ended this sign-in: sign in again");
}

/** The old pair is dead at Sentry: the new one must not get lost to a failure of the store. */
async function persist(
  tokens: SentryTokens,
  { grant, details }: OpenGrant,
  deps: HolderDeps,
): Promise<OpenGrant> {
  for (let attempt = 1; attempt <= MAX_PERSIST_ATTEMPTS; attempt++) {
    if (attempt > 1) await lookAgain(deps);
    try {
      const saved = await deps.grants.saveTokens(grant.id, tokens, deps.secret, deps.turn);
      if (saved) {
        return { grant: saved, details: { ...details, sentry: tokens }, unsaved: false, turned: true };
      }
      return await openGrant(grant.id, deps.secret, deps);
    } catch (error) {
      if (error instanceof OAuthError) {
        // Ended meanwhile, with what was known of Sentry's tokens then.
        await deps.sentry.revoke(tokens);
        throw error;
      }
      deps.log.error("sentry.persist_failed", { grant: grant.id, attempt });
    }
  }
  return { grant, details: { ...details, sentry: tokens }, unsaved: true };
}

/**
 * @param deps `unsaved`: Sentry tokens that are known from elsewhere, good when newer than the record's.
 * @throws {OAuthError} `invalid_grant` when it is not there any more, was revoked, or does not open.
 */
export async function openGrant(
  grantId: string,
  secret: Bytes,
  deps: Pick<LeaseDeps, "grants" | "sentry" | "log"> & { unsaved?: SentryTokens },
): Promise<OpenGrant> {
  const grant = await deps.grants.read(grantId);
  if (grant?.record.revoked) await endAtSentry(grant, secret, deps);
  const details = grant && !grant.record.revoked ? await deps.grants.unseal(grant.record, secret) : undefined;
  if (!grant || !details) throw new OAuthError("invalid_grant", "The grant has ended: sign in again");
  const sentry = newestTokens(details.sentry, deps.unsaved);
  return { grant, details: { ...details, sentry }, unsaved: sentry !== details.sentry };
}

function lookAgain({ sleep = pause }: LeaseDeps): Promise<void> {
  return sleep(LOOK_AGAIN_MS);
}
