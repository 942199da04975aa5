import type { OrganizationAccess, Page } from "./organization-access.ts";
import { idOf, isRecord, record, text, time } from "./decode.ts";
import type { Issue } from "./issue.ts";

/** What a person wrote who met an error. */
export interface UserReport {
  readonly comments?: string;
  readonly name?: string;
  readonly email?: string;
  readonly at?: string;
  readonly eventId?: string;
}

export function decodeUserReport(raw: unknown): UserReport | undefined {
  if (!isRecord(raw) || idOf(raw.id) === undefined) return undefined;
  return {
    comments: text(raw.comments),
    name: text(raw.name),
    email: text(raw.email),
    at: time(raw.dateCreated),
    eventId: text(raw.eventID) ?? text(record(raw.event).eventID),
  };
}

/**
 * `GET /organizations/{organization}/issues/{issue}/user-reports/`, newest first
 *
 * @param issue As it was fetched: the answer does not say which project it is of.
 */
export function listUserReports(
  organization: OrganizationAccess,
  issue: Issue,
  options: { limit: number; cursor?: string },
): Promise<Page<UserReport>> {
  return organization.list({
    path: ["issues", issue.id, "user-reports"],
    query: { per_page: options.limit, cursor: options.cursor },
    decode: decodeUserReport,
    projectOf: () => issue.project,
  });
}
