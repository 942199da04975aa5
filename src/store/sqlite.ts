import { pause } from "../lib/pause.ts";
import { guarded } from "./guard.ts";
import type { Store } from "./store.ts";

/** What this driver needs of a database; `DatabaseSync` of `node:sqlite` fits on Node, Deno and Bun. */
export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): {
    all(...parameters: (string | number)[]): unknown[];
    run(...parameters: (string | number)[]): unknown;
  };
}

const PUTS_PER_SWEEP = 256;
const MAX_SWEPT = 1024;

/** Less than the guard's limit, so that an error says what was waited for. */
const PATIENCE_MS = 2500;
const MAX_PAUSE_MS = 50;

// WAL lets readers go on beside a writer. FULL: a rotated token must survive a power cut, and writes are rare.
// Only opening waits inside SQLite, which stops everything else in the process meanwhile.
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
  PRAGMA busy_timeout = 0;
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

  /** `all` runs a statement to its end, where it commits; `get` would hide that the disk did not take it. */
  function putRow(
    key: string,
    value: string,
    expiresAtMs: number,
    ifVersion: string | null | undefined,
  ): unknown[] {
    if (ifVersion === undefined) return upsert.all(key, value, expiresAtMs);
    if (ifVersion === null) return insert.all(key, value, expiresAtMs, now());
    return update.all(key, value, expiresAtMs, now(), ifVersion);
  }

  return guarded("the SQLite file", {
    consistency: "linearizable",

    async get(key) {
      const [row] = await unlocked(() => select.all(key, now()));
      // The columns are NOT NULL text, so a row has exactly this shape.
      const entry = row as { value: string; version: string } | undefined;
      return entry ? { value: entry.value, version: entry.version } : null;
    },

    async put(key, value, { ttlSeconds, ifVersion }) {
      puts += 1;
      // Before the put, which then finds room where the file may not grow.
      if (puts % PUTS_PER_SWEEP === 0) await unlocked(() => sweep.run(now()));
      const expiresAtMs = Math.ceil(now() + ttlSeconds * 1000);
      const [row] = await unlocked(() => putRow(key, value, expiresAtMs, ifVersion));
      return row ? (row as { version: string }).version : false;
    },

    async delete(key) {
      await unlocked(() => remove.run(key));
    },
  });
}

/** Another process may have the file locked; meanwhile this one goes on with what else it has to do. */
async function unlocked<Result>(work: () => Result): Promise<Result> {
  let waitedMs = 0;
  while (true) {
    try {
      return work();
    } catch (error) {
      if (!isLocked(error) || waitedMs >= PATIENCE_MS) throw error;
    }
    // Random, so that processes that met once do not meet again and again.
    const pauseMs = 1 + Math.random() * Math.min(waitedMs, MAX_PAUSE_MS);
    await pause(pauseMs);
    waitedMs += pauseMs;
  }
}

const SQLITE_BUSY = 5;

function isLocked(error: unknown): boolean {
  // The low byte is the kind of error, the rest its reason.
  return error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY;
}
