import type { OrganizationAccess } from "./organization-access.ts";
import { idOf, isRecord, listOf, record, text, time } from "./decode.ts";
import { decodeIssue, type Issue } from "./issue.ts";

/** One thing that somebody, or Sentry itself, has done with an issue. */
export interface Activity {
  /** Sentry's own word: `set_resolved`, `note`, `assigned`, … */
  readonly type: string;
  readonly at?: string;
  /** Absent: Sentry. */
  readonly by?: string;
  readonly details: ActivityDetails;
}

interface ActivityDetails {
  readonly comment?: string;
  readonly assignee?: string;
  readonly release?: string;
  readonly commit?: string;
  readonly priority?: string;
  readonly inNextRelease?: boolean;
}

export function decodeActivity(raw: unknown): Activity | undefined {
  if (!isRecord(raw)) return undefined;
  const type = text(raw.type);
  if (!type) return undefined;
  const user = record(raw.user);
  const data = record(raw.data);
  return {
    type,
    at: time(raw.dateCreated),
    by: text(user.name) ?? text(user.email) ?? text(record(raw.sentry_app).name),
    details: {
      comment: text(data.text),
      assignee: text(data.assigneeName) ?? text(data.assigneeEmail) ?? idOf(data.assignee),
      release: text(data.version) ?? text(data.inRelease),
      commit: text(data.commit) ?? text(record(data.commit).id),
      priority: text(data.priority),
      inNextRelease: data.inNextRelease === true || undefined,
    },
  };
}

export interface IssueActivity {
  readonly issue: Issue;
  /** Newest first. */
  readonly activity: readonly Activity[];
}

/**
 * `GET /organizations/{organization}/issues/{issue}/`, which brings the newest activity along: at most 100, comments
 * among them.
 *
 * @see https://docs.sentry.io/api/events/retrieve-an-issue/
 */
export function getIssueActivity(organization: OrganizationAccess, issueId: string): Promise<IssueActivity> {
  return organization.get({
    path: ["issues", issueId],
    decode: (raw): IssueActivity | undefined => {
      const issue = decodeIssue(raw);
      return issue && { issue, activity: listOf(record(raw).activity, decodeActivity) };
    },
    projectOf: ({ issue }) => issue.project,
  });
}
