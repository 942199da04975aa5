import { Hono } from "hono";
import { openProjects, organizationFor, projectFor } from "./access.ts";
import type { ApiEnv, Caller, Desk } from "./access.ts";
import { badRequest, notFound } from "./problem.ts";
import { placeSpans, spanTreeJson, transactionTreeJson } from "./trace-json.ts";
import type { PlacedSpan } from "./trace-json.ts";
import type { Organization } from "./world/model.ts";
import { TRACES } from "./world/traces.ts";

const HOUR_MS = 3_600_000;

/** Traces, and the attributes of a span. */
export function tracesApi(desk: Desk): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>();

  api.get("/organizations/:organization/trace/:trace/", (c) => {
    const { caller } = c.var;
    const organization = organizationFor(desk, caller, c.req.param("organization"), "org:read");
    const trace = openTrace(desk, caller, organization, c.req.param("trace"));
    return c.json(spanTreeJson(trace.spans.slice(0, limitOf(c.req.query("limit"))), trace.startMs));
  });

  api.get("/organizations/:organization/trace-meta/:trace/", (c) => {
    const { caller } = c.var;
    const organization = organizationFor(desk, caller, c.req.param("organization"), "org:read");
    const { spans } = openTrace(desk, caller, organization, c.req.param("trace"));
    const ops = new Map<string, number>();
    for (const { seed } of spans) ops.set(seed.op, (ops.get(seed.op) ?? 0) + 1);
    return c.json({
      logs: 0,
      errors: spans.reduce((sum, { seed }) => sum + (seed.errors?.length ?? 0), 0),
      performance_issues: 0,
      span_count: spans.length,
      transaction_child_count_map: [],
      span_count_map: Object.fromEntries(ops),
    });
  });

  api.get("/organizations/:organization/events-trace/:trace/", (c) => {
    const { caller } = c.var;
    const organization = organizationFor(desk, caller, c.req.param("organization"), "org:read");
    const trace = openTrace(desk, caller, organization, c.req.param("trace"));
    const spans = trace.spans.slice(0, limitOf(c.req.query("limit") ?? "100"));
    return c.json({ transactions: transactionTreeJson(spans, trace.startMs), orphan_errors: [] });
  });

  api.get("/projects/:organization/:project/trace-items/:item/", (c) => {
    const { caller } = c.var;
    const organization = organizationFor(desk, caller, c.req.param("organization"), "project:read");
    const project = projectFor(caller, organization, c.req.param("project"));
    const { trace_id: traceId, item_type: itemType } = c.req.query();
    if (!traceId || itemType !== "spans") throw badRequest("trace_id and item_type are required.");
    const { spans, startMs } = openTrace(desk, caller, organization, traceId);
    const span = spans.find(({ seed }) => seed.id === c.req.param("item") && seed.project === project.slug);
    if (!span) throw notFound();
    const { seed } = span;
    const attributes = {
      trace: traceId,
      span_id: seed.id,
      "span.op": seed.op,
      "span.description": seed.description,
      "span.duration": seed.durationMs,
      ...(span.parentId && { parent_span: span.parentId }),
      "sentry.dsc.transaction": spans[0]?.seed.description,
      ...seed.attributes,
    };
    return c.json({
      itemId: seed.id,
      timestamp: new Date(startMs + seed.startsAfterMs).toISOString(),
      attributes: Object.entries(attributes).map(([name, value]) => ({
        name,
        type: typeof value === "number" ? "float" : "str",
        value,
      })),
      meta: {},
      links: null,
    });
  });

  return api;
}

/** What the caller can open of a trace; nothing of one that is not there, as at Sentry. */
function openTrace(
  desk: Desk,
  caller: Caller,
  organization: Organization,
  id: string,
): { spans: readonly PlacedSpan[]; startMs: number } {
  const trace = TRACES.find((one) => one.id === id && one.organization === organization.slug);
  const open = new Set(openProjects(caller, organization).map(({ slug }) => slug));
  return {
    spans: placeSpans(trace?.spans ?? []).filter(({ seed }) => open.has(seed.project)),
    startMs: desk.state.seededAtMs - (trace?.hoursAgo ?? 0) * HOUR_MS,
  };
}

function limitOf(asked: string | undefined): number | undefined {
  if (asked === undefined) return undefined;
  if (!/^[1-9]\d{0,4}$/.test(asked)) throw badRequest("Invalid limit.");
  return Number(asked);
}
