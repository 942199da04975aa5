import type { SearchDataset, SearchLink } from "../sentry/search-link.ts";
import { blocks, code, word } from "./markdown.ts";
import { facts } from "./reading.ts";

export interface SearchReading {
  readonly organizationSlug: string;
  /** Absent: issues. */
  readonly dataset?: SearchDataset;
  readonly search: SearchLink;
}

/** What somebody searched for. */
export function renderSearchLink({ organizationSlug, dataset, search }: SearchReading): string {
  const { query, fields, sort, period, start, end, projects, environments, interval } = search;
  const list = (names: readonly string[], maximum: number) =>
    names.slice(0, maximum).map((name) => code(name, 120)).join(", ");
  return blocks(
    `# A search of ${dataset ?? "issues"} in ${code(organizationSlug)}`,
    facts(
      ["Query", query ? code(query, 1000) : "none: it finds everything"],
      ["Fields", list(fields, 20)],
      ["Sort", sort && code(sort, 120)],
      ["Period", period ? word(period) : start && end && `${code(start, 40)} to ${code(end, 40)}`],
      ["Projects", projects.length > 0 && `id ${list(projects, 20)}`],
      ["Environments", list(environments, 10)],
      ["Interval", interval && word(interval)],
    ),
    `\`${dataset === undefined ? "search_issues" : "search_events"}\` runs a search like this.`,
  );
}
