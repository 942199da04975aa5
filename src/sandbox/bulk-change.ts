import type { Caller, Desk } from "./access.ts";
import { activitiesJson } from "./activity.ts";
import { readChange } from "./issue-changes.ts";
import { searchIssues, wantedProjects } from "./issue-search.ts";
import { actorJson } from "./people-json.ts";
import { ApiProblem, badRequest } from "./problem.ts";
import { ISSUES } from "./world/issues.ts";
import type { WorldIssue } from "./world/issues.ts";
import type { Json, Organization } from "./world/model.ts";

const MAX_CHANGED = 1000;
const RELEASE_DETAILS = ["inNextRelease", "inRelease", "inCommit"];

/**
 * Changes the issues that `id` names, else those that `query` finds; undefined when there are none.
 * As at Sentry, ids that name nothing the caller can open are as good as no ids: the search decides then
 * (`update_groups_with_search_fn` in `api/helpers/group_index/update.py` of getsentry/sentry).
 */
export function changeIssues(
  desk: Desk,
  caller: Caller,
  organization: Organization,
  request: { parameters: URLSearchParams; body: Json },
): Json | undefined {
  const { parameters, body } = request;
  const issues = named(caller, organization, parameters) ??
    searchIssues(desk, caller, organization, parameters).slice(0, MAX_CHANGED);
  if (issues.length === 0) return undefined;
  if (isAboutRelease(body) && new Set(issues.map(({ project }) => project.id)).size > 1) {
    throw badRequest("Cannot set resolved for multiple projects.");
  }
  const changes = issues.map((issue) => ({ issue, change: readChange(desk, caller, issue, body) }));
  for (const { issue, change } of changes) {
    desk.state.act(issue, { login: caller.person.login, ...change });
  }
  return answerOf(desk, issues, body);
}

function named(
  caller: Caller,
  organization: Organization,
  parameters: URLSearchParams,
): WorldIssue[] | undefined {
  const ids = parameters.getAll("id");
  // Sentry takes ids for numbers without looking.
  if (!ids.every((id) => /^\d+$/.test(id))) throw new ApiProblem(500, "Internal Error");
  const projects = wantedProjects(caller, organization, parameters.getAll("project"));
  const found = ISSUES.filter(({ id, project }) => ids.includes(id) && projects.includes(project.id));
  return found.length > 0 ? found : undefined;
}

function isAboutRelease({ status, statusDetails }: Json): boolean {
  if (status === "resolvedInNextRelease") return true;
  return typeof statusDetails === "object" && statusDetails !== null &&
    Object.keys(statusDetails).some((name) => RELEASE_DETAILS.includes(name));
}

/** What was changed, not the issues; the activity only of a single one that a release resolves. */
function answerOf(desk: Desk, issues: readonly WorldIssue[], body: Json): Json {
  const [first] = issues;
  if (!first) return {};
  const { status, statusDetails, assignee, priority } = desk.state.triageOf(first);
  return {
    ...(body["status"] !== undefined && { status, statusDetails, inbox: null }),
    ...(body["substatus"] !== undefined && { substatus: body["substatus"] }),
    ...(body["assignedTo"] !== undefined && { assignedTo: actorJson(assignee) }),
    ...(body["priority"] !== undefined && { priority }),
    ...(isAboutRelease(body) && issues.length === 1 && { activity: activitiesJson(desk, first) }),
  };
}
