import type { Assignee, Issue } from "../sentry/issue.ts";
import { code, counted, joined, lines, link, word } from "./markdown.ts";
import { sparkline } from "./sparkline.ts";
import { moment } from "./time.ts";

/** What is known of an issue without its events. */
export function renderIssue(issue: Issue, options: { organizationSlug: string; asOf: string }): string {
  const { asOf } = options;
  const at = (time: string, release?: string) =>
    `${moment(time, asOf)}${release ? ` in ${code(release, 200)}` : ""}`;
  const facts: [string, string | undefined][] = [
    ["Title", issue.title && code(issue.title, 500)],
    ["Culprit", issue.culprit && code(issue.culprit, 300)],
    ["Status", statusText(issue)],
    ["Priority", issue.priority && word(issue.priority)],
    ["Level", issue.level && joined(word(issue.level), issue.isUnhandled ? "unhandled" : undefined)],
    ["Occurrences", occurrences(issue)],
    ["Last 24 h", trend(issue.lastHours)],
    ["Last 30 d", trend(issue.lastDays)],
    ["First seen", issue.firstSeen && at(issue.firstSeen, issue.firstRelease)],
    ["Last seen", issue.lastSeen && at(issue.lastSeen, issue.lastRelease)],
    ["Assigned to", assigneeText(issue.assignedTo)],
    [
      "Kind",
      joined(
        issue.category && word(issue.category),
        issue.type !== issue.category && issue.type && word(issue.type),
      ),
    ],
    ["Project", projectText(issue, options.organizationSlug)],
    ["Comments", issue.comments ? String(issue.comments) : undefined],
    ["Link", link(issue.permalink)],
  ];
  return lines(...facts.map(([name, value]) => value && `- ${name}: ${value}`));
}

/** Oldest first: a bar for each hour, or day. */
function trend(counts: readonly number[]): string | undefined {
  if (counts.length < 2) return undefined;
  const sum = counts.reduce((all, count) => all + count, 0);
  return sum === 0 ? "no event" : `${sparkline(counts)} ${counted(sum, "event")}`;
}

function projectText({ project, platform }: Issue, organizationSlug: string): string {
  const slug = project.slug ?? project.id;
  return joined(
    slug && `${code(slug)} of ${code(organizationSlug)}`,
    project.id && slug !== project.id && `id ${code(project.id)}`,
    platform && `platform ${word(platform)}`,
  );
}

export function occurrences({ events, users }: { events?: number; users?: number }): string {
  return joined(
    events === undefined ? undefined : counted(events, "event"),
    users === undefined ? undefined : counted(users, "user"),
  );
}

export function assigneeText(assignee: Assignee | undefined): string {
  return assignee ? `${assignee.type} ${code(assignee.name ?? assignee.id, 100)}` : "nobody";
}

const SUBSTATUS: ReadonlyMap<string, string> = new Map(Object.entries({
  archived_until_escalating: "until it escalates",
  archived_forever: "forever",
  archived_until_condition_met: "until a condition is met",
}));

/** `ignored, until 100 more events`; `resolved, in the next release`. */
export function statusText(issue: Pick<Issue, "status" | "substatus" | "statusDetails">): string | undefined {
  const { status, substatus, statusDetails: details } = issue;
  if (!status) return undefined;
  const how = [
    details.inNextRelease && "in the next release",
    details.inRelease && `in release ${code(details.inRelease, 200)}`,
    details.inCommit && `in commit ${code(details.inCommit, 64)}`,
    details.ignoreCount !== undefined && `until ${counted(details.ignoreCount, "more event")}`,
    details.ignoreUserCount !== undefined && `until ${counted(details.ignoreUserCount, "more user")}`,
    details.ignoreUntil && `until ${details.ignoreUntil.slice(0, 16).replace("T", " ")} UTC`,
  ].filter((part) => typeof part === "string");
  const why = how.length > 0 ? how : substatus ? [SUBSTATUS.get(substatus) ?? word(substatus)] : [];
  return [word(status), ...why].join(", ");
}
