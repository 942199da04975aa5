import type { Desk } from "./access.ts";
import { hoursAgo } from "./issue-json.ts";
import { badRequest, notFound } from "./problem.ts";
import { tagName } from "./tag-name.ts";
import type { WorldIssue } from "./world/issues.ts";
import type { Json } from "./world/model.ts";

/** As many values as Sentry shows beside a tag, unless it is asked for its values one by one. */
const TOP_VALUES = 9;
const TOP_VALUES_OF_ALL = 10;

const SORTS: Readonly<Record<string, (a: Row, b: Row) => number>> = {
  count: (a, b) => b.count - a.count,
  date: (a, b) => a.lastSeenHoursAgo - b.lastSeenHoursAgo,
  age: (a, b) => a.firstSeenHoursAgo - b.firstSeenHoursAgo,
};

interface Row {
  readonly value: string;
  readonly count: number;
  readonly firstSeenHoursAgo: number;
  readonly lastSeenHoursAgo: number;
}

/** `issues/endpoints/group_tags.py` of getsentry/sentry. */
export function tagsJson(desk: Desk, issue: WorldIssue, parameters: URLSearchParams): Json[] {
  const keys = parameters.getAll("key").filter(Boolean);
  const limit = Number(parameters.get("limit") ?? (keys.length > 0 ? TOP_VALUES : TOP_VALUES_OF_ALL));
  if (!Number.isInteger(limit) || limit < 1) throw badRequest("Invalid limit");
  return issue.seed.tags.filter(([key]) => keys.length === 0 || keys.includes(key))
    .map(([key]) => tagJson(desk, issue, key, limit));
}

/** https://docs.sentry.io/api/events/retrieve-tag-details/ */
export function tagJson(desk: Desk, issue: WorldIssue, key: string, limit = TOP_VALUES): Json {
  const rows = rowsOf(issue, key);
  return {
    key,
    name: tagName(key),
    uniqueValues: rows.length,
    totalValues: rows.reduce((sum, { count }) => sum + count, 0),
    topValues: rows.slice(0, limit).map((row) => tagValueJson(desk, key, row)),
  };
}

/** https://docs.sentry.io/api/events/list-a-tags-values-for-an-issue/ */
export function tagValues(issue: WorldIssue, key: string, sort: string | undefined): Row[] {
  return rowsOf(issue, key).toSorted(SORTS[sort ?? ""] ?? (() => 0));
}

export function tagValueJson(desk: Desk, key: string, row: Row): Json {
  const { value, count } = row;
  return {
    key,
    // Events that came without a value are counted, too.
    name: value || "(empty)",
    value,
    count,
    firstSeen: hoursAgo(desk, row.firstSeenHoursAgo),
    lastSeen: hoursAgo(desk, row.lastSeenHoursAgo),
    ...(key === "user" && { query: `user.${value}`, ...userJson(value) }),
  };
}

/** The value of the tag `user` has the form `id:s-1204`; `UserTagValueSerializer` of getsentry/sentry takes it apart. */
function userJson(value: string): Json {
  const [, kind, rest] = /^(id|email|username|ip):(.*)$/s.exec(value) ?? [];
  return {
    id: kind === "id" ? rest : null,
    email: kind === "email" ? rest : null,
    username: kind === "username" ? rest : null,
    ipAddress: kind === "ip" ? rest : null,
    identifier: kind === "id" ? rest : null,
  };
}

/** The n-th value was last seen a bit longer ago than the one before it. */
function rowsOf({ seed }: WorldIssue, key: string): Row[] {
  const values = seed.tags.find(([tag]) => tag === key)?.[1];
  if (!values) throw notFound();
  const { firstSeenHoursAgo, lastSeenHoursAgo } = seed;
  const step = (firstSeenHoursAgo - lastSeenHoursAgo) / values.length;
  return values.map(([value, count], index) => ({
    value,
    count,
    firstSeenHoursAgo,
    lastSeenHoursAgo: lastSeenHoursAgo + step * index,
  }));
}
