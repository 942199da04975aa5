/**
 * Sorted by who can mend it: the user (down to `outside_constraint`), whoever runs this server or that Sentry
 * (`misconfigured`, `unsupported`), or Sentry and the network.
 */
export type SentryErrorKind =
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "invalid"
  | "too_large"
  | "outside_constraint"
  /** What answers is no Sentry API, or something in front of it stepped in. */
  | "misconfigured"
  /** This Sentry lacks the endpoint: an older version, or one where it is gone. */
  | "unsupported"
  | "rate_limited"
  | "unavailable"
  /** JSON, but of another shape than the endpoint's. */
  | "bad_answer";

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

/** No organization was named, and the session is not confined to one. */
export class OrganizationMissing extends SentryError {
  constructor() {
    super("invalid", "organizationSlug is missing: name the organization");
  }
}
