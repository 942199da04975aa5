import { isRecord, record, text } from "./decode.ts";

/** As the tool for events names them. */
export type SearchDataset =
  | "errors"
  | "logs"
  | "metrics"
  | "profiles"
  | "replays"
  | "spans";

/** A search that somebody made on a page of Sentry. */
export interface SearchLink {
  readonly query?: string;
  readonly fields: readonly string[];
  readonly sort?: string;
  /** `24h`, `14d`; a search has either this or a start and an end. */
  readonly period?: string;
  readonly start?: string;
  readonly end?: string;
  /** Numeric ids. */
  readonly projects: readonly string[];
  readonly environments: readonly string[];
  readonly interval?: string;
}

type Terms = Pick<SearchLink, "query" | "fields" | "sort">;

/**
 * The search that a page's parameters say.
 *
 * @see `static/app/views/explore/` of getsentry/sentry for the names of the parameters
 */
export function searchOf(page: string, parameters: URLSearchParams): SearchLink {
  const one = (name: string) => text(parameters.get(name));
  return {
    ...(page === "logs" ? logTerms : page === "metrics" ? metricTerms : plainTerms)(parameters),
    period: one("statsPeriod"),
    start: one("start"),
    end: one("end"),
    projects: parameters.getAll("project").filter((id) => /^\d+$/.test(id)),
    environments: parameters.getAll("environment").filter((name) => name !== ""),
    interval: one("interval"),
  };
}

const DATASETS: Readonly<Record<string, SearchDataset>> = {
  traces: "spans",
  performance: "spans",
  logs: "logs",
  metrics: "metrics",
  profiling: "profiles",
  replays: "replays",
};

/** Discover has two names for its data sets; transactions are spans by now. */
export function datasetOf(page: string, parameters: URLSearchParams): SearchDataset {
  const named = `${parameters.get("queryDataset") ?? ""} ${parameters.get("dataset") ?? ""}`;
  return DATASETS[page] ?? (/transaction|spans/.test(named) ? "spans" : "errors");
}

function plainTerms(parameters: URLSearchParams): Terms {
  const transaction = text(parameters.get("transaction"));
  const query = text(parameters.get("query"));
  return {
    query: transaction
      ? [`transaction:${JSON.stringify(transaction)}`, query].filter(Boolean).join(" ")
      : query,
    ...columnsOf(parameters, { fields: "field", sort: "sort", aggregateSort: "aggregateSort" }),
  };
}

function logTerms(parameters: URLSearchParams): Terms {
  return {
    query: text(parameters.get("logsQuery")),
    ...columnsOf(parameters, {
      fields: "logsFields",
      sort: "logsSortBys",
      aggregateSort: "logsAggregateSortBys",
    }),
  };
}

/** Samples have fields, aggregates have what they are grouped by and what is counted. */
function columnsOf(
  parameters: URLSearchParams,
  names: { fields: string; sort: string; aggregateSort: string },
): Pick<SearchLink, "fields" | "sort"> {
  const grouped = parameters.getAll("aggregateField").flatMap((json) => columnsOfAggregate(parsed(json)));
  const isAggregate = parameters.get("mode") === "aggregate" && grouped.length > 0;
  return {
    fields: isAggregate ? grouped : parameters.getAll(names.fields).filter((field) => field !== ""),
    sort: text(parameters.get(isAggregate ? names.aggregateSort : names.sort)),
  };
}

function columnsOfAggregate(raw: unknown): string[] {
  const { groupBy, yAxes } = record(raw);
  const aggregates: unknown[] = Array.isArray(yAxes) ? yAxes : [];
  return [groupBy, ...aggregates].map(text).filter((column) => column !== undefined);
}

/** A metric's page keeps everything of one metric in one parameter. */
function metricTerms(parameters: URLSearchParams): Terms {
  const shown = record(parsed(parameters.get("metric") ?? ""));
  const metric = text(record(shown.metric).name);
  const columns: unknown[] = Array.isArray(shown.aggregateFields) ? shown.aggregateFields : [];
  const query = [metric && `metric.name:${JSON.stringify(metric)}`, text(shown.query)].filter(Boolean).join(
    " ",
  );
  return {
    query: text(query),
    fields: columns.flatMap(columnsOfAggregate),
    sort: sortOf(shown.aggregateSortBys),
  };
}

function sortOf(raw: unknown): string | undefined {
  const [first]: unknown[] = Array.isArray(raw) ? raw : [];
  const { field, kind } = record(first);
  const column = text(field);
  return column && kind === "desc" ? `-${column}` : column;
}

function parsed(json: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
