import * as v from "valibot";
import { renderFoundEvents } from "../render/event-search.ts";
import { SentryError } from "../sentry/error.ts";
import type { SearchTime } from "../sentry/events-search.ts";
import { defineTool } from "./define.ts";
import { cursor, organizationSlug, period, projectSlugOrId } from "./params.ts";
import { runEventSearch } from "./run-event-search.ts";

const field = v.pipe(
  v.string(),
  v.trim(),
  v.regex(/^.{1,200}$/, "expected a field or a figure such as count()"),
);

const environment = v.pipe(v.string(), v.maxLength(64));

const time = v.pipe(
  v.string(),
  v.trim(),
  v.regex(
    /^\d{4}-\d\d-\d\d[T\d:.Z+-]{0,28}$/,
    "expected an ISO 8601 time such as 2026-03-01T10:00:00Z",
  ),
);

export const searchEvents = defineTool({
  name: "search_events",
  title: "Search events",
  description: "Searches errors, spans, logs, metrics, profiles or replays by Sentry's search " +
    "syntax. Lists matches, or counts and measures them: `fields` with `count()`, `p95(span.duration)` give a table, " +
    "with `interval` a time series. For issues use search_issues.",
  skills: ["inspect", "triage", "seer"],
  scopes: ["org:read", "event:read"],
  effect: "read",
  output: "text",
  input: v.object({
    organizationSlug,
    dataset: v.optional(v.picklist(["spans", "errors", "logs", "metrics", "profiles", "replays"]), "errors"),
    query: v.optional(
      v.pipe(
        v.string(),
        v.maxLength(2000),
        v.description("Sentry search syntax, as span.duration:>1s; empty finds all"),
      ),
      "",
    ),
    fields: v.optional(
      v.pipe(
        v.array(field),
        v.maxLength(20),
        v.description(
          "Columns and figures: span.op, count(); of a metric: p95(value,name,type,unit)",
        ),
      ),
    ),
    sort: v.optional(
      v.pipe(field, v.description("-field: descending; default newest or largest first")),
    ),
    projectSlug: v.optional(projectSlugOrId),
    environment: v.optional(v.union([environment, v.array(environment)])),
    period: v.optional(v.pipe(period, v.description("How far back: 24h, 14d (default), 4w"))),
    start: v.optional(v.pipe(time, v.description("ISO 8601, with end instead of period"))),
    end: v.optional(time),
    limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 10),
    cursor: v.optional(cursor),
    interval: v.optional(
      v.pipe(
        v.string(),
        v.regex(/^[1-9]\d{0,3}[smhdw]$/, "expected a span such as 15m, 1h or 1d"),
        v.description("Time series in steps of 15m, 1h, 1d"),
      ),
    ),
  }),
  example: { organizationSlug: "acme" },
  async run(input, { sentry, now }) {
    const { dataset, query, fields, sort, projectSlug: project, limit, cursor, interval } = input;
    const environments = [input.environment ?? []].flat().filter((name) => name !== "").slice(0, 20);
    const search = { dataset, query, fields, sort, project, limit, cursor, interval, environments };
    const organization = sentry.organization(input.organizationSlug);
    return runEventSearch(
      organization,
      { ...search, time: searchTime(input) },
      new Date(now()).toISOString(),
    );
  },
  render: renderFoundEvents,
});

function searchTime({ period, start, end }: { period?: string; start?: string; end?: string }): SearchTime {
  if (start === undefined && end === undefined) return { period: period ?? "14d" };
  if (start === undefined || end === undefined) {
    throw new SentryError("invalid", "start and end go together: pass both, or period");
  }
  if (period !== undefined) throw new SentryError("invalid", "Pass period, or start and end, not both");
  return { start: withoutZone(start), end: withoutZone(end) };
}

/** Sentry reads no zone but UTC, and takes a time without one for it. */
function withoutZone(text: string): string {
  const hasZone = !/T\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/.test(text);
  const atMs = Date.parse(hasZone ? text : `${text}Z`);
  if (Number.isNaN(atMs)) throw new SentryError("invalid", `"${text}" is no time`);
  return new Date(atMs).toISOString().slice(0, 19);
}
