/** What has an address of its own in an organization, apart from the organization itself. */
export type ResourceKind = "projects" | "issues" | "traces" | "releases";

export const RESOURCE_ROOT = "sentry://organizations/";

/** Readable with `resources/read`. Versions of releases hold spaces and more, so ids are percent-encoded. */
export function resourceAddress(organizationSlug: string, kind: ResourceKind, id: string): string {
  return `${RESOURCE_ROOT}${organizationSlug}/${kind}/${encodeURIComponent(id)}`;
}
