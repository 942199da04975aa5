import type { Desk } from "./access.ts";
import { eventAtMs, eventTags } from "./event-json.ts";
import { badRequest } from "./problem.ts";
import { projectOf } from "./world/directory.ts";
import { ISSUES } from "./world/issues.ts";
import type { Project } from "./world/model.ts";
import { isoTime } from "./world/parts.ts";
import { TELEMETRY } from "./world/telemetry.ts";
import type { TelemetryRow } from "./world/telemetry-row.ts";

const HOUR_MS = 3_600_000;

/** A text, a number, a flag, some texts, or nothing. */
export type Cell = string | number | boolean | readonly string[] | null;

export interface Row {
  readonly atMs: number;
  readonly project: Project;
  readonly values: Readonly<Record<string, Cell>>;
}

/** As Sentry lists them; the names of the older versions, too. */
const DATASETS = [
  "discover",
  "errors",
  "ourlogs",
  "logs",
  "tracemetrics",
  "profiles",
  "spans",
  "transactions",
] as const;
type Dataset = typeof DATASETS[number];

/** `get_dataset` in `api/bases/organization_events.py` of getsentry/sentry. */
export function readDataset(parameters: URLSearchParams): Dataset {
  const asked = parameters.get("dataset") ?? "discover";
  const dataset = DATASETS.find((name) => name === asked);
  if (!dataset) throw badRequest(`dataset must be one of: ${DATASETS.join(", ")}`);
  return dataset;
}

/** Whether the dataset is kept as trace items, whose errors have other words. */
export const isTraceItems = (dataset: Dataset) =>
  ["ourlogs", "logs", "tracemetrics", "spans"].includes(dataset);

/** Everything of a dataset, newest first, whoever may see it. */
export function rowsOf(desk: Desk, dataset: Dataset): Row[] {
  const rows = dataset === "errors" || dataset === "discover"
    ? errorRows(desk)
    : telemetryOf(dataset).map((row) => telemetryRow(desk, row));
  return rows.toSorted((a, b) => b.atMs - a.atMs);
}

function telemetryOf(dataset: Exclude<Dataset, "errors" | "discover">): readonly TelemetryRow[] {
  if (dataset === "transactions") return TELEMETRY.spans.filter(({ values }) => values["is_transaction"]);
  return TELEMETRY[dataset === "ourlogs" ? "logs" : dataset];
}

function telemetryRow(desk: Desk, { project: slug, hoursAgo, values }: TelemetryRow): Row {
  const project = projectOf(slug);
  const atMs = desk.state.seededAtMs - Math.round(hoursAgo * HOUR_MS);
  return { atMs, project, values: { ...common(project, atMs), ...values } };
}

function errorRows(desk: Desk): Row[] {
  return ISSUES.filter(({ seed }) => seed.type === "error" || seed.type === "default").flatMap((issue) =>
    issue.eventIds.map((id, index): Row => {
      const { seed, project, shortId } = issue;
      const atMs = eventAtMs(desk, issue, index);
      const { type, value } = seed.metadata;
      return {
        atMs,
        project,
        values: {
          ...Object.fromEntries(eventTags(issue, index)),
          ...common(project, atMs),
          id,
          issue: shortId,
          "issue.id": Number(issue.id),
          title: seed.title,
          level: seed.level,
          message: seed.event.message ?? seed.title,
          culprit: seed.culprit,
          "error.type": type === undefined ? [] : [type],
          "error.value": value === undefined ? [] : [value],
          "error.handled": seed.isUnhandled ? 0 : 1,
          platform: seed.platform,
          trace: textIn(seed.event.contexts?.["trace"], "trace_id"),
          "user.id": textIn(seed.event.user, "id"),
          "user.email": textIn(seed.event.user, "email"),
          "user.username": textIn(seed.event.user, "username"),
        },
      };
    })
  );
}

function common(project: Project, atMs: number): Record<string, Cell> {
  return {
    project: project.slug,
    "project.name": project.slug,
    "project.id": Number(project.id),
    timestamp: `${isoTime(atMs).slice(0, 19)}+00:00`,
  };
}

function textIn(value: unknown, name: string): string | null {
  if (typeof value !== "object" || value === null) return null;
  const found: unknown = Object.entries(value).find(([key]) => key === name)?.[1];
  return typeof found === "string" ? found : null;
}

/** `tags[name]` is the same as `name`; what a row does not have is nothing. */
export function cellOf(row: Row, field: string): Cell {
  return row.values[field.replace(/^tags\[([^,\]]+)(?:,\s*\w+)?\]$/, "$1")] ?? null;
}
