import { Hono } from "hono";
import type { Context } from "hono";
import { canOpen, issueFor, organizationFor } from "./access.ts";
import type { ApiEnv, Desk } from "./access.ts";
import { eventDetailsJson, lookupJson } from "./event-json.ts";
import { readChange } from "./issue-changes.ts";
import { activityJson, hoursAgo, issueDetailsJson, issueJson, notesOf, tagName } from "./issue-json.ts";
import { searchIssues } from "./issue-search.ts";
import { sendPage } from "./pagination.ts";
import { badRequest, notFound } from "./problem.ts";
import { userReportsJson } from "./user-report-json.ts";
import { ISSUES } from "./world/issues.ts";
import type { WorldIssue } from "./world/issues.ts";
import type { Json } from "./world/model.ts";

const ISSUE = "/organizations/:organization/issues/:issue";

/** Search, details and triage of issues, their tags and comments, and look-ups by short and event id. */
export function issuesApi(desk: Desk): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>();
  const open = (c: Context<ApiEnv, typeof ISSUE>, scope: string) => {
    const organization = organizationFor(desk, c.var.caller, c.req.param("organization"), scope);
    return issueFor(c.var.caller, organization, c.req.param("issue"));
  };

  api.get("/organizations/:organization/issues/", (c) => {
    const { caller } = c.var;
    const organization = organizationFor(desk, caller, c.req.param("organization"), "event:read");
    const parameters = new URL(c.req.url).searchParams;
    const found = searchIssues(desk, caller, organization, parameters);
    const period = parameters.getAll("collapse").includes("stats")
      ? ""
      : parameters.get("groupStatsPeriod") ?? "24h";
    return sendPage(c, found, {
      baseUrl: desk.baseUrl,
      show: (issue) => issueJson(desk, issue, period),
      defaultPerPage: 25,
      headers: { "X-Hits": String(found.length), "X-Max-Hits": "1000" },
    });
  });

  api.get(`${ISSUE}/`, (c) => c.json(issueDetailsJson(desk, open(c, "event:read"))));

  api.put(`${ISSUE}/`, async (c) => {
    const issue = open(c, "event:write");
    const change = readChange(desk, c.var.caller, issue, await readBody(c));
    desk.state.act(issue, { login: c.var.caller.person.login, ...change });
    return c.json(issueDetailsJson(desk, issue));
  });

  api.get(`${ISSUE}/tags/`, (c) => {
    const issue = open(c, "event:read");
    return c.json(issue.seed.tags.map(([key]) => tagJson(desk, issue, key)));
  });

  api.get(`${ISSUE}/tags/:key/`, (c) => c.json(tagJson(desk, open(c, "event:read"), c.req.param("key"))));

  api.get(`${ISSUE}/notes/`, (c) => {
    const notes = notesOf(desk, open(c, "event:read")).toReversed();
    return sendPage(c, notes, { baseUrl: desk.baseUrl, show: activityJson });
  });

  api.get(`${ISSUE}/user-reports/`, (c) => {
    const reports = userReportsJson(desk, open(c, "event:read"));
    return sendPage(c, reports, { baseUrl: desk.baseUrl, show: (report) => report });
  });

  api.post(`${ISSUE}/notes/`, async (c) => {
    const issue = open(c, "event:write");
    const { text } = await readBody(c);
    if (typeof text !== "string" || !text.trim()) throw badRequest({ text: ["This field is required."] });
    const [note] = desk.state.act(issue, { login: c.var.caller.person.login, events: [["note", { text }]] });
    return c.json(note ? activityJson(note) : {}, 201);
  });

  api.get("/organizations/:organization/shortids/:shortId/", (c) => {
    const { caller } = c.var;
    const organization = organizationFor(desk, caller, c.req.param("organization"), "event:read");
    return c.json(lookupJson(desk, issueFor(caller, organization, c.req.param("shortId"))));
  });

  api.get("/organizations/:organization/eventids/:eventId/", (c) => {
    const { caller } = c.var;
    const { slug } = organizationFor(desk, caller, c.req.param("organization"), "event:read");
    const eventId = c.req.param("eventId").replaceAll("-", "").toLowerCase();
    if (!/^[0-9a-f]{32}$/.test(eventId)) throw badRequest("Invalid event ID");
    const issue = ISSUES.find(({ project, eventIds }) =>
      project.organization === slug && eventIds.includes(eventId)
    );
    if (!issue || !canOpen(caller, issue.project)) throw notFound();
    const { group: _, ...found } = lookupJson(desk, issue);
    return c.json({ ...found, eventId, event: eventDetailsJson(desk, issue, eventId) });
  });

  return api;
}

/** How an issue's events divide among the values of a tag. */
function tagJson(desk: Desk, { seed }: WorldIssue, key: string): Json {
  const values = seed.tags.find(([tag]) => tag === key)?.[1];
  if (!values) throw notFound();
  return {
    key,
    name: tagName(key),
    uniqueValues: values.length,
    totalValues: values.reduce((sum, [, count]) => sum + count, 0),
    topValues: values.map(([value, count]) => ({
      key,
      name: value,
      value,
      count,
      firstSeen: hoursAgo(desk, seed.firstSeenHoursAgo),
      lastSeen: hoursAgo(desk, seed.lastSeenHoursAgo),
    })),
  };
}

async function readBody(c: Context): Promise<Json> {
  try {
    const body: unknown = await c.req.json();
    if (typeof body === "object" && body !== null && !Array.isArray(body)) return { ...body };
  } catch {
    throw badRequest("JSON parse error");
  }
  throw badRequest({ nonFieldErrors: ["Invalid data. Expected a dictionary."] });
}
