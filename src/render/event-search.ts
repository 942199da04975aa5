import type { Page } from "../sentry/organization-access.ts";
import type { EventDataset, EventTable, SearchTime } from "../sentry/events-search.ts";
import type { Replay } from "../sentry/replay.ts";
import type { Series } from "../sentry/time-series.ts";
import { eventEntries } from "./event-entries.ts";
import { figureTable } from "./figure-table.ts";
import { logLines } from "./log-lines.ts";
import { blocks, code, counted, fence, FOREIGN, joined, lines } from "./markdown.ts";
import { replayEntry } from "./replay-entry.ts";
import { renderTimeSeries } from "./time-series.ts";

/** What was asked of Sentry in the end. */
export interface ExecutedSearch {
  readonly dataset: EventDataset | "replays";
  readonly query: string;
  /** None for replays. */
  readonly fields: readonly string[];
  readonly sort?: string;
  readonly project?: string;
  readonly environments: readonly string[];
  readonly time: SearchTime;
  readonly interval?: string;
  readonly webUrl?: string;
}

export interface FoundEvents {
  readonly search: ExecutedSearch;
  readonly asOf: string;
  readonly found:
    | ({ readonly kind: "rows" | "figures" } & EventTable)
    | ({ readonly kind: "replays" } & Page<Replay>)
    | { readonly kind: "series"; readonly series: readonly Series[] };
}

const MOST_CHARACTERS = 13_000;

const NOUNS: Record<ExecutedSearch["dataset"], string> = {
  errors: "error",
  spans: "span",
  logs: "log",
  metrics: "metric sample",
  profiles: "profile",
  replays: "replay",
};

export function renderFoundEvents({ search, asOf, found }: FoundEvents): string {
  const noun = NOUNS[search.dataset];
  if (found.kind === "series") {
    return blocks(
      renderTimeSeries(found.series, { dataset: search.dataset, most: MOST_CHARACTERS }),
      executed(search),
    );
  }
  const { items, dropped, cursor } = found;
  const what = found.kind === "figures" ? "row" : noun;
  const { text, shown } = body(found, { search, asOf });
  return blocks(
    items.length > 0
      ? `# ${counted(items.length, what)}${found.kind === "figures" ? ` over ${noun}s` : ""}`
      : `No ${noun} found: a longer \`period\` or a wider \`query\` may find some.`,
    items.length > 0 && FOREIGN,
    text,
    shown < items.length &&
      `${items.length - shown} more did not fit: pass a lower \`limit\` or fewer \`fields\`.`,
    dropped > 0 && `${counted(dropped, what)} could not be read and are left out`,
    cursor && `There are more: pass \`cursor\` ${code(cursor)}.`,
    executed(search),
  );
}

function body(
  found: Exclude<FoundEvents["found"], { kind: "series" }>,
  { search, asOf }: { search: ExecutedSearch; asOf: string },
): { text: string | undefined; shown: number } {
  if (found.items.length === 0) return { text: undefined, shown: 0 };
  if (found.kind === "replays") {
    const entries = fitting(found.items.map((replay) => replayEntry(replay, asOf)));
    return { text: lines(...entries), shown: entries.length };
  }
  const { items, kinds } = found;
  const { fields, dataset } = search;
  if (found.kind === "figures") return figureTable(items, { fields, kinds, most: MOST_CHARACTERS });
  if (dataset === "logs") {
    const entries = fitting(logLines(items, { fields, kinds }));
    return { text: fence(entries.join("\n"), { maximum: MOST_CHARACTERS * 2 }), shown: entries.length };
  }
  const entries = fitting(eventEntries(items, { dataset, fields, kinds, asOf }));
  return { text: lines(...entries), shown: entries.length };
}

/** As many as there is room for, from the first on. */
function fitting(entries: readonly string[]): string[] {
  let size = 0;
  const end = entries.findIndex((entry) => (size += entry.length + 1) > MOST_CHARACTERS);
  return entries.slice(0, end < 0 ? entries.length : end);
}

function executed(search: ExecutedSearch): string {
  const { dataset, query, sort, project, environments, time, interval, webUrl } = search;
  return lines(
    `Ran: ${
      joined(
        `dataset ${code(dataset)}`,
        query === "" ? "no query" : `query ${code(query, 500)}`,
        "period" in time ? `last ${code(time.period)}` : `${code(time.start)} to ${code(time.end)} UTC`,
        project && `project ${code(project)}`,
        environments.length > 0 &&
          `environment ${environments.map((environment) => code(environment, 64)).join(", ")}`,
        interval && `interval ${code(interval)}`,
        sort && `sort ${code(sort)}`,
      )
    }`,
    webUrl && `Web: ${webUrl}`,
  );
}
