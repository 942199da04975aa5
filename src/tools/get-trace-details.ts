import * as v from "valibot";
import { waterfallOf } from "../apps/trace-waterfall.ts";
import { renderTraceDetails } from "../render/trace.ts";
import { SentryError } from "../sentry/error.ts";
import { countSpans, getTrace } from "../sentry/trace.ts";
import { defineTool } from "./define.ts";
import { organizationSlug, spanId, traceId } from "./params.ts";
import { linkTo } from "./resource-link.ts";

const MOST_LINKS = 5;

export const getTraceDetails = defineTool({
  name: "get_trace_details",
  title: "Get trace details",
  description:
    "What happened in one trace, across services: where the time went, errors, repeated queries, slow spans and a tree " +
    "of the most telling spans. With `spanId` only what is below that span.",
  skills: ["inspect", "triage"],
  scopes: ["event:read"],
  effect: "read",
  output: "text",
  input: v.object({
    organizationSlug: v.optional(organizationSlug),
    traceId,
    spanId: v.optional(spanId),
  }),
  example: { organizationSlug: "acme", traceId: "7e577e577e577e577e577e577e577e57" },
  async run({ organizationSlug: asked, ...ids }, { sentry, now }) {
    const traceId = ids.traceId.toLowerCase();
    const spanId = ids.spanId?.toLowerCase();
    const organization = sentry.organization(asked);
    const isConfined = sentry.constraint.projectSlug ?? sentry.constraint.projectId;
    const [trace, spanCount] = await Promise.all([
      getTrace(organization, traceId),
      // It counts what other projects have, too.
      isConfined ? undefined : countSpans(organization, traceId).catch(() => undefined),
    ]);
    if (spanId !== undefined && !trace.spans.some(({ id }) => id === spanId)) {
      throw new SentryError("not_found", `Span ${spanId} is not among the spans of trace ${traceId}`);
    }
    const { slug: organizationSlug, webUrl } = organization;
    const asOf = new Date(now()).toISOString();
    return { organizationSlug, webUrl, traceId, trace, spanCount, spanId, asOf };
  },
  render: renderTraceDetails,
  links({ organizationSlug, trace }) {
    const shortIds = new Set(trace.issues.flatMap(({ shortId }) => shortId ?? []));
    return [...shortIds].slice(0, MOST_LINKS).flatMap((shortId) =>
      linkTo(organizationSlug, "issues", shortId, "Issue in the trace")
    );
  },
  app: { uri: "ui://sentry/trace-waterfall", picture: waterfallOf },
});
