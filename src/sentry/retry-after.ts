/**
 * How long an answer asks to be left alone: `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), or of a 429
 * Sentry's own `X-Sentry-Rate-Limit-Reset`, in seconds since 1970. Times are held against the answer's own `Date`, so
 * that two clocks need not agree.
 *
 * @see https://docs.sentry.io/api/ratelimits/
 */
export function retryAfterSeconds({ status, headers }: Response): number | undefined {
  const value = headers.get("retry-after");
  if (value !== null && /^\d+$/.test(value)) return Number(value);
  const reset = status === 429 ? Number(headers.get("x-sentry-rate-limit-reset") ?? NaN) * 1000 : NaN;
  const seconds = ((value === null ? reset : Date.parse(value)) - Date.parse(headers.get("date") ?? "")) /
    1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}
