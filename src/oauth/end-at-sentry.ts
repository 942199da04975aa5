import type { Bytes } from "../lib/crypto.ts";
import type { Log } from "../lib/log.ts";
import { type Grants, newestTokens, type SentryTokens, type StoredGrant } from "./grant.ts";
import type { SentryOAuth } from "./sentry-client.ts";

/**
 * Finishes what a person began at `/grants`: there nobody could open the record, here the client has shown the
 * secret that does. Tried again at the client's next token when Sentry does not confirm.
 */
export async function endAtSentry(
  grant: StoredGrant,
  secret: Bytes,
  deps: { sentry: SentryOAuth; grants: Grants; log: Log; unsaved?: SentryTokens },
): Promise<void> {
  if (!grant.record.pendingAtSentry) return;
  const details = await deps.grants.unseal(grant.record, secret);
  if (!details || !(await deps.sentry.revoke(newestTokens(details.sentry, deps.unsaved)))) return;
  await deps.grants.change(grant.id, async (record) => {
    const { pendingAtSentry: _, ...rest } = record;
    return rest;
  });
  deps.log.info("grant.ended_at_sentry", { grant: grant.id });
}
