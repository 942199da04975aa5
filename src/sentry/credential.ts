/** The Sentry token that a request acts with. */
export interface Credential {
  /** Tells credentials apart in caches without being one: a hash, or the grant's id. */
  readonly id: string;
  readonly token: string;
  /** A newer token of the same grant, when Sentry has refused this one (401); undefined when there is none. */
  renew?(): Promise<string | undefined>;
}
