import type { SentryClient } from "./client.ts";
import { idOf, record } from "./decode.ts";
import { SentryError } from "./error.ts";

export function decodeShortId(raw: unknown): string | undefined {
  return idOf(record(raw).groupId) ?? idOf(record(record(raw).group).id);
}

/**
 * The numeric id of an issue, by `GET /organizations/{organization}/shortids/{short id}/`.
 *
 * @see https://docs.sentry.io/api/organizations/resolve-a-short-id/
 */
export async function resolveShortId(
  client: SentryClient,
  where: { base: string; organization: string },
  shortId: string,
): Promise<string> {
  const path = ["organizations", where.organization, "shortids", shortId];
  const id = decodeShortId((await client.send({ base: where.base, path })).data);
  if (id === undefined) throw new SentryError("bad_answer", `Sentry's answer is not the id of "${shortId}"`);
  return id;
}
