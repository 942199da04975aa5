import type { Desk } from "./access.ts";
import { hoursAgo } from "./issue-json.ts";
import type { WorldIssue } from "./world/issues.ts";
import type { Json } from "./world/model.ts";
import type { reportsOf } from "./world/reports.ts";

type Report = ReturnType<typeof reportsOf>[number];

/** `api/serializers/models/userreport.py` of getsentry/sentry: who gave no name is called by the address. */
export function reportJson(desk: Desk, issue: WorldIssue, report: Report): Json {
  const eventID = issue.eventIds[report.event ?? -1] ?? "e".repeat(32);
  return {
    id: `${issue.id}${Math.round(report.hoursAgo)}`,
    eventID,
    name: report.name || report.email,
    email: report.email,
    comments: report.comments,
    dateCreated: hoursAgo(desk, report.hoursAgo),
    user: null,
    event: { id: eventID, eventID },
  };
}
