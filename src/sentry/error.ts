/**
 * Whose fault it is: the user's (`unauthorized`, `forbidden`, `not_found`, `invalid`, `outside_constraint`), nobody's
 * (`rate_limited`), or Sentry's and the network's (`unavailable`, `bad_answer`).
 */
export type SentryErrorKind =
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "invalid"
  | "rate_limited"
  | "unavailable"
  | "bad_answer"
  | "outside_constraint";

/** A call to Sentry that gave no usable answer, or was never made because it led outside the session's constraint. */
export class SentryError extends Error {
  override name = "SentryError";
  readonly kind: SentryErrorKind;
  /** HTTP status, when Sentry answered. */
  readonly status?: number;
  /** Sentry's own words, shortened. */
  readonly detail?: string;
  readonly retryAfterSeconds?: number;

  constructor(
    kind: SentryErrorKind,
    message: string,
    more: { status?: number; detail?: string; retryAfterSeconds?: number } = {},
  ) {
    super(message);
    this.kind = kind;
    this.status = more.status;
    this.detail = more.detail;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}
