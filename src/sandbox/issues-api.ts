import { Hono } from "hono";
import type { Context } from "hono";
import { canOpen, issueFor, organizationFor } from "./access.ts";
import type { ApiEnv, Desk } from "./access.ts";
import { eventDetailsJson, lookupJson } from "./event-json.ts";
import { changeIssues } from "./bulk-change.ts";
import { readChange } from "./issue-changes.ts";
import { issueDetailsJson, issueJson } from "./issue-json.ts";
import { issuesByNumber, searchIssues } from "./issue-search.ts";
import { sendPage } from "./pagination.ts";
import { badRequest, notFound } from "./problem.ts";
import { readBody } from "./read-body.ts";
import { ISSUES } from "./world/issues.ts";

const ISSUE = "/organizations/:organization/issues/:issue";

/** Search, details and triage of issues, and look-ups by short and event id. */
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
    const found = issuesByNumber(caller, organization, parameters) ??
      searchIssues(desk, caller, organization, parameters);
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

  // https://docs.sentry.io/api/events/bulk-mutate-an-organizations-issues/
  api.put("/organizations/:organization/issues/", async (c) => {
    const { caller } = c.var;
    const organization = organizationFor(desk, caller, c.req.param("organization"), "event:write");
    const parameters = new URL(c.req.url).searchParams;
    const changed = changeIssues(desk, caller, organization, { parameters, body: await readBody(c) });
    return changed ? c.json(changed) : c.body(null, 204);
  });

  api.get(`${ISSUE}/`, (c) => c.json(issueDetailsJson(desk, open(c, "event:read"))));

  api.put(`${ISSUE}/`, async (c) => {
    const issue = open(c, "event:write");
    const change = readChange(desk, c.var.caller, issue, await readBody(c));
    desk.state.act(issue, { login: c.var.caller.person.login, ...change });
    return c.json(issueDetailsJson(desk, issue));
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
