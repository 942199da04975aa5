import type { ExecutedSearch, FoundEvents } from "../render/event-search.ts";
import type { OrganizationAccess } from "../sentry/organization-access.ts";
import { SentryError } from "../sentry/error.ts";
import { type EventDataset, searchEvents, type SearchTime } from "../sentry/events-search.ts";
import { searchReplays } from "../sentry/replay.ts";
import { searchTimeSeries } from "../sentry/time-series.ts";
import { chooseAxes, chooseColumns } from "./event-search-columns.ts";
import { eventSearchUrl } from "./event-search-url.ts";

export interface EventSearch {
  readonly dataset: EventDataset | "replays";
  readonly query: string;
  /** Default: those of the dataset. Figures such as `count()` are grouped by the plain ones. */
  readonly fields?: readonly string[];
  readonly sort?: string;
  /** Slug or id. */
  readonly project?: string;
  readonly environments: readonly string[];
  readonly time: SearchTime;
  readonly limit: number;
  readonly cursor?: string;
  /** Makes it a time series. */
  readonly interval?: string;
}

const MOST_GROUPS = 10;

/** Searches what was sent, for any tool: arguments are parsed already. */
export async function runEventSearch(
  organization: OrganizationAccess,
  search: EventSearch,
  asOf: string,
): Promise<FoundEvents> {
  const { dataset, query, environments, time, limit, cursor, interval } = search;
  const project = await organization.project(search.project);
  const scope = { query, environments, time, project: project?.id };
  const executed = (more: Pick<ExecutedSearch, "fields" | "sort" | "interval">): ExecutedSearch => {
    const ran = { dataset, query, environments, time, project: search.project ?? project?.slug, ...more };
    const webUrl = eventSearchUrl(ran, { webUrl: organization.webUrl, projectId: project?.id });
    return { ...ran, webUrl };
  };

  if (dataset === "replays") {
    if (interval !== undefined) {
      throw new SentryError("invalid", "Replays have no time series: leave out `interval`");
    }
    const sort = search.sort ?? "-started_at";
    const page = await searchReplays(organization, { ...scope, sort, limit, cursor });
    return { search: executed({ fields: [], sort }), asOf, found: { kind: "replays", ...page } };
  }
  if (interval !== undefined) {
    const { axes, groups, sort } = chooseAxes(search);
    const most = Math.min(limit, MOST_GROUPS);
    const series = await searchTimeSeries(organization, dataset, {
      ...scope,
      axes,
      groupBy: groups,
      sort,
      most,
      interval,
    });
    const ran = executed({
      fields: [...groups, ...axes],
      sort: groups.length > 0 ? sort : undefined,
      interval,
    });
    return { search: ran, asOf, found: { kind: "series", series } };
  }
  const { fields, sort, figures } = chooseColumns({ ...search, dataset });
  const table = await searchEvents(organization, dataset, { ...scope, fields, sort, limit, cursor });
  const kind = figures.length > 0 ? "figures" : "rows";
  return { search: executed({ fields, sort }), asOf, found: { kind, ...table } };
}
