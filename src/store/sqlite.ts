import { type Store, StoreUnavailable } from "./store.ts";

/** What this driver needs of a database; `DatabaseSync` of `node:sqlite` fits on Node, Deno and Bun. */
export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): {
    get(...parameters: (string | number)[]): unknown;
    run(...parameters: (string | number)[]): unknown;
  };
}

const PUTS_PER_SWEEP = 256;
const MAX_SWEPT = 1024;

// WAL lets readers go on beside a writer. FULL: a rotated token must survive a power cut, and writes are rare.
const SCHEMA = `
  PRAGMA busy_timeout = 5000;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS entries (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    version TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS entries_by_expiry ON entries (expires_at_ms);
`;

// Random, so that a version never comes back when a key is deleted and written again.
const NEW_VERSION = "lower(hex(randomblob(8)))";

const UPSERT = `
  INSERT INTO entries (key, value, version, expires_at_ms) VALUES (?1, ?2, ${NEW_VERSION}, ?3)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value, version = excluded.version,
    expires_at_ms = excluded.expires_at_ms`;

/** One file; every put is one statement, so several processes may share it. The adapter opens and closes it. */
export function createSqliteStore(database: SqliteDatabase, options: { now: () => number }): Store {
  const { now } = options;
  database.exec(SCHEMA);
  const select = database.prepare("SELECT value, version FROM entries WHERE key = ?1 AND expires_at_ms > ?2");
  const upsert = database.prepare(`${UPSERT} RETURNING version`);
  const insert = database.prepare(`${UPSERT} WHERE entries.expires_at_ms <= ?4 RETURNING version`);
  const update = database.prepare(`
    UPDATE entries SET value = ?2, version = ${NEW_VERSION}, expires_at_ms = ?3
    WHERE key = ?1 AND version = ?5 AND expires_at_ms > ?4 RETURNING version`);
  const remove = database.prepare("DELETE FROM entries WHERE key = ?1");
  const sweep = database.prepare(
    `DELETE FROM entries WHERE key IN (SELECT key FROM entries WHERE expires_at_ms <= ?1 LIMIT ${MAX_SWEPT})`,
  );
  let puts = 0;

  function putRow(
    key: string,
    value: string,
    expiresAtMs: number,
    ifVersion: string | null | undefined,
  ): unknown {
    if (ifVersion === undefined) return upsert.get(key, value, expiresAtMs);
    if (ifVersion === null) return insert.get(key, value, expiresAtMs, now());
    return update.get(key, value, expiresAtMs, now(), ifVersion);
  }

  return {
    consistency: "linearizable",

    async get(key) {
      // The columns are NOT NULL text, so a row has exactly this shape.
      const row = attempt(() => select.get(key, now())) as
        | { value: string; version: string }
        | undefined
        | null;
      return row ? { value: row.value, version: row.version } : null;
    },

    async put(key, value, { ttlSeconds, ifVersion }) {
      const expiresAtMs = Math.ceil(now() + ttlSeconds * 1000);
      const row = attempt(() => putRow(key, value, expiresAtMs, ifVersion)) as
        | { version: string }
        | undefined
        | null;
      puts += 1;
      if (puts % PUTS_PER_SWEEP === 0) attempt(() => sweep.run(now()));
      return row ? row.version : false;
    },

    async delete(key) {
      attempt(() => remove.run(key));
    },
  };
}

function attempt<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw new StoreUnavailable("Cannot reach the SQLite file", { cause });
  }
}
