import type { Desk } from "./access.ts";
import { eventAtMs, eventTags } from "./event-json.ts";
import { compare, like } from "./issue-match.ts";
import { parseIssueQuery } from "./issue-query.ts";
import type { Term } from "./issue-query.ts";
import { readTimeRange } from "./time-range.ts";
import type { WorldIssue } from "./world/issues.ts";

interface Found {
  readonly id: string;
  readonly atMs: number;
  readonly issue: WorldIssue;
  readonly tags: ReadonlyMap<string, string>;
}

const FIELDS: Readonly<Record<string, (event: Found) => unknown>> = {
  id: ({ id }) => id,
  title: ({ issue }) => issue.seed.title,
  message: ({ issue }) => issue.seed.event.message ?? issue.seed.title,
  level: ({ issue }) => issue.seed.level,
  platform: ({ issue }) => issue.seed.platform,
  "platform.name": ({ issue }) => issue.seed.platform,
  "error.type": ({ issue }) => issue.seed.metadata["type"],
  "error.value": ({ issue }) => issue.seed.metadata["value"],
  trace: ({ issue }) => memberOf(issue.seed.event.contexts?.["trace"], "trace_id"),
  "user.id": ({ issue }) => issue.seed.event.user?.["id"],
  "user.email": ({ issue }) => issue.seed.event.user?.["email"],
  "user.username": ({ issue }) => issue.seed.event.user?.["username"],
  "user.ip": ({ issue }) => issue.seed.event.user?.["ip_address"],
};

/** The ids of an issue's events that a search finds, newest first (https://docs.sentry.io/api/events/list-an-issues-events/). */
export function searchEvents(desk: Desk, issue: WorldIssue, parameters: URLSearchParams): string[] {
  const { fromMs, toMs } = readTimeRange(parameters, desk.state.seededAtMs);
  const environments = parameters.getAll("environment");
  const wanted = alternatives(parameters.get("query") ?? "").map(parseIssueQuery);
  return issue.eventIds
    .map((id, index): Found => ({
      id,
      issue,
      atMs: eventAtMs(desk, issue, index),
      tags: new Map(eventTags(issue, index)),
    }))
    .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
    .filter(({ tags }) => environments.length === 0 || environments.includes(tags.get("environment") ?? ""))
    .filter((event) => wanted.some((terms) => terms.every((term) => isMet(event, term))))
    .map(({ id }) => id);
}

/** Searches for events know `OR`, those for issues do not. */
export function alternatives(query: string): string[] {
  const parts: string[][] = [[]];
  for (const [word] of query.matchAll(/(?:"(?:[^"\\]|\\.)*"|[^\s"])+|"/g)) {
    if (word === "OR") parts.push([]);
    else if (word !== "AND") parts.at(-1)?.push(word);
  }
  return parts.map((words) => words.join(" "));
}

function isMet(event: Found, { key, values, negated }: Term): boolean {
  if (key === undefined) return values.every((text) => isMentioned(event, text)) !== negated;
  return values.some((value) => holds(event, key, value)) !== negated;
}

function holds(event: Found, key: string, value: string): boolean {
  if (key === "has") return valueOf(event, value) !== "";
  if (key === "timestamp") return compare(event.atMs, value, Date.parse);
  return like(valueOf(event, key), value);
}

function valueOf(event: Found, key: string): string {
  const found = FIELDS[key]?.(event) ?? event.tags.get(key.replace(/^tags\[(.+)\]$/, "$1"));
  return typeof found === "string" ? found : "";
}

function isMentioned(event: Found, text: string): boolean {
  const { title, event: { message } } = event.issue.seed;
  return event.id === text.toLowerCase() || [title, message ?? ""].some((place) => like(place, `*${text}*`));
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
