import { BoundedCache } from "../lib/bounded-cache.ts";

export type Turn = { readonly ok: true } | { readonly ok: false; readonly retryAfterSeconds: number };

export interface RateLimiter {
  /** Counts one request of `key`, and says whether it is one too many. */
  take(key: string): Promise<Turn>;
}

/** What one limiter remembers. A stranger with more addresses than this is not held by counting addresses. */
const MAX_KEYS = 10_000;

/**
 * Counts in this process. Idle keys may use a whole minute's turns at once; after that turns come back evenly.
 *
 * Remembers one number a key: until when its turns would last at the even pace (the "generic cell rate algorithm").
 */
export function createRateLimiter(options: { perMinute: number; now: () => number }): RateLimiter {
  const { perMinute, now } = options;
  const turnMs = 60_000 / perMinute;
  const usedUntil = new BoundedCache<number>({ limit: MAX_KEYS, now });
  return {
    async take(key) {
      const nowMs = now();
      const untilMs = (usedUntil.get(key) ?? nowMs) + turnMs;
      const waitMs = untilMs - nowMs - 60_000;
      // A fraction of a millisecond is the arithmetic's, not the client's.
      if (waitMs >= 1) return { ok: false, retryAfterSeconds: Math.ceil(waitMs / 1000) };
      usedUntil.set(key, untilMs, { expiresAtMs: untilMs });
      return { ok: true };
    },
  };
}

/** A counter of the platform, such as a rate limit binding of Workers. */
export interface PlatformRateLimit {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

/** The longest period that Workers' binding counts over; it does not say how much of it is left. */
const PLATFORM_PERIOD_SECONDS = 60;

/** Counts here first, which costs nothing, then over all instances at one location. */
export function withPlatform(
  limiter: RateLimiter,
  platform: PlatformRateLimit,
  options: { name: string },
): RateLimiter {
  return {
    async take(key) {
      const turn = await limiter.take(key);
      if (!turn.ok) return turn;
      const { success } = await platform.limit({ key: `${options.name}:${key}` });
      return success ? turn : { ok: false, retryAfterSeconds: PLATFORM_PERIOD_SECONDS };
    },
  };
}
