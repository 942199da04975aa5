import type { Caller, Desk } from "./access.ts";
import { badRequest } from "./problem.ts";
import { actorJson } from "./people-json.ts";
import { readResolution, resolutionActivity } from "./resolution.ts";
import { isoTime } from "./world/parts.ts";
import { PEOPLE, TEAMS } from "./world/directory.ts";
import type { WorldIssue } from "./world/issues.ts";
import type { Json, Triage } from "./world/model.ts";

interface Change {
  readonly triage: Triage;
  readonly events: readonly [string, Json][];
}

const OPEN = ["new", "ongoing", "escalating", "regressed"];
const ARCHIVED = ["archived_until_escalating", "archived_until_condition_met", "archived_forever"];
const CONDITIONS = ["ignoreDuration", "ignoreCount", "ignoreWindow", "ignoreUserCount", "ignoreUserWindow"];
const MINUTE_MS = 60_000;

/** What a `PUT` makes of an issue: its new state and what its activity will say. 400 names the field. */
export function readChange(desk: Desk, caller: Caller, issue: WorldIssue, body: Json): Change {
  const before = desk.state.triageOf(issue);
  const events: [string, Json][] = [];
  const actor = { id: caller.person.id, name: caller.person.name, email: caller.person.email };
  let triage = before;

  if (body["status"] !== undefined || body["substatus"] !== undefined) {
    const next = readStatus(desk, issue, body, before.status);
    const statusDetails = Object.keys(next.statusDetails).length > 0 ? { ...next.statusDetails, actor } : {};
    triage = { ...triage, ...next, statusDetails };
    events.push(
      next.status === "resolved"
        ? resolutionActivity(issue, next.statusDetails)
        : [`set_${next.status}`, next.statusDetails],
    );
  }
  if (body["assignedTo"] !== undefined) {
    const assignee = readAssignee(caller, issue, body["assignedTo"]);
    triage = { ...triage, assignee };
    const { type, id, name } = actorJson(assignee) ?? {};
    if (assignee !== before.assignee) {
      events.push(
        assignee
          ? ["assigned", { assigneeType: type, assignee: id, assigneeName: name }]
          : ["unassigned", {}],
      );
    }
  }
  if (body["priority"] !== undefined) {
    const priority = body["priority"];
    if (priority !== "high" && priority !== "medium" && priority !== "low") {
      throw invalidChoice("priority", priority);
    }
    triage = { ...triage, priority };
    if (priority !== before.priority) events.push(["set_priority", { priority, reason: null }]);
  }
  return { triage, events };
}

type Status = Pick<Triage, "status" | "substatus" | "statusDetails">;

function readStatus(desk: Desk, issue: WorldIssue, body: Json, current: Triage["status"]): Status {
  const status = body["status"] ?? current;
  // Older clients put the conditions beside the status, as the legacy API had it.
  const details = { ...body, ...(isObject(body["statusDetails"]) ? body["statusDetails"] : {}) };
  const substatus = (allowed: readonly string[], fallback?: string) => {
    const wanted = body["substatus"] ?? fallback;
    if (wanted === undefined) return undefined;
    if (typeof wanted === "string" && allowed.includes(wanted)) return wanted;
    throw invalidChoice("substatus", wanted);
  };

  switch (status) {
    case "resolvedInNextRelease":
      return { status: "resolved", substatus: substatus([]), statusDetails: { inNextRelease: true } };
    case "resolved":
      return {
        status: "resolved",
        substatus: substatus([]),
        statusDetails: readResolution(desk, issue, details),
      };
    case "unresolved":
      return { status: "unresolved", substatus: substatus(OPEN, "ongoing"), statusDetails: {} };
    case "ignored": {
      const statusDetails = readIgnoring(desk, details);
      const hasCondition = Object.keys(statusDetails).length > 0;
      const fallback = hasCondition ? "archived_until_condition_met" : "archived_until_escalating";
      return { status: "ignored", substatus: substatus(ARCHIVED, fallback), statusDetails };
    }
    default:
      throw invalidChoice("status", status);
  }
}

function readIgnoring(desk: Desk, details: Json): Json {
  const given = CONDITIONS.filter((name) => details[name] !== undefined && details[name] !== null);
  for (const name of given) {
    const value = details[name];
    if (!Number.isInteger(value) || Number(value) < 1) {
      throw badRequest({ [name]: ["A valid integer is required."] });
    }
  }
  const { ignoreDuration, ...rest } = Object.fromEntries(given.map((name) => [name, details[name]]));
  const until = desk.now() + Number(ignoreDuration) * MINUTE_MS;
  return { ...rest, ...(ignoreDuration !== undefined && { ignoreUntil: isoTime(until) }) };
}

/** `user:<id>`, `team:<id>`, a login or address, `me`, or nothing. */
function readAssignee(caller: Caller, issue: WorldIssue, wanted: unknown): string | undefined {
  if (wanted === "" || wanted === null) return undefined;
  if (typeof wanted !== "string") throw badRequest({ assignedTo: ["Not a valid string."] });
  const { organization, teams } = issue.project;
  const [, kind, id] = /^(user|team):(.+)$/.exec(wanted) ?? [];
  if (kind === "team") {
    const team = TEAMS.find((team) => team.id === id && team.organization === organization);
    if (!team) throw badRequest({ assignedTo: ["Actor does not exist"] });
    if (teams.includes(team.slug)) return `team:${team.id}`;
    throw badRequest({ assignedTo: ["Cannot assign to a team without access to the project"] });
  }
  const name = id ?? (wanted === "me" ? caller.person.login : wanted);
  const person = PEOPLE.find(({ id, login, email }) =>
    name === id || (!kind && (name === login || name === email))
  );
  if (!person?.organizations.includes(organization)) {
    throw badRequest({ assignedTo: ["Actor does not exist"] });
  }
  if (person.teams.some((team) => teams.includes(team))) return `user:${person.id}`;
  throw badRequest({ assignedTo: ["Cannot assign to non-team member"] });
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalidChoice(field: string, value: unknown): Error {
  return badRequest({ [field]: [`${JSON.stringify(value)} is not a valid choice.`] });
}
