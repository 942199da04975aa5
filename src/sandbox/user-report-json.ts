import type { Desk } from "./access.ts";
import { hoursAgo } from "./issue-json.ts";
import type { WorldIssue } from "./world/issues.ts";
import type { Json } from "./world/model.ts";
import { USER_REPORTS } from "./world/user-reports.ts";

/**
 * As the issue's user feedback endpoint lists them.
 *
 * @see https://docs.sentry.io/api/projects/list-a-projects-user-feedback/
 */
export function userReportsJson(desk: Desk, { id, shortId, eventIds }: WorldIssue): Json[] {
  return (USER_REPORTS[shortId] ?? []).map((report, index) => {
    const eventId = report.nthNewestEvent === undefined ? "" : eventIds[report.nthNewestEvent - 1] ?? "";
    return {
      id: String(Number(id) * 10 + index),
      eventID: eventId,
      name: report.name ?? "",
      email: report.email ?? "",
      comments: report.comments,
      dateCreated: hoursAgo(desk, report.hoursAgo),
      user: null,
      event: eventId ? { id: eventId, eventID: eventId } : null,
    };
  });
}
