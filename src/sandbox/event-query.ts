import { openProjects } from "./access.ts";
import type { Caller, Desk } from "./access.ts";
import { readColumn } from "./event-columns.ts";
import type { Column } from "./event-columns.ts";
import { filterRows } from "./event-filter.ts";
import { cellOf, isTraceItems, readDataset, rowsOf } from "./event-table.ts";
import type { Cell, Row } from "./event-table.ts";
import { wantedProjects } from "./issue-search.ts";
import { badRequest } from "./problem.ts";
import { readTimeRange } from "./time-range.ts";
import type { Json, Organization } from "./world/model.ts";

const MOST_FIELDS = 20;

/** What a search for events finds, before it is counted or cut into pages. */
export function findRows(
  desk: Desk,
  caller: Caller,
  organization: Organization,
  parameters: URLSearchParams,
): { rows: Row[]; dataset: ReturnType<typeof readDataset>; fromMs: number; toMs: number } {
  const dataset = readDataset(parameters);
  const ids = wantedProjects(caller, organization, parameters.getAll("project"));
  const projects = openProjects(caller, organization).filter(({ id }) => ids.includes(id));
  const { fromMs, toMs } = readTimeRange(parameters, desk.state.seededAtMs);
  const environments = parameters.getAll("environment");
  const rows = rowsOf(desk, dataset)
    .filter(({ project }) => projects.includes(project))
    .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
    .filter((row) =>
      environments.length === 0 || environments.includes(String(cellOf(row, "environment") ?? ""))
    );
  const slugs = projects.map(({ slug }) => slug);
  return { rows: filterRows(rows, parameters.get("query") ?? "", slugs), dataset, fromMs, toMs };
}

export function readColumns(names: readonly string[], isTraceItems: boolean): Column[] {
  if (names.length === 0) throw badRequest("No columns selected");
  if (names.length > MOST_FIELDS) {
    throw badRequest(
      `You can view up to ${MOST_FIELDS} fields at a time. Please delete some and try again.`,
    );
  }
  return names.map((name) => readColumn(name, isTraceItems));
}

export interface Group {
  readonly rows: readonly Row[];
  readonly cells: Readonly<Record<string, Cell>>;
}

/** `GET …/events/`: rows, or one row for each group that the plain fields make. */
export function queryEvents(
  desk: Desk,
  caller: Caller,
  organization: Organization,
  parameters: URLSearchParams,
): { items: Json[]; meta: Json } {
  const { rows, dataset, fromMs, toMs } = findRows(desk, caller, organization, parameters);
  const asked = readColumns([...new Set(parameters.getAll("field"))], isTraceItems(dataset));
  const isPlain = asked.every(({ isAggregate }) => !isAggregate);
  // Without a figure every row says what it is and where it comes from, asked or not (`auto_fields`).
  const columns = isPlain
    ? [...asked, ...readColumns(["id", "project.name"], false)].filter(isFirstOfItsName)
    : asked;
  const groups = isPlain
    ? rows.map((row): Group => ({ rows: [row], cells: {} }))
    : groupRows(rows, asked.filter(({ isAggregate }) => !isAggregate));
  const view = { minutes: (toMs - fromMs) / 60_000 };
  const cells = groups.map((group) =>
    Object.fromEntries(columns.map(({ name, value }) => [name, value(group.rows, view)]))
  );
  return {
    items: sorted(cells, parameters.get("sort"), columns, isTraceItems(dataset)),
    meta: {
      fields: Object.fromEntries(columns.map(({ name, type }) => [name, type])),
      units: Object.fromEntries(columns.map(({ name, unit }) => [name, unit])),
      dataset: dataset === "ourlogs" ? "logs" : dataset,
      datasetReason: "unchanged",
      isMetricsData: false,
      isMetricsExtractedData: false,
      tips: {},
    },
  };
}

const isFirstOfItsName = ({ name }: Column, index: number, all: readonly Column[]) =>
  all.findIndex((one) => one.name === name) === index;

/** One group for each combination of values; without fields everything is one, even when it is empty. */
export function groupRows(rows: readonly Row[], by: readonly Column[]): Group[] {
  if (by.length === 0) return [{ rows, cells: {} }];
  const groups = new Map<string, Group & { readonly rows: Row[] }>();
  for (const row of rows) {
    const cells = Object.fromEntries(by.map(({ name }) => [name, cellOf(row, name)]));
    const key = JSON.stringify(cells);
    const group = groups.get(key) ?? { rows: [], cells };
    group.rows.push(row);
    groups.set(key, group);
  }
  return [...groups.values()];
}

type Cells = Readonly<Record<string, Cell>>;

function sorted(
  rows: Cells[],
  sort: string | null,
  columns: readonly Column[],
  isTraceItems: boolean,
): Cells[] {
  if (!sort) return rows;
  const name = sort.replace(/^-/, "");
  if (!columns.some((column) => column.name === name)) {
    throw badRequest(
      isTraceItems
        ? "orderby must also be in the selected columns or groupby"
        : "Cannot sort by a field that is not selected.",
    );
  }
  const direction = sort.startsWith("-") ? -1 : 1;
  return rows.toSorted((a, b) => direction * order(a[name] ?? null, b[name] ?? null));
}

function order(a: Cell, b: Cell): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [left, right] = [String(a ?? ""), String(b ?? "")];
  return left === right ? 0 : left < right ? -1 : 1;
}
