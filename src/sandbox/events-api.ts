import { Hono } from "hono";
import { issueFor, openProjects, organizationFor } from "./access.ts";
import type { ApiEnv, Desk } from "./access.ts";
import { eventDetailsJson, eventJson } from "./event-json.ts";
import { searchEvents } from "./event-search.ts";
import { sendPage } from "./pagination.ts";
import { notFound } from "./problem.ts";
import { projectOf } from "./world/directory.ts";
import { ISSUES } from "./world/issues.ts";
import type { Json } from "./world/model.ts";
import { spanJson, TRACES } from "./world/traces.ts";

const HOUR_MS = 3_600_000;

/** Events of issues, and traces. */
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

  api.get("/organizations/:organization/trace/:trace/", (c) => {
    const { caller } = c.var;
    const organization = organizationFor(desk, caller, c.req.param("organization"), "org:read");
    const trace = TRACES.find((one) =>
      one.id === c.req.param("trace") && one.organization === organization.slug
    );
    if (!trace) return c.json([]);
    const open = new Set(openProjects(caller, organization).map(({ slug }) => slug));
    const view = {
      startMs: desk.state.seededAtMs - trace.hoursAgo * HOUR_MS,
      projectId: (slug: string) => projectOf(slug).id,
      error: errorJson,
    };
    return c.json(trace.spans.filter(({ project }) => open.has(project)).map((span) => spanJson(span, view)));
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

/** An error as it hangs on the span it happened in. */
function errorJson(eventId: string): Json {
  const issue = ISSUES.find(({ eventIds }) => eventIds.includes(eventId));
  return {
    event_id: eventId,
    event_type: "error",
    issue_id: Number(issue?.id ?? 0),
    level: issue?.seed.level,
    message: issue?.seed.title,
    description: issue?.seed.title,
    project_id: Number(issue?.project.id ?? 0),
    project_slug: issue?.project.slug,
    short_id: issue?.shortId,
  };
}
