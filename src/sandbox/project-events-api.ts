import { Hono } from "hono";
import type { Context } from "hono";
import { organizationFor, projectFor } from "./access.ts";
import type { ApiEnv, Desk } from "./access.ts";
import { attachmentJson, listAttachments } from "./attachment-json.ts";
import { committersJson, ownersJson } from "./commit-json.ts";
import { eventDetailsJson } from "./event-json.ts";
import { sendPage } from "./pagination.ts";
import { notFound } from "./problem.ts";
import type { Attachment } from "./world/attachments.ts";
import { ISSUES } from "./world/issues.ts";
import type { WorldIssue } from "./world/issues.ts";
import { transactionJson, TRANSACTIONS } from "./world/resource-transactions.ts";

const EVENT = "/projects/:organization/:project/events/:event";

/** Events as their project has them: attachments, suspect commits and owners; all under `project:read`. */
export function projectEventsApi(desk: Desk): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>();
  const open = (c: Context<ApiEnv, typeof EVENT>): { issue: WorldIssue; eventId: string } => {
    const organization = organizationFor(desk, c.var.caller, c.req.param("organization"), "project:read");
    const project = projectFor(c.var.caller, organization, c.req.param("project"));
    const eventId = c.req.param("event").replaceAll("-", "").toLowerCase();
    const issue = ISSUES.find((issue) => issue.project === project && issue.eventIds.includes(eventId));
    if (!issue) throw notFound("Event not found");
    return { issue, eventId };
  };
  const attachmentsOf = (c: Context<ApiEnv, typeof EVENT>) => {
    const { issue, eventId } = open(c);
    return { issue, attachments: listAttachments(issue).filter((one) => one.eventId === eventId) };
  };

  // https://docs.sentry.io/api/events/retrieve-an-event-for-a-project/
  api.get(`${EVENT}/`, (c) => {
    const organization = organizationFor(desk, c.var.caller, c.req.param("organization"), "project:read");
    const { id, slug } = projectFor(c.var.caller, organization, c.req.param("project"));
    const transaction = TRANSACTIONS.find((one) => one.project === slug && one.id === c.req.param("event"));
    if (transaction) return c.json(transactionJson(transaction, id, desk.state.seededAtMs));
    const { issue, eventId } = open(c);
    return c.json(eventDetailsJson(desk, issue, eventId));
  });

  // `api/endpoints/event_attachments.py` of getsentry/sentry.
  api.get(`${EVENT}/attachments/`, (c) => {
    const { issue, attachments } = attachmentsOf(c);
    const wanted = (c.req.query("query") ?? "").toLowerCase();
    const found = attachments.filter(({ attachment }) => attachment.name.toLowerCase().includes(wanted));
    return sendPage(c, found, { baseUrl: desk.baseUrl, show: (one) => attachmentJson(desk, issue, one) });
  });

  // `api/endpoints/event_attachment_details.py` of getsentry/sentry; any value of `download` counts.
  api.get(`${EVENT}/attachments/:attachment/`, (c) => {
    const { issue, attachments } = attachmentsOf(c);
    const found = attachments.find(({ id }) => id === c.req.param("attachment"));
    if (!found) throw notFound("Attachment not found");
    return c.req.query("download") === undefined
      ? c.json(attachmentJson(desk, issue, found))
      : download(found.attachment);
  });

  // `issues/endpoints/event_file_committers.py` of getsentry/sentry.
  api.get(`${EVENT}/committers/`, (c) => {
    const committers = committersJson(desk, open(c).issue);
    if (committers.length === 0) throw notFound("No Commits found for Release");
    return c.json({ committers });
  });

  api.get(`${EVENT}/owners/`, (c) => c.json(ownersJson(open(c).issue)));

  return api;
}

/** The name as `posixpath.basename` has it, and outside ASCII as Django writes it. */
function download({ name, mimetype, content }: Attachment): Response {
  const base = name.split("/").at(-1) ?? name;
  const isAscii = /^[ -~]*$/.test(base);
  const filename = isAscii ? `filename="${base}"` : `filename*=utf-8''${encodeURIComponent(base)}`;
  const bytes = content();
  return new Response(bytes, {
    headers: {
      "Content-Type": mimetype ?? "application/octet-stream",
      "Content-Length": String(bytes.length),
      "Content-Disposition": `attachment; ${filename}`,
    },
  });
}
