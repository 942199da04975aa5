import type { OrganizationAccess, Page } from "./organization-access.ts";
import { flag, idOf, isRecord, listOf, numberOf, record, text, time } from "./decode.ts";

export interface Issue {
  readonly id: string;
  readonly shortId?: string;
  readonly title?: string;
  readonly culprit?: string;
  readonly permalink?: string;
  readonly level?: string;
  readonly status?: string;
  readonly substatus?: string;
  readonly statusDetails: StatusDetails;
  readonly priority?: string;
  readonly type?: string;
  readonly category?: string;
  readonly platform?: string;
  readonly isUnhandled?: boolean;
  readonly project: { readonly id?: string; readonly slug?: string; readonly name?: string };
  readonly assignedTo?: Assignee;
  readonly events?: number;
  readonly users?: number;
  readonly comments?: number;
  readonly firstSeen?: string;
  readonly lastSeen?: string;
  readonly firstRelease?: string;
  readonly lastRelease?: string;
  /** Events in each of the last 24 hours and 30 days, oldest first; empty where Sentry does not say. */
  readonly lastHours: readonly number[];
  readonly lastDays: readonly number[];
  /** When the first of those hours and days begins, in milliseconds since 1970. */
  readonly hoursFromMs?: number;
  readonly daysFromMs?: number;
}

export interface Assignee {
  readonly type: "user" | "team";
  readonly id: string;
  readonly name?: string;
}

/** How an issue came to be resolved, or until when it is ignored. */
interface StatusDetails {
  readonly inNextRelease?: boolean;
  readonly inRelease?: string;
  readonly inCommit?: string;
  readonly ignoreUntil?: string;
  readonly ignoreCount?: number;
  readonly ignoreUserCount?: number;
}

export function decodeIssue(raw: unknown): Issue | undefined {
  if (!isRecord(raw)) return undefined;
  const id = idOf(raw.id) ?? text(raw.shortId);
  if (!id) return undefined;
  const project = record(raw.project);
  return {
    id,
    shortId: text(raw.shortId),
    title: text(raw.title),
    culprit: text(raw.culprit),
    permalink: text(raw.permalink),
    level: text(raw.level),
    status: text(raw.status),
    substatus: text(raw.substatus),
    statusDetails: decodeStatusDetails(raw.statusDetails),
    priority: text(raw.priority),
    type: text(raw.issueType),
    category: text(raw.issueCategory),
    platform: text(raw.platform),
    isUnhandled: flag(raw.isUnhandled),
    project: { id: idOf(project.id), slug: text(project.slug), name: text(project.name) },
    assignedTo: decodeAssignee(raw.assignedTo),
    events: numberOf(raw.count),
    users: numberOf(raw.userCount),
    comments: numberOf(raw.numComments),
    firstSeen: time(raw.firstSeen),
    lastSeen: time(raw.lastSeen),
    firstRelease: releaseOf(raw.firstRelease),
    lastRelease: releaseOf(raw.lastRelease),
    lastHours: countsOf(record(raw.stats)["24h"]),
    lastDays: countsOf(record(raw.stats)["30d"]),
    hoursFromMs: startOf(record(raw.stats)["24h"]),
    daysFromMs: startOf(record(raw.stats)["30d"]),
  };
}

const MOST_COUNTS = 60;

/** `[[seconds, events], …]`, as far as they are counts. */
function countedIn(raw: unknown): { readonly at: unknown; readonly count: number }[] {
  return listOf(raw, (pair) => {
    const [at, events]: unknown[] = Array.isArray(pair) ? pair : [];
    const count = numberOf(events);
    return count === undefined ? undefined : { at, count };
  }).slice(-MOST_COUNTS);
}

const countsOf = (raw: unknown) => countedIn(raw).map(({ count }) => count);

function startOf(raw: unknown): number | undefined {
  const seconds = numberOf(countedIn(raw)[0]?.at);
  // Beyond this a date cannot be made (ECMA-262 §21.4.1.1).
  return seconds === undefined || Math.abs(seconds) > 8.64e12 ? undefined : seconds * 1000;
}

