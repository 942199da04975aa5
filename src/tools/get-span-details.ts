import * as v from "valibot";
import { renderSpanDetails } from "../render/span.ts";
import { SentryError } from "../sentry/error.ts";
import { getSpanAttributes, getTrace } from "../sentry/trace.ts";
import { defineTool } from "./define.ts";
import { organizationSlug, spanId, traceId } from "./params.ts";

export const getSpanDetails = defineTool({
  name: "get_span_details",
  title: "Get span details",
  description:
    "One span of a trace: its attributes, errors, the spans above it up to the root and those directly below.",
  skills: ["inspect", "triage"],
  scopes: ["event:read"],
  effect: "read",
  output: "text",
  input: v.object({ organizationSlug: v.optional(organizationSlug), traceId, spanId }),
  example: {
    organizationSlug: "acme",
    traceId: "7e577e577e577e577e577e577e577e57",
    spanId: "aa00000000000006",
  },
  async run({ organizationSlug, ...ids }, { sentry, now }) {
    const traceId = ids.traceId.toLowerCase();
    const spanId = ids.spanId.toLowerCase();
    const organization = sentry.organization(organizationSlug);
    const trace = await getTrace(organization, traceId);
    const span = trace.spans.find(({ id }) => id === spanId);
    if (!span) {
      throw new SentryError("not_found", `Span ${spanId} is not among the spans of trace ${traceId}`);
    }
    // Its address needs the span's project. Older versions lack it, and the rest is worth telling without.
    const attributes = await getSpanAttributes(organization, traceId, { ...span, id: spanId })
      .catch((error: unknown) => {
        if (error instanceof SentryError) return undefined;
        throw error;
      });
    return { traceId, spanId, trace, attributes, asOf: new Date(now()).toISOString() };
  },
  render: renderSpanDetails,
});
