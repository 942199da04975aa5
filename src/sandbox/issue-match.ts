import type { Term } from "./issue-query.ts";
import { badRequest } from "./problem.ts";
import { PEOPLE, TEAMS } from "./world/directory.ts";
import type { WorldIssue } from "./world/issues.ts";
import type { Person, Triage } from "./world/model.ts";

const HOUR_MS = 3_600_000;
const UNIT_HOURS: Readonly<Record<string, number>> = { s: 1 / 3600, m: 1 / 60, h: 1, d: 24, w: 168 };

interface Viewpoint {
  readonly person: Person;
  readonly nowMs: number;
  triageOf(issue: WorldIssue): Triage;
}

type Predicate = (issue: WorldIssue, value: string, view: Viewpoint) => boolean;

const STATUSES: Readonly<Record<string, (triage: Triage) => boolean>> = {
  unresolved: ({ status }) => status === "unresolved",
  resolved: ({ status }) => status === "resolved",
  ignored: ({ status }) => status === "ignored",
  archived: ({ status }) => status === "ignored",
  muted: ({ status }) => status === "ignored",
  assigned: ({ assignee }) => assignee !== undefined,
  unassigned: ({ assignee }) => assignee === undefined,
  for_review: ({ status, substatus }) => status === "unresolved" && substatus !== "ongoing",
  linked: () => false,
  unlinked: () => true,
  ...Object.fromEntries(
    ["new", "ongoing", "escalating", "regressed"]
      .map((name) => [name, ({ substatus }: Triage) => substatus === name]),
  ),
  ...Object.fromEntries(
    ["archived_until_escalating", "archived_until_condition_met", "archived_forever"]
      .map((name) => [name, ({ substatus }: Triage) => substatus === name]),
  ),
};

const isAssigned: Predicate = (issue, value, view) => {
  const { assignee } = view.triageOf(issue);
  if (value === "none" || value === "unassigned") return assignee === undefined;
  if (value === "me") return assignee === `user:${view.person.id}`;
  if (value === "my_teams") {
    return TEAMS.some(({ id, slug }) => assignee === `team:${id}` && view.person.teams.includes(slug));
  }
  if (value.startsWith("#")) {
    return TEAMS.some(({ id, slug }) => `#${slug}` === value && assignee === `team:${id}`);
  }
  return PEOPLE.some(({ id, login, email }) => assignee === `user:${id}` && [login, email].includes(value));
};

const KEYS: Readonly<Record<string, Predicate>> = {
  is: (issue, value, view) => {
    const test = STATUSES[value];
    if (test) return test(view.triageOf(issue));
    throw badRequest(`Invalid value for "is" search, valid values are [${Object.keys(STATUSES).join(", ")}]`);
  },
  assigned: isAssigned,
  assigned_or_suggested: isAssigned,
  "issue.priority": (issue, value, view) => view.triageOf(issue).priority === value,
  priority: (issue, value, view) => view.triageOf(issue).priority === value,
  "issue.category": ({ seed }, value) => seed.issueCategory === value,
  "issue.type": ({ seed }, value) => seed.issueType === value,
  issue: ({ shortId }, value) => shortId === value.toUpperCase(),
  "issue.id": ({ id }, value) => id === value,
  project: ({ project }, value) => like(project.slug, value),
  "project.name": ({ project }, value) => like(project.slug, value),
  "project.id": ({ project }, value) => project.id === value,
  platform: ({ seed }, value) => like(seed.platform, value),
  "platform.name": ({ seed }, value) => like(seed.platform, value),
  level: ({ seed }, value) => seed.level === value,
  title: ({ seed }, value) => like(seed.title, value),
  message: ({ seed }, value) => like(seed.title, `*${value}*`),
  culprit: ({ seed }, value) => like(seed.culprit, value),
  "error.type": ({ seed }, value) => like(seed.metadata["type"] ?? "", value),
  "error.value": ({ seed }, value) => like(seed.metadata["value"] ?? "", value),
  "error.handled": ({ seed }, value) => seed.isUnhandled === /^(?:0|false)$/i.test(value),
  "error.unhandled": ({ seed }, value) => seed.isUnhandled === /^(?:1|true)$/i.test(value),
  release: (issue, value) => {
    const versions = value === "latest" ? [issue.project.releases.at(-1) ?? ""] : [value];
    return versions.some((version) => tagValues(issue, "release").some((seen) => like(seen, version)));
  },
  firstRelease: (issue, value) => like(issue.seed.firstRelease, value),
  "first-release": (issue, value) => like(issue.seed.firstRelease, value),
  timesSeen: ({ seed }, value) => compare(seed.count, value, Number),
  times_seen: ({ seed }, value) => compare(seed.count, value, Number),
  firstSeen: (issue, value, view) => seen(issue.seed.firstSeenHoursAgo, value, view),
  age: (issue, value, view) => seen(issue.seed.firstSeenHoursAgo, value, view),
  lastSeen: (issue, value, view) => seen(issue.seed.lastSeenHoursAgo, value, view),
  id: ({ eventIds }, value) => eventIds.includes(value.replaceAll("-", "").toLowerCase()),
  trace: (issue, value) => JSON.stringify(issue.seed.event.contexts?.["trace"] ?? {}).includes(`"${value}"`),
  has: (issue, value, view) =>
    value === "assignee" || value === "assigned"
      ? view.triageOf(issue).assignee !== undefined
      : tagValues(issue, value).length > 0,
};

