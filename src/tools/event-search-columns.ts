import { isFigure } from "../render/measure.ts";
import type { EventDataset } from "../sentry/events-search.ts";

/** What rows of a dataset show unless told otherwise; those of Sentry's own MCP server. */
export const DEFAULT_FIELDS: Record<EventDataset, readonly string[]> = {
  errors: [
    "issue",
    "title",
    "project",
    "timestamp",
    "level",
    "message",
    "error.type",
    "culprit",
    "user.email",
    "user.id",
  ],
  logs: ["timestamp", "project", "message", "severity", "trace"],
  spans: [
    "id",
    "span.op",
    "span.description",
    "span.duration",
    "transaction",
    "timestamp",
    "project",
    "trace",
  ],
  metrics: [
    "id",
    "timestamp",
    "project",
    "trace",
    "metric.name",
    "metric.type",
    "metric.unit",
    "value",
  ],
  profiles: [
    "project",
    "profile.id",
    "profiler.id",
    "thread.id",
    "timestamp",
    "transaction",
    "transaction.duration",
    "release",
    "environment",
    "trace",
    "precise.start_ts",
    "precise.finish_ts",
  ],
};

/** Without these a sample's value says nothing. */
const METRIC_IDENTITY = ["metric.name", "metric.type", "metric.unit"];

interface Columns {
  readonly fields: readonly string[];
  readonly sort: string;
  /** Figures over many, such as `count()`; none in a search for rows. */
  readonly figures: readonly string[];
  /** What figures are grouped by. */
  readonly groups: readonly string[];
}

/** The columns to ask for and their order: what was asked for, and what that needs. */
export function chooseColumns(
  { dataset, fields: asked, sort: askedSort }: {
    dataset: EventDataset;
    fields?: readonly string[];
    sort?: string;
  },
): Columns {
  const chosen = asked && asked.length > 0 ? asked : DEFAULT_FIELDS[dataset];
  const isOfRows = !chosen.some(isFigure);
  const fields = new Set([...chosen, ...(isOfRows && dataset === "metrics" ? METRIC_IDENTITY : [])]);
  const sort = askedSort ?? (isOfRows ? "-timestamp" : `-${chosen.find(isFigure)}`);
  // Sentry sorts by what is shown only. A plain field among figures would split their groups, so it is left to
  // Sentry to refuse it.
  const by = sort.replace(/^-/, "");
  if (isFigure(by) !== isOfRows) fields.add(by);
  const all = [...fields];
  return {
    fields: all,
    sort,
    figures: all.filter(isFigure),
    groups: isOfRows ? [] : all.filter((field) => !isFigure(field)),
  };
}

/** Figures over time: rows have none, so they are counted. */
export function chooseAxes(
  { fields = [], sort }: { fields?: readonly string[]; sort?: string },
): { axes: readonly string[]; groups: readonly string[]; sort: string } {
  const figures = fields.filter(isFigure);
  const axes = figures.length > 0 ? figures : ["count()"];
  return { axes, groups: fields.filter((field) => !isFigure(field)), sort: sort ?? `-${axes[0]}` };
}
