import type { SentryClient } from "./client.ts";
import { idOf, isRecord, record, text } from "./decode.ts";
import { SentryError } from "./error.ts";

/** A person: the token's owner, or an assignee. */
export interface User {
  readonly id?: string;
  readonly name?: string;
  readonly email?: string;
}

export function decodeUser(raw: unknown): User {
  const fields = record(raw);
  return {
    id: idOf(fields.id),
    name: text(fields.name) ?? text(fields.username),
    email: text(fields.email),
  };
}

/**
 * `GET /auth/`, which only the base host has, not a region.
 *
 * @see `src/sentry/api/endpoints/auth_index.py` of getsentry/sentry
 */
export async function getUser(client: SentryClient): Promise<User> {
  const { data } = await client.send({ base: client.service.url, path: ["auth"] });
  if (!isRecord(data)) throw new SentryError("bad_answer", "Sentry's answer is not a user");
  return decodeUser(data);
}
