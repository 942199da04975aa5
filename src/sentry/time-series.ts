import type { OrganizationAccess } from "./organization-access.ts";
import { flag, idOf, isRecord, listOf, numberOf, record, text } from "./decode.ts";
import {
  type ColumnKind,
  decodeColumnKinds,
  type EventDataset,
  inDataset,
  scopeQuery,
  type SearchScope,
} from "./events-search.ts";

export interface Series {
  /** The figure, such as `count()`. */
  readonly axis?: string;
  /** Values of the fields that were grouped by. */
  readonly group?: readonly string[];
  readonly kind: ColumnKind;
  readonly points: readonly Point[];
}

interface Point {
  /** When its bucket begins. */
  readonly atMs: number;
  readonly value: number;
  /** The bucket is not over, or not all of it has come in. */
  readonly isIncomplete: boolean;
}

export function decodeTimeSeries(raw: unknown): Series[] | undefined {
  const { timeSeries } = record(raw);
  if (!Array.isArray(timeSeries)) return undefined;
  return listOf(timeSeries, decodeSeries);
}

export function decodeSeries(raw: unknown): Series | undefined {
  if (!isRecord(raw)) return undefined;
  const { meta, values, groupBy } = raw;
  const { valueType, valueUnit, isOther } = record(meta);
  const group = listOf(groupBy, (one) => isRecord(one) ? idOf(one.value) ?? "" : undefined);
  return {
    axis: text(raw.yAxis) ?? text(raw.axis),
    group: flag(isOther) ? ["Other"] : group.length > 0 ? group : undefined,
    kind: { type: text(valueType), unit: text(valueUnit) },
    points: listOf(values, (point) => {
      const { timestamp, value, incomplete } = record(point);
      return pointOf(numberOf(timestamp), value, flag(incomplete));
    }),
  };
}

function pointOf(atMs: number | undefined, value: unknown, isIncomplete = false): Point | undefined {
  // Beyond this a date cannot be made (ECMA-262 §21.4.1.1).
  if (atMs === undefined || Math.abs(atMs) > 8.64e15) return undefined;
  return { atMs, value: numberOf(value) ?? 0, isIncomplete };
}

/**
 * One series as it is, several by their axes, groups of either by their values joined.
 *
 * @param axes As they were asked for: a single one is not named in the answer.
 */
export function decodeEventsStats(raw: unknown, axes: readonly string[] = []): Series[] | undefined {
  if (!isRecord(raw)) return undefined;
  const [only] = axes;
  if ("data" in raw) return statsOf(raw, only);
  return Object.entries(raw).flatMap(([name, value]) => {
    const inner = record(value);
    if (!("data" in inner)) {
      return Object.entries(inner).flatMap(([axis, one]) => statsOf(one, axis, [name]));
    }
    return axes.length > 1 && isFigure(name) ? statsOf(inner, name) : statsOf(inner, only, [name]);
  });
}

function statsOf(raw: unknown, axis: string | undefined, group?: readonly string[]): Series[] {
  const { data, meta } = record(raw);
  if (!Array.isArray(data)) return [];
  const kinds = decodeColumnKinds(meta);
  const points = listOf(data, (point) => {
    const [at, counts]: unknown[] = Array.isArray(point) ? point : [];
    const seconds = numberOf(at);
    return pointOf(seconds === undefined ? undefined : seconds * 1000, listOf(counts, record)[0]?.count);
  });
  return [{ axis, group, kind: kinds[axis ?? ""] ?? kinds[aliasOf(axis ?? "")] ?? {}, points }];
}

/** What older versions call a figure's column: `p95_span_duration`. */
const aliasOf = (axis: string) => axis.replace(/\W+/g, "_").replace(/_$/, "");

const isFigure = (name: string) => /^\w+\(.*\)$|^equation/.test(name);

/**
 * `GET /organizations/{organization}/events-timeseries/`; older versions have `…/events-stats/` alone.
 *
 * @see https://docs.sentry.io/api/explore/query-explore-events-in-timeseries-format/, and of getsentry/sentry
 * `src/sentry/api/endpoints/organization_events_stats.py`
 */
export function searchTimeSeries(
  organization: OrganizationAccess,
  dataset: EventDataset,
  search: SearchScope & {
    readonly axes: readonly string[];
    readonly groupBy: readonly string[];
    readonly sort?: string;
    /** Groups at most, the others are left out. */
    readonly most: number;
    readonly interval: string;
  },
): Promise<readonly Series[]> {
  const { axes: yAxis, groupBy, sort, most, interval } = search;
  const top = groupBy.length > 0 ? { topEvents: most, sort, excludeOther: "1" } : {};
  const common = { yAxis, interval, ...top, ...scopeQuery(search) };
  const { project } = search;
  return inDataset(organization, dataset, (name) =>
    organization.newerOrOlder({
      feature: "events-timeseries",
      signs: ["not_found", "unsupported"],
      newer: () =>
        organization.searchWhole({
          path: ["events-timeseries"],
          query: { dataset: name, ...common, groupBy },
          project,
          decode: decodeTimeSeries,
        }),
      older: () =>
        organization.searchWhole({
          path: ["events-stats"],
          query: { dataset: name, ...common, field: groupBy.length > 0 ? [...groupBy, ...yAxis] : [] },
          project,
          decode: (raw) => decodeEventsStats(raw, yAxis),
        }),
    }));
}
