import { Hono } from "hono";
import { organizationFor } from "./access.ts";
import type { ApiEnv, Desk } from "./access.ts";
import { queryEvents } from "./event-query.ts";
import { countInBuckets, eventsStatsJson, timeSeriesJson } from "./event-series.ts";
import { sendPage } from "./pagination.ts";
import { searchReplays } from "./replay-search.ts";

/** Searches over everything that was sent: rows, figures and time series; replays. */
export function eventSearchApi(desk: Desk): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>();

  // https://docs.sentry.io/api/explore/query-explore-events-in-table-format/
  api.get("/organizations/:organization/events/", (c) => {
    const { caller } = c.var;
    const organization = organizationFor(desk, caller, c.req.param("organization"), "org:read");
    const { items, meta } = queryEvents(desk, caller, organization, new URL(c.req.url).searchParams);
    return sendPage(c, items, {
      baseUrl: desk.baseUrl,
      show: (item) => item,
      defaultPerPage: 50,
      wrap: (data) => ({ data, meta }),
    });
  });

  api.get("/organizations/:organization/events-timeseries/", (c) => {
    const { caller } = c.var;
    const organization = organizationFor(desk, caller, c.req.param("organization"), "org:read");
    const parameters = new URL(c.req.url).searchParams;
    return c.json(timeSeriesJson(countInBuckets(desk, caller, organization, parameters, "groupBy")));
  });

  api.get("/organizations/:organization/events-stats/", (c) => {
    const { caller } = c.var;
    const organization = organizationFor(desk, caller, c.req.param("organization"), "org:read");
    const parameters = new URL(c.req.url).searchParams;
    return c.json(eventsStatsJson(countInBuckets(desk, caller, organization, parameters, "field")));
  });

  // https://docs.sentry.io/api/replays/list-an-organizations-replays/
  api.get("/organizations/:organization/replays/", (c) => {
    const { caller } = c.var;
    const organization = organizationFor(desk, caller, c.req.param("organization"), "org:read");
    return sendPage(c, searchReplays(desk, caller, organization, new URL(c.req.url).searchParams), {
      baseUrl: desk.baseUrl,
      show: (replay) => replay,
      defaultPerPage: 10,
      wrap: (data) => ({ data }),
    });
  });

  return api;
}