export function matches(issue: WorldIssue, term: Term, view: Viewpoint): boolean {
  const { key, values, negated } = term;
  if (key === undefined) return values.every((text) => isMentioned(issue, text));
  const test = KEYS[key] ??
    ((issue: WorldIssue, value: string) => tagValues(issue, key).some((seen) => like(seen, value)));
  return values.some((value) => test(issue, value, view)) !== negated;
}

function isMentioned(issue: WorldIssue, text: string): boolean {
  const { title, culprit, event } = issue.seed;
  return issue.eventIds.includes(text.toLowerCase()) ||
    [title, culprit, event.message ?? "", issue.shortId].some((place) => like(place, `*${text}*`));
}

function tagValues({ seed }: WorldIssue, key: string): string[] {
  const name = key.replace(/^tags\[(.+)\]$/, "$1");
  const values = seed.tags.find(([tag]) => tag === name)?.[1] ?? [];
  return values.map(([value]) => value);
}

/** Equality without case, where `*` stands for anything. */
export function like(text: string, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "is").test(text);
}

export function compare(actual: number, value: string, read: (text: string) => number): boolean {
  const [, operator = "", text = ""] = /^(>=|<=|>|<|=)?(.*)$/.exec(value) ?? [];
  const wanted = read(text);
  if (Number.isNaN(wanted)) throw badRequest(`Invalid number: '${text}'`);
  if (operator === ">") return actual > wanted;
  if (operator === ">=") return actual >= wanted;
  if (operator === "<") return actual < wanted;
  if (operator === "<=") return actual <= wanted;
  return actual === wanted;
}

/** `-24h`: in the last 24 hours; `+24h`: before that; `>2026-01-31`: after a date. */
function seen(hoursAgo: number, value: string, view: Viewpoint): boolean {
  const relative = /^([+-])(\d+)([smhdw])$/.exec(value);
  if (!relative) return compare(view.nowMs - hoursAgo * HOUR_MS, value, Date.parse);
  const hours = Number(relative[2]) * (UNIT_HOURS[relative[3] ?? ""] ?? 1);
  return relative[1] === "-" ? hoursAgo <= hours : hoursAgo >= hours;
}

/** The hours that a `statsPeriod` spans. */
export function periodHours(text: string): number {
  const [, count, unit] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  if (!count || !unit) throw badRequest(`Invalid statsPeriod: '${text}'`);
  return Number(count) * (UNIT_HOURS[unit] ?? 1);
}
