import type { Desk } from "./access.ts";
import { personJson } from "./people-json.ts";
import type { Activity } from "./state.ts";
import { PEOPLE } from "./world/directory.ts";
import type { WorldIssue } from "./world/issues.ts";
import type { Json } from "./world/model.ts";
import { isoTime } from "./world/parts.ts";

const HOUR_MS = 3_600_000;
/** Sentry shows no more of an issue's past. */
const MAX_SHOWN = 100;

/** Newest first; the first event is always the end. */
export function activitiesJson(desk: Desk, issue: WorldIssue): Json[] {
  const { seed } = issue;
  const firstSeen: Activity = {
    id: "0",
    issueId: issue.id,
    type: "first_seen",
    data: { priority: seed.priority },
    login: "",
    atMs: desk.state.seededAtMs - seed.firstSeenHoursAgo * HOUR_MS,
  };
  return [firstSeen, ...desk.state.activityOf(issue).slice(1 - MAX_SHOWN)].toReversed().map(activityJson);
}

export function notesOf(desk: Desk, issue: WorldIssue): Activity[] {
  return desk.state.activityOf(issue).filter(({ type }) => type === "note");
}

export function activityJson(activity: Activity): Json {
  const person = PEOPLE.find(({ login }) => login === activity.login);
  return {
    id: activity.id,
    type: activity.type,
    data: activity.data,
    user: person ? personJson(person) : null,
    sentry_app: null,
    dateCreated: isoTime(activity.atMs),
  };
}
