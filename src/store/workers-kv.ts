import { randomToken } from "../lib/crypto.ts";
import { pause } from "../lib/pause.ts";
import { guarded } from "./guard.ts";
import type { Store } from "./store.ts";

/** What this driver needs of a Workers KV namespace. */
export interface KeyValueNamespace {
  getWithMetadata(key: string): Promise<{ value: string | null; metadata: unknown }>;
  put(key: string, value: string, options: { expirationTtl: number; metadata: Metadata }): Promise<void>;
  delete(key: string): Promise<void>;
}

interface Metadata {
  readonly version: string;
  readonly expiresAtMs: number;
}

/** The platform keeps nothing for less. */
const MIN_TTL_SECONDS = 60;

/** A key takes one write a second, and a sign-in writes its record twice. */
const WRITE_AGAIN_MS = 1100;
const MAX_SPREAD_MS = 500;

/**
 * Best effort: two who write at once may both believe to have won, and what one location wrote another may see a
 * minute later. Either way all end up with one value.
 */
export function createWorkersKvStore(namespace: KeyValueNamespace, options: { now: () => number }): Store {
  const { now } = options;

  async function find(key: string): Promise<{ value: string; version: string } | null> {
    const { value, metadata } = await namespace.getWithMetadata(key);
    // Only `put` writes these keys.
    const known = metadata as Metadata | null;
    return value !== null && known && known.expiresAtMs > now() ? { value, version: known.version } : null;
  }

  return guarded("Workers KV", {
    consistency: "best-effort",
    get: find,

    async put(key, value, { ttlSeconds, ifVersion }) {
      const version = randomToken();
      const attempt = async () => {
        const held = ifVersion === undefined ? undefined : ((await find(key))?.version ?? null);
        // An attempt that failed may have come through.
        if (held === version) return version;
        if (held !== ifVersion) return false;
        await namespace.put(key, value, {
          expirationTtl: Math.max(MIN_TTL_SECONDS, Math.ceil(ttlSeconds)),
          metadata: { version, expiresAtMs: Math.ceil(now() + ttlSeconds * 1000) },
        });
        return version;
      };
      // Spread, so that those who met do not meet again, and see who has written meanwhile.
      return attempt().catch(() => pause(WRITE_AGAIN_MS + Math.random() * MAX_SPREAD_MS).then(attempt));
    },

    delete: (key) => namespace.delete(key),
  });
}
