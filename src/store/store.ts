/**
 * Where state lives. A conditional put is the only atomic primitive; single-use codes, refresh rotation and
 * leases all follow from it.
 *
 * Values are text without NUL, at most 32 kB. Expiry is exact for the reader: a value is gone the moment its
 * lifetime ends, whatever the platform's own clean-up does.
 */
export interface Store {
  /** "linearizable": a conditional put decides races. "best-effort": it may not (Workers KV). */
  readonly consistency: "linearizable" | "best-effort";
  get(key: string): Promise<{ value: string; version: string } | null>;
  /**
   * @param options `ifVersion` absent: always; null: only if the key is absent; a string: only if unchanged.
   * @returns The new version, or false when the condition did not hold.
   */
  put(
    key: string,
    value: string,
    options: { ttlSeconds: number; ifVersion?: string | null },
  ): Promise<string | false>;
  delete(key: string): Promise<void>;
}

/** The store did not answer, or not in time. Becomes HTTP 503 with `Retry-After`. */
export class StoreUnavailable extends Error {
  override name = "StoreUnavailable";
}
