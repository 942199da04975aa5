/**
 * Where state lives. A conditional put is the only atomic primitive; single-use codes, refresh rotation and
 * leases all follow from it.
 *
 * Expiry is exact for the reader: a value is gone the moment its lifetime ends, whatever the platform's own
 * clean-up does. Every call ends within seconds, if need be with {@link StoreUnavailable}.
 */
export interface Store {
  /** "linearizable": a conditional put decides races. "best-effort": it may not (Workers KV). */
  readonly consistency: "linearizable" | "best-effort";
  get(key: string): Promise<{ value: string; version: string } | null>;
  /**
   * @param value Well-formed text without NUL, at most {@link MAX_VALUE_BYTES}.
   * @param options `ifVersion` absent: always; null: only if the key is absent; a string: only if unchanged.
   * @returns The new version, or false when the condition did not hold.
   * @throws {UnstorableValue}
   */
  put(
    key: string,
    value: string,
    options: { ttlSeconds: number; ifVersion?: string | null },
  ): Promise<string | false>;
  delete(key: string): Promise<void>;
}

/** In UTF-8; what the narrowest engine takes with room to spare. */
export const MAX_VALUE_BYTES = 32_768;

/** The store did not answer, or not in time; whether a put has come through is unknown. Becomes HTTP 503. */
export class StoreUnavailable extends Error {
  override name = "StoreUnavailable";
}

/** A fault of ours: nothing that people send gets this long. */
export class UnstorableValue extends Error {
  override name = "UnstorableValue";
}
