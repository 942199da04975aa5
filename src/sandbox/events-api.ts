import { Hono } from "hono";
import { issueFor, organizationFor } from "./access.ts";
import type { ApiEnv, Desk } from "./access.ts";
import { eventDetailsJson, eventJson } from "./event-json.ts";
import { searchEvents } from "./event-search.ts";
import { sendPage } from "./pagination.ts";
import { notFound } from "./problem.ts";

/** Events of issues. */
export function eventsApi(desk: Desk): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>();

  api.get("/organizations/:organization/issues/:issue/events/", (c) => {
    const organization = organizationFor(desk, c.var.caller, c.req.param("organization"), "event:read");
    const issue = issueFor(c.var.caller, organization, c.req.param("issue"));
    const isFull = ["1", "true"].includes(c.req.query("full") ?? "");
    return sendPage(c, searchEvents(desk, issue, new URL(c.req.url).searchParams), {
      baseUrl: desk.baseUrl,
      show: (id) => isFull ? eventDetailsJson(desk, issue, id) : eventJson(desk, issue, id),
    });
  });

  api.get("/organizations/:organization/issues/:issue/events/:event/", (c) => {
    const organization = organizationFor(desk, c.var.caller, c.req.param("organization"), "event:read");
    const issue = issueFor(c.var.caller, organization, c.req.param("issue"));
    const eventId = namedEvent(issue.eventIds, c.req.param("event"));
    if (!eventId) throw notFound("Event not found");
    return c.json(eventDetailsJson(desk, issue, eventId));
  });

  return api;
}

/** `latest`, `oldest` and `recommended` are names; anything else is an id. */
function namedEvent(eventIds: readonly string[], name: string): string | undefined {
  if (name === "latest") return eventIds[0];
  if (name === "oldest") return eventIds.at(-1);
  if (name === "recommended") return eventIds[1] ?? eventIds[0];
  const id = name.replaceAll("-", "").toLowerCase();
  return eventIds.find((eventId) => eventId === id);
}
