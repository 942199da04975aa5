import type { Config } from "../config.ts";
import { BoundedCache } from "../lib/bounded-cache.ts";
import type { Log } from "../lib/log.ts";
import type { Sealer } from "../lib/seal.ts";
import type { Caller } from "../mcp/caller.ts";
import type { AccessToken } from "../oauth/access-token.ts";
import { createGrants } from "../oauth/grant.ts";
import type { Store } from "../store/store.ts";

export interface GrantWatchDeps {
  readonly config: Pick<Config, "ttl">;
  readonly sealer: Sealer;
  readonly store: Store;
  readonly now: () => number;
  readonly log: Log;
}

const MAX_GRANTS = 5000;

/** What can only be known from the grant's record: whether it was revoked, and Sentry's newest token. */
export function createGrantWatch(
  deps: GrantWatchDeps,
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
