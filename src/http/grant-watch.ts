import type { Config } from "../config.ts";
import { BoundedCache } from "../lib/bounded-cache.ts";
import type { Log } from "../lib/log.ts";
import { pause } from "../lib/pause.ts";
import type { Sealer } from "../lib/seal.ts";
import { withinTime } from "../lib/time-limit.ts";
import type { Caller } from "../mcp/caller.ts";
import { type AccessToken, unsavedTokens } from "../oauth/access-token.ts";
import { createGrants, type SentryTokens, type StoredGrant } from "../oauth/grant.ts";
import type { AuthorizationServer } from "../oauth/server.ts";
import { type Store, StoreUnavailable } from "../store/store.ts";

export interface GrantWatchDeps {
  readonly config: Pick<Config, "ttl">;
  readonly sealer: Sealer;
  readonly store: Store;
  readonly now: () => number;
  readonly log: Log;
  readonly endAtSentry?: AuthorizationServer["endAtSentry"];
  /** Waits between looks at another request's refresh at Sentry. */
  readonly sleep?: (durationMs: number) => Promise<void>;
}

const MAX_GRANTS = 5000;

/** From the request's start, so that a slow store costs a read no time while Sentry takes as long. */
const READ_LIMIT_MS = 1000;
const WRITE_LIMIT_MS = 3000;
const RENEW_LIMIT_MS = 5000;
const LOOK_AGAIN_MS = 250;
const MAX_LOOKS = 12;

/** What can only be known from the grant's record: whether it was revoked, and Sentry's newest token. */
export function createGrantWatch(
  deps: GrantWatchDeps,
): (token: AccessToken) => Pick<Caller, "credential" | "isLive"> {
  const { config, store, now, log } = deps;
  const grants = createGrants({ ...deps, codeSeconds: config.ttl.codeSeconds });
  const sleep = deps.sleep ?? pause;
  const live = new BoundedCache<boolean>({ limit: MAX_GRANTS, now });
  const newest = new BoundedCache<Pick<SentryTokens, "generation" | "accessToken">>({
    limit: MAX_GRANTS,
    now,
  });
  const saved = new BoundedCache<true>({ limit: MAX_GRANTS, now });

  async function isLive(token: AccessToken, { fresh }: { fresh: boolean }): Promise<boolean> {
    const known = live.get(token.grantId);
    if (known === false || (known && !fresh)) return known;
    let grant: StoredGrant | undefined;
    try {
      const limitMs = fresh ? WRITE_LIMIT_MS : READ_LIMIT_MS;
      grant = await withinTime(grants.read(token.grantId), { limitMs, late: storeIsLate });
    } catch (error) {
      if (fresh) throw error;
      // Reading goes on while the store is away, for the hour at most that the token lives; writing does not.
      log.warn("revocation.unknown", { grant: token.grantId });
      return true;
    }
    // A best-effort store may not show a new grant everywhere at once; revocation is a mark, never an absence.
    const answer = grant ? !grant.record.revoked : store.consistency === "best-effort";
    const knownUntilMs = now() + config.ttl.revocationCacheSeconds * 1000;
    // Nothing brings a revoked grant back.
    const expiresAtMs = grant?.record.revoked ? Math.max(token.expiresAtMs, knownUntilMs) : knownUntilMs;
    live.set(token.grantId, answer, { expiresAtMs });
    if (grant) await endAtSentry(grant, token);
    return answer;
  }

  async function endAtSentry(grant: StoredGrant, token: AccessToken): Promise<void> {
    try {
      await deps.endAtSentry?.(grant, token.secret, unsavedTokens(token));
    } catch {
      // The refusal stands whatever becomes of this; the client's next token brings it up again.
      log.warn("grant.not_ended_at_sentry", { grant: grant.id });
    }
  }

  async function renew(token: AccessToken, refusedGeneration: number): Promise<string | undefined> {
    for (let look = 1;; look++) {
      const grant = await grants.read(token.grantId);
      const open = grant && !grant.record.revoked;
      const details = open ? await grants.unseal(grant.record, token.secret) : undefined;
      if (!grant || !details) return undefined;
      if (details.sentry.generation > refusedGeneration) {
        newest.set(grant.id, details.sentry, details.sentry);
        return details.sentry.accessToken;
      }
      // Somebody is refreshing at Sentry right now, which is what ends the older token.
      if (look < MAX_LOOKS && grant.record.lease && grant.record.lease.untilMs > now()) {
        await sleep(LOOK_AGAIN_MS);
        continue;
      }
      log.warn("sentry.refused", { grant: grant.id, generation: refusedGeneration });
      // So that the client's refresh asks Sentry instead of handing out the same token again.
      await grants.markRefused(grant.id, refusedGeneration);
      return undefined;
    }
  }

  async function save(token: AccessToken, tokens: SentryTokens): Promise<void> {
    const { generation } = tokens;
    const name = `${token.grantId} ${generation}`;
    if (saved.get(name)) return;
    try {
      const saving = grants.saveTokens(token.grantId, tokens, token.secret);
      await withinTime(saving, { limitMs: WRITE_LIMIT_MS, late: storeIsLate });
      saved.set(name, true, { expiresAtMs: token.expiresAtMs });
      log.info("sentry.saved", { grant: token.grantId, generation });
    } catch {
      log.error("sentry.persist_failed", { grant: token.grantId, generation });
    }
  }

  return (token) => {
    const carried = { generation: token.sentryGeneration, accessToken: token.sentryToken };
    const remembered = newest.get(token.grantId);
    const current = remembered && remembered.generation > carried.generation ? remembered : carried;
    const unsaved = unsavedTokens(token);
    // Beside the tool's call at Sentry: nothing but the answer waits for it, so that no platform cuts it off.
    const saving = unsaved && save(token, unsaved);
    return {
      credential: {
        id: `grant:${token.grantId}`,
        token: current.accessToken,
        renew: () =>
          withinTime(renew(token, current.generation), { limitMs: RENEW_LIMIT_MS, late: storeIsLate }),
      },
      async isLive(options) {
        const answer = await isLive(token, options);
        if (!options.fresh) await saving;
        return answer;
      },
    };
  };
}

function storeIsLate(): never {
  throw new StoreUnavailable("Cannot tell whether a grant is still good: the store did not answer in time");
}
