import type { OrganizationAccess, Page } from "./organization-access.ts";
import { isRecord, text } from "./decode.ts";
import type { Issue } from "./issue.ts";

/** An issue of another tracker that somebody linked. */
export interface ExternalIssue {
  /** Such as `PAY-17`. */
  readonly name?: string;
  /** The tracker, such as `linear`. */
  readonly service?: string;
  readonly webUrl?: string;
}

export function decodeExternalIssue(raw: unknown): ExternalIssue | undefined {
  if (!isRecord(raw)) return undefined;
  const name = text(raw.displayName);
  const webUrl = text(raw.webUrl);
  return name || webUrl ? { name, service: text(raw.serviceType), webUrl } : undefined;
}

/**
 * `GET /organizations/{organization}/issues/{issue}/external-issues/`
 *
 * @param issue Read at the same time: the answer does not say which project it is of.
 * @see `src/sentry/sentry_apps/api/endpoints/group_external_issues.py` of getsentry/sentry
 */
export function listExternalIssues(
  organization: OrganizationAccess,
  issueId: string,
  issue: Promise<Issue>,
): Promise<Page<ExternalIssue>> {
  return organization.list({
    path: ["issues", issueId, "external-issues"],
    decode: decodeExternalIssue,
    projectOf: async () => (await issue).project,
  });
}
