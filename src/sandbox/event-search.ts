import type { Desk } from "./access.ts";
import { eventAtMs, tagsOf } from "./event-json.ts";
import { periodHours } from "./issue-match.ts";
import { parseIssueQuery, type Term } from "./issue-query.ts";
import type { WorldIssue } from "./world/issues.ts";

const HOUR_MS = 3_600_000;

/** The events of an issue that a search finds, newest first. All events of an issue carry the same tags here. */
export function searchEvents(desk: Desk, issue: WorldIssue, parameters: URLSearchParams): string[] {
  const period = parameters.get("statsPeriod");
  const sinceMs = period ? desk.state.seededAtMs - periodHours(period) * HOUR_MS : -Infinity;
  const terms = parseIssueQuery(parameters.get("query") ?? "");
  return issue.eventIds
    .filter((id) => eventAtMs(desk, issue, id) >= sinceMs)
    .filter((id) =>
      terms.every((term) => term.values.some((value) => has(issue, id, term, value)) !== term.negated)
    );
}

function has(issue: WorldIssue, eventId: string, { key }: Term, value: string): boolean {
  const { seed } = issue;
  const tags = tagsOf(issue);
  if (key === "id") return value.toLowerCase() === eventId;
  if (key === "has") return tags.some((tag) => tag.key === value);
  if (key) return tags.some((tag) => tag.key === key && tag.value === value);
  return `${seed.title} ${seed.event.message ?? ""}`.toLowerCase().includes(value.toLowerCase());
}
