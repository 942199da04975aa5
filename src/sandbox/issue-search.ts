import { openProjects } from "./access.ts";
import type { Caller, Desk } from "./access.ts";
import { matches } from "./issue-match.ts";
import { parseIssueQuery } from "./issue-query.ts";
import { badRequest, forbidden } from "./problem.ts";
import { readTimeRange } from "./time-range.ts";
import { ISSUES } from "./world/issues.ts";
import type { WorldIssue } from "./world/issues.ts";
import type { Organization } from "./world/model.ts";

const HOUR_MS = 3_600_000;

/** Keys that say which kinds of issue are wanted: without them user feedback is left out, as in Sentry's list. */
const KIND_KEYS = ["issue.category", "issue.type"];

type Rank = (issue: WorldIssue) => number;

/** Smaller comes first. */
const SORTS: Readonly<Record<string, Rank>> = {
  date: ({ seed }) => seed.lastSeenHoursAgo,
  new: ({ seed }) => seed.firstSeenHoursAgo,
  freq: ({ seed }) => -seed.count,
  user: ({ seed }) => -seed.userCount,
  trends: ({ seed }) => -seed.count / (1 + seed.lastSeenHoursAgo),
  recommended: ({ seed }) => -seed.userCount / (1 + seed.lastSeenHoursAgo),
  inbox: ({ seed }) => seed.firstSeenHoursAgo,
};

/** The issues that a search finds among what the caller can open, in order. */
export function searchIssues(
  desk: Desk,
  caller: Caller,
  organization: Organization,
  parameters: URLSearchParams,
): WorldIssue[] {
  const sort = parameters.get("sort") || "date";
  const rank = SORTS[sort];
  if (!rank) throw badRequest(`Invalid sort: '${sort}'. Must be one of ${Object.keys(SORTS).join(", ")}.`);
  const nowMs = desk.state.seededAtMs;
  const { fromMs, toMs } = readTimeRange(parameters, nowMs);
  const projects = wantedProjects(caller, organization, parameters.getAll("project"));
  const environments = parameters.getAll("environment");
  const terms = parseIssueQuery(parameters.get("query") ?? "is:unresolved");
  if (environments.length > 0) terms.push({ negated: false, key: "environment", values: environments });
  const view = {
    person: caller.person,
    nowMs,
    triageOf: (issue: WorldIssue) => desk.state.triageOf(issue),
  };
  const withFeedback = terms.some(({ key }) => key !== undefined && KIND_KEYS.includes(key));
  return ISSUES
    .filter(({ project }) => projects.includes(project.id))
    .filter(({ seed }) => withFeedback || seed.issueCategory !== "feedback")
    .filter(({ seed }) =>
      nowMs - seed.lastSeenHoursAgo * HOUR_MS >= fromMs && nowMs - seed.firstSeenHoursAgo * HOUR_MS <= toMs
    )
    .filter((issue) => terms.every((term) => matches(issue, term, view)))
    .toSorted((a, b) => rank(a) - rank(b) || Number(a.id) - Number(b.id));
}

/** The issues that `group` names, whatever else is asked; undefined when it names none. */
export function issuesByNumber(
  caller: Caller,
  organization: Organization,
  parameters: URLSearchParams,
): WorldIssue[] | undefined {
  const ids = parameters.getAll("group");
  if (ids.length === 0) return undefined;
  if (!ids.every((id) => /^\d+$/.test(id))) throw badRequest("Group ids must be integers");
  const projects = wantedProjects(caller, organization, parameters.getAll("project"));
  return ISSUES.filter(({ id, project }) => ids.includes(id) && projects.includes(project.id));
}

export function wantedProjects(
  caller: Caller,
  organization: Organization,
  wanted: readonly string[],
): string[] {
  if (!wanted.every((id) => /^-?\d+$/.test(id))) {
    throw badRequest("Invalid project parameter. Values must be numbers.");
  }
  const open = openProjects(caller, organization).map(({ id }) => id);
  if (wanted.length === 0 || wanted.includes("-1")) return open;
  if (!wanted.every((id) => open.includes(id))) throw forbidden();
  return [...wanted];
}
