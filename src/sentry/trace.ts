import type { OrganizationAccess } from "./organization-access.ts";
import { flag, idOf, isRecord, listOf, numberOf, record, text } from "./decode.ts";
import { SentryError } from "./error.ts";

interface InTrace {
  readonly projectId?: string;
  readonly projectSlug?: string;
  readonly description?: string;
  /** Milliseconds since 1970. */
  readonly startsAtMs?: number;
}

export interface Span extends InTrace {
  readonly kind: "span";
  /** 16 hexadecimal digits. */
  readonly id?: string;
  /** The span that it stands in, or else the one that it names. */
  readonly parentId?: string;
  readonly op?: string;
  /** Never below zero. */
  readonly durationMs?: number;
  readonly isTransaction: boolean;
  readonly status?: string;
}

/** An error or a performance issue. */
export interface TraceIssue extends InTrace {
  readonly kind: "error" | "performance issue";
  readonly eventId?: string;
  readonly issueId?: string;
  readonly shortId?: string;
  readonly level?: string;
  /** The span it happened in. */
  readonly spanId?: string;
}

type TracePart = Span | TraceIssue;

export interface Trace {
  readonly spans: readonly Span[];
  readonly issues: readonly TraceIssue[];
  /** Parts that could not be read. */
  readonly dropped: number;
  /** Spans and issues of other projects than the session's. */
  readonly outside: number;
  /** An older Sentry gives no more. */
  readonly transactionsOnly: boolean;
}

/** Larger traces are cut by Sentry, where it minds a limit at all. */
const MOST_SPANS = 10_000;
/** Whatever Sentry sends, so much is looked at. */
const MOST_PARTS = 50_000;
/** As long as most organizations keep spans. */
const PERIOD = "90d";

/** A tree, or the transactions and stray errors of older versions, laid flat. */
export function decodeTraceParts(raw: unknown): { items: TracePart[]; dropped: number } | undefined {
  if (!Array.isArray(raw) && !Array.isArray(record(raw).transactions)) return undefined;
  const tops = Array.isArray(raw) ? raw : [
    ...listOf(record(raw).transactions, (item) => item),
    ...listOf(record(raw).orphan_errors, (item) => item),
  ];
  const items: TracePart[] = [];
  let dropped = 0;
  let level: { raw: unknown; containerId?: string }[] = tops.map((top: unknown) => ({ raw: top }));
  while (level.length > 0) {
    const below: typeof level = [];
    for (const { raw: part, containerId } of level) {
      if (!isRecord(part) || items.length >= MOST_PARTS) {
        dropped++;
        continue;
      }
      if (isIssue(part)) {
        items.push(decodeTraceIssue(part, containerId));
        continue;
      }
      const span = decodeSpan(part, containerId);
      items.push(span);
      for (const name of ["children", "errors", "occurrences", "performance_issues"]) {
        for (const inner of listOf(part[name], (one) => one)) {
          below.push({ raw: inner, containerId: span.id });
        }
      }
    }
    level = below;
  }
  return { items, dropped };
}

function isIssue(part: Record<string, unknown>): boolean {
  return part.event_type === "error" || part.event_type === "occurrence" || "issue_id" in part;
}

export function decodeSpan(raw: unknown, containerId?: string): Span {
  const part = record(raw);
  const id = text(part.span_id) ?? text(part.event_id);
  const durationMs = numberOf(part.duration) ?? numberOf(part["transaction.duration"]);
  return {
    kind: "span",
    ...inTrace(part),
    id: id?.toLowerCase(),
    parentId: (containerId ?? text(part.parent_span_id))?.toLowerCase(),
    op: text(part.op) ?? text(part["transaction.op"]),
    description: text(part.description) ?? text(part.name) ?? text(part.transaction),
    durationMs: durationMs === undefined ? undefined : Math.max(0, durationMs),
    isTransaction: flag(part.is_transaction) ?? part["transaction.op"] !== undefined,
    status: text(part.status) ?? text(part["transaction.status"]),
  };
}

export function decodeTraceIssue(raw: unknown, containerId?: string): TraceIssue {
  const part = record(raw);
  return {
    kind: part.event_type === "occurrence" || "type" in part ? "performance issue" : "error",
    ...inTrace(part),
    description: text(part.title) ?? text(part.description) ?? text(part.message),
    eventId: text(part.event_id),
    issueId: idOf(part.issue_id),
    shortId: text(part.short_id) ?? text(part.issue_short_id) ?? text(part.issue),
    level: text(part.level),
    spanId: (text(part.span) ?? containerId)?.toLowerCase(),
  };
}

