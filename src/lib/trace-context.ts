/** Where a call stands in a distributed trace that its client began (W3C Trace Context, level 2). */
export interface TraceContext {
  readonly traceId: string;
  /** Of this call: what it asks of others hangs below it. */
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly flags: string;
  /** What tracing systems pass along, untouched. */
  readonly state?: string;
}

/** A higher version may have more behind the flags, which nobody can pass on (W3C Trace Context §2.2.4). */
const TRACEPARENT = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/** Members without commas, so that nothing else gets into a header (§3.3). */
const TRACESTATE = /^[\x20-\x7e]{1,512}$/;

/**
 * Goes on with what a client sent, such as in a message's `_meta` (MCP 2026-07-28).
 *
 * @returns Undefined when it sent nothing, or nothing that can be gone on with: then there is no trace (§2.2.3).
 */
export function continueTrace(
  sent: Readonly<Record<string, unknown>> | undefined,
): TraceContext | undefined {
  const { traceparent, tracestate } = sent ?? {};
  const parts = typeof traceparent === "string" ? TRACEPARENT.exec(traceparent) : null;
  const [, version, traceId, parentSpanId, flags, more] = parts ?? [];
  if (!traceId || !parentSpanId || !flags || (version === "00" && more !== undefined)) return undefined;
  const state = typeof tracestate === "string" && TRACESTATE.test(tracestate) ? tracestate : undefined;
  return { traceId, parentSpanId, spanId: newSpanId(), flags, ...(state !== undefined && { state }) };
}

/** The same from the headers of a request. */
export function traceOf(headers: Headers): TraceContext | undefined {
  const [traceparent, tracestate] = [headers.get("traceparent"), headers.get("tracestate")];
  return continueTrace({ traceparent, tracestate });
}

/** For a request that belongs to the call; Sentry's own programs read `sentry-trace`. */
export function traceHeaders({ traceId, spanId, flags, state }: TraceContext): Record<string, string> {
  // Sampled, and made at random; nobody may hand on a flag that has no meaning yet (level 2, Trace Flags).
  const known = parseInt(flags, 16) & 3;
  return {
    traceparent: `00-${traceId}-${spanId}-0${known}`,
    ...(state !== undefined && { tracestate: state }),
    "sentry-trace": `${traceId}-${spanId}-${known & 1}`,
  };
}

const newSpanId = () => crypto.randomUUID().replaceAll("-", "").slice(-16);
