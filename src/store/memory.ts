import { guarded } from "./guard.ts";
import { type Store, StoreUnavailable } from "./store.ts";

/** About 100 MB of grants. More than a process without a database should carry. */
const MAX_ENTRIES = 50_000;
const PUTS_PER_SWEEP = 256;

interface Entry {
  readonly value: string;
  readonly version: string;
  readonly expiresAtMs: number;
}

/**
 * For one process, and only as long as it lives.
 *
 * @param options `oneOfMany`: other instances with memories of their own serve the same address, so that an absent
 *   value says nothing.
 */
export function createMemoryStore(
  options: { now: () => number; maxEntries?: number; oneOfMany?: boolean },
): Store {
  const { now, maxEntries = MAX_ENTRIES } = options;
  const entries = new Map<string, Entry>();
  let puts = 0;

  function live(key: string): Entry | undefined {
    const entry = entries.get(key);
    return entry && entry.expiresAtMs > now() ? entry : undefined;
  }

  function sweep(): void {
    for (const [key, { expiresAtMs }] of entries) {
      if (expiresAtMs <= now()) entries.delete(key);
    }
  }

  return guarded("the memory of this process", {
    consistency: options.oneOfMany ? "best-effort" : "linearizable",

    async get(key) {
      const entry = live(key);
      return entry ? { value: entry.value, version: entry.version } : null;
    },

    async put(key, value, { ttlSeconds, ifVersion }) {
      if (ifVersion !== undefined && (live(key)?.version ?? null) !== ifVersion) return false;
      puts += 1;
      if (puts % PUTS_PER_SWEEP === 0 || entries.size >= maxEntries) sweep();
      if (entries.size >= maxEntries && !entries.has(key)) {
        throw new StoreUnavailable(`Cannot store: memory holds ${maxEntries} entries already`);
      }
      // Counted over all keys, so that a version never comes back when a key is deleted and written again.
      const version = String(puts);
      entries.set(key, { value, version, expiresAtMs: now() + ttlSeconds * 1000 });
      return version;
    },

    async delete(key) {
      entries.delete(key);
    },
  });
}