function inTrace(part: Record<string, unknown>): InTrace {
  const seconds = numberOf(part.start_timestamp);
  const projectId = idOf(part.project_id);
  return {
    projectId,
    projectSlug: text(part.project_slug),
    description: text(part.description),
    // Beyond this a date cannot be made (ECMA-262 §21.4.1.1).
    startsAtMs: seconds === undefined || Math.abs(seconds) > 8.64e12 ? undefined : seconds * 1000,
  };
}

/**
 * `GET /organizations/{organization}/trace/{trace}/`, or `…/events-trace/{trace}/` where that is not there
 *
 * @see https://github.com/getsentry/sentry/blob/master/src/sentry/api/endpoints/organization_trace.py
 */
export async function getTrace(organization: OrganizationAccess, traceId: string): Promise<Trace> {
  const partsOf = (endpoint: string) =>
    organization.parts({
      path: [endpoint, traceId],
      query: { limit: MOST_SPANS, statsPeriod: PERIOD },
      decode: decodeTraceParts,
      projectOf: ({ projectId, projectSlug }) => ({ id: projectId, slug: projectSlug }),
    });
  const trace = await organization.newerOrOlder({
    feature: "span trees",
    signs: ["not_found", "unsupported"],
    newer: async () => ({ ...(await partsOf("trace")), transactionsOnly: false }),
    older: async () => ({ ...(await partsOf("events-trace")), transactionsOnly: true }),
  });
  if (trace.items.length === 0) {
    throw new SentryError("not_found", `Sentry has no trace ${traceId} in the last 90 days`);
  }
  const spans = trace.items.filter((part) => part.kind === "span");
  const ids = new Set(spans.map(({ id }) => id));
  return {
    spans,
    // The span may be another project's, and then not even its id is for this session.
    issues: trace.items
      .filter((part) => part.kind !== "span")
      .map((issue) => ids.has(issue.spanId) ? issue : { ...issue, spanId: undefined }),
    dropped: trace.dropped,
    outside: trace.outside,
    transactionsOnly: trace.transactionsOnly,
  };
}

export function decodeSpanCount(raw: unknown): number | undefined {
  return numberOf(record(raw).span_count);
}

/**
 * `GET /organizations/{organization}/trace-meta/{trace}/`: how many spans there are in all projects together
 *
 * @see https://github.com/getsentry/sentry/blob/master/src/sentry/api/endpoints/organization_trace_meta.py
 */
export function countSpans(organization: OrganizationAccess, traceId: string): Promise<number> {
  return organization.get({
    path: ["trace-meta", traceId],
    query: { statsPeriod: PERIOD },
    decode: decodeSpanCount,
    projectOf: "none",
  });
}

export interface Attribute {
  readonly name: string;
  readonly value: unknown;
}

export function decodeAttributes(raw: unknown): Attribute[] | undefined {
  if (!isRecord(raw)) return undefined;
  return listOf(raw.attributes, (item) => {
    const { name, value } = record(item);
    const key = text(name);
    return key && value !== undefined && value !== null ? { name: key, value } : undefined;
  });
}

/** Attributes that tell of a span's parent and of where the trace began, which may be other projects. */
const OF_OTHERS = /^(?:parent_span(?:_id)?|span\.parent.*)$|(?:^|\.|\[)dsc\./;

/**
 * `GET /projects/{organization}/{project}/trace-items/{span}/`
 *
 * @see https://github.com/getsentry/sentry/blob/master/src/sentry/api/endpoints/project_trace_item_details.py
 */
export async function getSpanAttributes(
  organization: OrganizationAccess,
  traceId: string,
  span: Span & { readonly id: string },
): Promise<Attribute[]> {
  const project = { id: span.projectId, slug: span.projectSlug };
  const attributes = await organization.get({
    inProject: project.slug ?? project.id ?? "",
    path: ["trace-items", span.id],
    query: { item_type: "spans", trace_id: traceId },
    decode: decodeAttributes,
    projectOf: () => project,
  });
  return attributes.filter(({ name }) => !OF_OTHERS.test(name));
}
