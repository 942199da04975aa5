import { guarded } from "./guard.ts";
import type { Store } from "./store.ts";

/** What this driver needs of a `Deno.Kv`. */
export interface DenoKv {
  get(key: string[]): Promise<{ value: unknown; versionstamp: string | null }>;
  atomic(): DenoKvChange;
  delete(key: string[]): Promise<void>;
}

interface DenoKvChange {
  check(entry: { key: string[]; versionstamp: string | null }): DenoKvChange;
  set(key: string[], value: unknown, options: { expireIn: number }): DenoKvChange;
  commit(): Promise<{ ok: true; versionstamp: string } | { ok: false }>;
}

interface Entry {
  /** UTF-8: a value has 64 KiB at most, and text would take two bytes for each unit. */
  readonly bytes: Uint8Array;
  readonly expiresAtMs: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Deno KV deletes late what has expired, so an entry says itself when that is. One machine's clock writes the time
 * and another's reads it: lifetimes are as exact as those two agree. The adapter opens and closes it.
 */
export function createDenoKvStore(kv: DenoKv, options: { now: () => number }): Store {
  const { now } = options;
  const path = (key: string) => ["sentry-mcp-edge", key];

  async function find(key: string): Promise<{ versionstamp: string | null; live: Entry | undefined }> {
    const { value, versionstamp } = await kv.get(path(key));
    // Nobody else writes below this path.
    const entry = value as Entry | null;
    return { versionstamp, live: entry && entry.expiresAtMs > now() ? entry : undefined };
  }

  /** @param whenAt The versionstamp that has to be there; null: nothing may be there; absent: whatever is there. */
  async function write(
    key: string,
    value: string,
    { ttlSeconds, whenAt }: { ttlSeconds: number; whenAt?: string | null },
  ): Promise<string | false> {
    const lifetimeMs = Math.ceil(ttlSeconds * 1000);
    const entry: Entry = { bytes: encoder.encode(value), expiresAtMs: now() + lifetimeMs };
    const change = kv.atomic();
    if (whenAt !== undefined) change.check({ key: path(key), versionstamp: whenAt });
    const committed = await change.set(path(key), entry, { expireIn: lifetimeMs }).commit();
    return committed.ok && committed.versionstamp;
  }

  async function create(key: string, value: string, ttlSeconds: number): Promise<string | false> {
    const { versionstamp, live } = await find(key);
    if (live) return false;
    const version = await write(key, value, { ttlSeconds, whenAt: versionstamp });
    // Deno KV may have deleted the expired entry meanwhile, which is no reason to lose.
    return version === false ? create(key, value, ttlSeconds) : version;
  }

  return guarded("Deno KV", {
    consistency: "linearizable",

    async get(key) {
      const { versionstamp, live } = await find(key);
      return live && versionstamp !== null
        ? { value: decoder.decode(live.bytes), version: versionstamp }
        : null;
    },

    async put(key, value, { ttlSeconds, ifVersion }) {
      if (ifVersion === undefined) return write(key, value, { ttlSeconds });
      if (ifVersion === null) return create(key, value, ttlSeconds);
      const { versionstamp, live } = await find(key);
      if (!live || versionstamp !== ifVersion) return false;
      return write(key, value, { ttlSeconds, whenAt: ifVersion });
    },

    delete: (key) => kv.delete(path(key)),
  });
}
