/**
 * Where a session may go: nowhere else than this organization, or this project of it. Empty: wherever the
 * Sentry token reaches. Ids and region are known once the constraint was verified with Sentry.
 */
export interface Constraint {
  readonly organizationSlug?: string;
  readonly organizationId?: string;
  readonly projectSlug?: string;
  readonly projectId?: string;
  readonly regionUrl?: string;
}
