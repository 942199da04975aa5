import { Hono } from "hono";
import type { Context } from "hono";
import { issueFor, organizationFor, projectFor } from "./access.ts";
import type { ApiEnv, Desk } from "./access.ts";
import { activitiesJson, activityJson, notesOf } from "./activity.ts";
import { attachmentJson, listAttachments } from "./attachment-json.ts";
import { issueJson, statsOf } from "./issue-json.ts";
import { sendPage } from "./pagination.ts";
import { badRequest } from "./problem.ts";
import { readBody } from "./read-body.ts";
import { reportJson } from "./report-json.ts";
import { tagJson, tagsJson, tagValueJson, tagValues } from "./tags-json.ts";
import { externalIssuesOf } from "./world/external-issues.ts";
import { ISSUES } from "./world/issues.ts";
import { reportsOf } from "./world/reports.ts";

const ISSUE = "/organizations/:organization/issues/:issue";
const HOUR_MS = 3_600_000;

/**
 * What hangs on an issue: activity, comments, user reports, tags, attachments, linked issues, statistics
 * (`issues/endpoints/group_*.py` of getsentry/sentry).
 */
export function issuePartsApi(desk: Desk): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>();
  const { baseUrl } = desk;
  const open = (c: Context<ApiEnv, typeof ISSUE>, scope = "event:read") => {
    const organization = organizationFor(desk, c.var.caller, c.req.param("organization"), scope);
    return issueFor(c.var.caller, organization, c.req.param("issue"));
  };
  const parametersOf = (c: Context) => new URL(c.req.url).searchParams;

  api.get(`${ISSUE}/activities/`, (c) => c.json({ activity: activitiesJson(desk, open(c)) }));

  // One thing under two names.
  for (const name of ["notes", "comments"]) {
    api.get(`${ISSUE}/${name}/`, (c) => {
      const notes = notesOf(desk, open(c)).toReversed();
      return sendPage(c, notes, { baseUrl, show: activityJson });
    });

    api.post(`${ISSUE}/${name}/`, async (c) => {
      const issue = open(c, "event:write");
      const { login } = c.var.caller.person;
      const { text } = await readBody(c);
      if (typeof text !== "string" || !text.trim()) throw badRequest({ text: ["This field is required."] });
      const isSame = notesOf(desk, issue).some((note) =>
        note.login === login && note.data["text"] === text && note.atMs > desk.now() - HOUR_MS
      );
      if (isSame) throw badRequest("You have already posted that comment.");
      const [note] = desk.state.act(issue, { login, events: [["note", { text }]] });
      return c.json(note ? activityJson(note) : {}, 201);
    });
  }

  api.get(`${ISSUE}/user-reports/`, (c) => {
    const issue = open(c);
    return sendPage(c, reportsOf(issue.shortId), { baseUrl, show: (one) => reportJson(desk, issue, one) });
  });

  // https://docs.sentry.io/api/projects/list-a-projects-user-feedback/
  api.get("/projects/:organization/:project/user-feedback/", (c) => {
    const { caller } = c.var;
    const organization = organizationFor(desk, caller, c.req.param("organization"), "project:read");
    const project = projectFor(caller, organization, c.req.param("project"));
    const found = ISSUES.filter((issue) => issue.project === project)
      .flatMap((issue) => reportsOf(issue.shortId).map((report) => ({ issue, report })));
    return sendPage(c, found, {
      baseUrl,
      show: ({ issue, report }) => ({ ...reportJson(desk, issue, report), issue: issueJson(desk, issue) }),
    });
  });

  api.get(`${ISSUE}/tags/`, (c) => c.json(tagsJson(desk, open(c), parametersOf(c))));
  api.get(`${ISSUE}/tags/:key/`, (c) => c.json(tagJson(desk, open(c), c.req.param("key"))));
  api.get(`${ISSUE}/tags/:key/values/`, (c) => {
    const key = c.req.param("key");
    const rows = tagValues(open(c), key, c.req.query("sort"));
    return sendPage(c, rows, { baseUrl, show: (row) => tagValueJson(desk, key, row) });
  });

  api.get(`${ISSUE}/attachments/`, (c) => {
    const issue = open(c);
    return sendPage(c, listAttachments(issue), { baseUrl, show: (one) => attachmentJson(desk, issue, one) });
  });

  // `sentry_apps/api/endpoints/group_external_issues.py` of getsentry/sentry.
  api.get(`${ISSUE}/external-issues/`, (c) => {
    const issue = open(c);
    const linked = externalIssuesOf(issue.shortId);
    return c.json(linked.map((one, index) => ({ id: `${issue.id}${index}`, issueId: issue.id, ...one })));
  });

  api.get(`${ISSUE}/stats/`, (c) => {
    const period = c.req.query("resolution") === "1d" ? "30d" : "24h";
    const { since, until } = c.req.query();
    const rows = statsOf(desk, open(c), period);
    return c.json(rows.filter(([at]) => at >= Number(since ?? 0) && at <= Number(until ?? at)));
  });

  return api;
}
