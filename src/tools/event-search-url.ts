import type { ExecutedSearch } from "../render/event-search.ts";
import { isFigure } from "../render/measure.ts";
import { DEFAULT_FIELDS } from "./event-search-columns.ts";

/** A longer address costs more than it helps. */
const MOST_CHARACTERS = 1200;

type Pairs = readonly (readonly [string, string])[];

/**
 * The page on which Sentry shows this search to a person; undefined where its address is not known for sure.
 *
 * @param projectId Pages take no slugs.
 */
export function eventSearchUrl(
  search: ExecutedSearch,
  { webUrl, projectId }: { webUrl: string; projectId?: string },
): string | undefined {
  const { time, environments } = search;
  const page = pageOf(search);
  // Pages want the organization's slug.
  if (!page || /\/\d+$/.test(webUrl)) return undefined;
  const range: Pairs = "period" in time
    ? [["statsPeriod", time.period]]
    : [["start", time.start], ["end", time.end], ["utc", "true"]];
  const pairs: Pairs = [
    ...page.pairs,
    ...(projectId === undefined ? [] : [["project", projectId] as const]),
    ...environments.map((environment) => ["environment", environment] as const),
    ...range,
  ];
  const query = new URLSearchParams(
    pairs.filter(([, value]) => value !== "").map(([name, value]) => [name, value]),
  );
  const url = `${webUrl}/explore/${page.path}/?${query.toString().replaceAll("*", "%2A")}`;
  return url.length > MOST_CHARACTERS ? undefined : url;
}

function pageOf(search: ExecutedSearch): { path: string; pairs: Pairs } | undefined {
  const { dataset, query, fields, sort = "" } = search;
  const figures = fields.filter(isFigure);
  // Pages have columns of their own, so the usual ones need not make the address longer.
  const isUsual = dataset !== "replays" && fields.join() === DEFAULT_FIELDS[dataset].join();
  const columns = isUsual ? [] : fields;
  const each = (name: string, values: readonly string[]): Pairs => values.map((value) => [name, value]);
  if (dataset === "errors") {
    return {
      path: "discover/homepage",
      pairs: [
        ["dataset", "errors"],
        ["queryDataset", "error-events"],
        ["query", query],
        ...each("field", fields),
        ...each("yAxis", figures),
        ["sort", sort],
      ],
    };
  }
  if (dataset === "spans" && figures.length === 0) {
    return {
      path: "traces",
      pairs: [["query", query], ["table", "span"], ...each("field", columns), ["sort", sort]],
    };
  }
  if (dataset === "spans") {
    const groups = fields.filter((field) => !isFigure(field));
    return {
      path: "traces",
      pairs: [
        ["query", query],
        ["mode", "aggregate"],
        ...each("aggregateField", groups.map((groupBy) => JSON.stringify({ groupBy }))),
        ["aggregateField", JSON.stringify({ yAxes: figures })],
        ["aggregateSort", sort],
      ],
    };
  }
  if (dataset === "logs" && figures.length === 0) {
    return {
      path: "logs",
      pairs: [["logsQuery", query], ...each("logsFields", columns), ["logsSortBys", sort]],
    };
  }
  if (dataset === "replays") return { path: "replays", pairs: [["query", query]] };
  if (dataset === "profiles") return { path: "profiling", pairs: [["query", query]] };
  return undefined;
}