function decodeStatusDetails(raw: unknown): StatusDetails {
  const fields = record(raw);
  return {
    inNextRelease: flag(fields.inNextRelease),
    inRelease: text(fields.inRelease),
    inCommit: text(record(fields.inCommit).id),
    ignoreUntil: time(fields.ignoreUntil),
    ignoreCount: numberOf(fields.ignoreCount),
    ignoreUserCount: numberOf(fields.ignoreUserCount),
  };
}

export function decodeAssignee(raw: unknown): Assignee | undefined {
  const fields = record(raw);
  const id = idOf(fields.id);
  if (!id) return undefined;
  const type = fields.type === "team" ? "team" : "user";
  return { type, id, name: text(fields.name) ?? text(fields.email) };
}

/** A release is an object in details, and its version alone in some lists. */
const releaseOf = (raw: unknown) => text(raw) ?? text(record(raw).version);

/**
 * `GET /organizations/{organization}/issues/`. The answer says by which order, as "recommended" is newer than some
 * versions, which then answer 400.
 *
 * @see https://docs.sentry.io/api/events/list-an-organizations-issues/
 */
export async function searchIssues(
  organization: OrganizationAccess,
  options: {
    query: string;
    sort: string;
    period: string;
    limit: number;
    project?: string;
    cursor?: string;
  },
): Promise<Page<Issue> & { readonly sort: string }> {
  const project = await organization.project(options.project);
  const inOrder = async (sort: string) => {
    const page = await organization.list({
      path: ["issues"],
      query: {
        query: options.query,
        sort,
        statsPeriod: options.period,
        limit: options.limit,
        cursor: options.cursor,
        project: project?.id,
      },
      decode: decodeIssue,
      projectOf: (issue) => issue.project,
    });
    return { ...page, sort };
  };
  if (options.sort !== "recommended") return inOrder(options.sort);
  return organization.newerOrOlder({
    feature: "sort=recommended",
    signs: ["invalid"],
    newer: () => inOrder("recommended"),
    older: () => inOrder("date"),
  });
}

/**
 * `GET /organizations/{organization}/issues/{issue}/`; takes the numeric id and the short one.
 *
 * @see https://docs.sentry.io/api/events/retrieve-an-issue/
 */
export function getIssue(organization: OrganizationAccess, issueId: string): Promise<Issue> {
  return organization.get({
    path: ["issues", issueId],
    decode: decodeIssue,
    projectOf: (issue) => issue.project,
  });
}

/** Sentry's names; durations and windows in minutes. */
interface WantedDetails {
  readonly inNextRelease?: boolean;
  /** A version, or "latest". */
  readonly inRelease?: string;
  readonly inCommit?: { readonly commit: string; readonly repository: string };
  readonly ignoreDuration?: number;
  readonly ignoreCount?: number;
  readonly ignoreWindow?: number;
  readonly ignoreUserCount?: number;
  readonly ignoreUserWindow?: number;
}

export interface IssueChange {
  readonly status?: "resolved" | "unresolved" | "ignored";
  readonly substatus?: string;
  readonly statusDetails?: WantedDetails;
  readonly priority?: string;
  /** `user:1`, `team:1`, or empty for nobody. */
  readonly assignedTo?: string;
}

/**
 * `PUT /organizations/{organization}/issues/{issue}/`
 *
 * @param issue As it was fetched, so that nothing of another project is changed.
 * @see https://docs.sentry.io/api/events/update-an-issue/
 */
export function updateIssue(
  organization: OrganizationAccess,
  issue: Issue,
  change: IssueChange,
): Promise<Issue> {
  return organization.change({
    method: "PUT",
    path: ["issues", issue.id],
    body: change,
    project: issue.project,
    // The change is made, so an odd answer must not look like a failure.
    decode: (raw) => decodeIssue({ ...record(raw), id: issue.id }),
  });
}

/**
 * `POST /organizations/{organization}/issues/{issue}/notes/`
 *
 * @see `src/sentry/issues/endpoints/group_notes.py` of getsentry/sentry
 */
export async function addNote(organization: OrganizationAccess, issue: Issue, words: string): Promise<void> {
  await organization.change({
    method: "POST",
    path: ["issues", issue.id, "notes"],
    body: { text: words },
    project: issue.project,
    decode: record,
  });
}
