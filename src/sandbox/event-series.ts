import type { Caller, Desk } from "./access.ts";
import type { Column } from "./event-columns.ts";
import { findRows, groupRows, readColumns } from "./event-query.ts";
import type { Group } from "./event-query.ts";
import { isTraceItems } from "./event-table.ts";
import type { Cell } from "./event-table.ts";
import { periodHours } from "./issue-match.ts";
import { badRequest } from "./problem.ts";
import type { Json, Organization } from "./world/model.ts";

const MOST_POINTS = 10_000;
const MOST_SERIES = 10;
const HOUR_MS = 3_600_000;
/** What came in so lately may not be counted yet. */
const INGESTION_DELAY_MS = 90_000;

interface Series {
  readonly axis: Column;
  readonly group: Group | undefined;
  readonly order: number;
  /** `[begin of the bucket in ms, value]` */
  readonly points: readonly (readonly [number, Cell])[];
}

interface Buckets {
  readonly series: Series[];
  readonly dataset: string;
  readonly intervalMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
}

/** @param groupBy The parameter that names the fields to group by: the two endpoints differ. */
export function countInBuckets(
  desk: Desk,
  caller: Caller,
  organization: Organization,
  parameters: URLSearchParams,
  groupBy: "groupBy" | "field",
): Buckets {
  const { rows, dataset, fromMs, toMs } = findRows(desk, caller, organization, parameters);
  const intervalMs = periodHours(parameters.get("interval") || "1h") * HOUR_MS;
  const firstMs = Math.floor(fromMs / intervalMs) * intervalMs;
  const count = Math.ceil((toMs - firstMs) / intervalMs);
  if (count > MOST_POINTS) {
    throw badRequest(
      "Your interval and date range would create too many results. Use a larger interval, or a smaller date range.",
    );
  }
  const names = parameters.getAll("yAxis");
  const axes = readColumns(names.length > 0 ? names : ["count()"], isTraceItems(dataset));
  if (axes.some(({ isAggregate }) => !isAggregate)) throw badRequest("yAxis must be an aggregate");
  const groups = readGroups(parameters, groupBy, isTraceItems(dataset));
  const top = groups ? biggest(groupRows(rows, groups.by), groups.limit) : [undefined];
  const view = { minutes: intervalMs / 60_000 };
  const series = top.flatMap((group, order) =>
    axes.map((axis): Series => ({
      axis,
      group,
      order,
      points: Array.from({ length: count }, (_, index) => {
        const atMs = firstMs + index * intervalMs;
        const inside = (group?.rows ?? rows).filter((row) =>
          row.atMs >= atMs && row.atMs < atMs + intervalMs
        );
        return [
          atMs,
          inside.length === 0 && axis.type !== "integer" ? null : axis.value(inside, view),
        ] as const;
      }),
    }))
  );
  return { series, dataset, intervalMs, fromMs, toMs, nowMs: desk.state.seededAtMs };
}

function readGroups(parameters: URLSearchParams, groupBy: "groupBy" | "field", ofTraceItems: boolean) {
  const limit = Number(parameters.get("topEvents") ?? 0);
  if (limit === 0) return undefined;
  if (!Number.isInteger(limit)) throw badRequest("topEvents must be an integer");
  if (limit < 0) throw badRequest("topEvents needs to be at least 1");
  if (limit > MOST_SERIES) throw badRequest(`Can only get up to ${MOST_SERIES} top events`);
  const by = parameters.getAll(groupBy).filter((name) => !name.includes("("));
  if (by.length === 0) throw badRequest("groupBy is a required parameter when doing topEvents");
  if (by.includes("timestamp")) throw badRequest("Cannot group by timestamp");
  return { limit, by: readColumns(by, ofTraceItems) };
}

const biggest = (groups: Group[], limit: number) =>
  groups.toSorted((a, b) => b.rows.length - a.rows.length).slice(0, limit);

/** `api/endpoints/organization_events_timeseries.py` of getsentry/sentry. */
export function timeSeriesJson({ series, dataset, intervalMs, fromMs, toMs, nowMs }: Buckets): Json {
  return {
    meta: { dataset: dataset === "ourlogs" ? "logs" : dataset, start: fromMs, end: toMs },
    timeSeries: series.map(({ axis, group, order, points }) => ({
      values: points.map(([timestamp, value]) => ({
        timestamp,
        value: value ?? 0,
        incomplete: timestamp + intervalMs >= nowMs - INGESTION_DELAY_MS,
        ...(timestamp + intervalMs >= nowMs - INGESTION_DELAY_MS &&
          { incompleteReason: "INCOMPLETE_BUCKET" }),
      })),
      yAxis: axis.name,
      ...(group && { groupBy: Object.entries(group.cells).map(([key, value]) => ({ key, value })) }),
      meta: {
        valueType: axis.type,
        valueUnit: axis.unit,
        interval: intervalMs,
        ...(group && { order, isOther: false }),
      },
    })),
  };
}

/** `api/endpoints/organization_events_stats.py`: one series as it is, more of them by name, groups around them. */
export function eventsStatsJson({ series, fromMs, toMs }: Buckets): Json {
  const json = ({ axis, points, order }: Series): Json => ({
    data: points.map(([atMs, value]) => [atMs / 1000, [{ count: value ?? 0 }]]),
    order,
    start: fromMs / 1000,
    end: toMs / 1000,
    isMetricsData: false,
    meta: { fields: { [axis.name]: axis.type }, units: { [axis.name]: axis.unit } },
  });
  const axes = new Set(series.map(({ axis }) => axis.name));
  const byAxis = (some: readonly Series[]): Json =>
    axes.size === 1 && some[0]
      ? json(some[0])
      : Object.fromEntries(some.map((one) => [one.axis.name, json(one)]));
  const nameOf = ({ group }: Series) => group && Object.values(group.cells).map(String).join(",");
  const names = [...new Set(series.map(nameOf))];
  if (names[0] === undefined) return byAxis(series);
  return Object.fromEntries(
    names.map((name) => [name ?? "", byAxis(series.filter((one) => nameOf(one) === name))]),
  );
}
