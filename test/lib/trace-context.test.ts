import { describe, expect, it } from "vitest";
import { continueTrace, traceHeaders } from "../../src/lib/trace-context.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";
const traceparent = `00-${TRACE}-${SPAN}-01`;

describe("a trace context", () => {
  it("goes on in the client's trace, below a span of its own (W3C Trace Context §3.4)", () => {
    const context = continueTrace({ traceparent, tracestate: "vendor=a b" });

    expect(context).toMatchObject({ traceId: TRACE, parentSpanId: SPAN, state: "vendor=a b" });
    expect(context?.spanId).toMatch(/^[\da-f]{16}$/);
    expect(context?.spanId).not.toBe(SPAN);
  });

  it("is handed on as W3C and as Sentry have it", () => {
    const context = { traceId: TRACE, parentSpanId: SPAN, spanId: "1".repeat(16), flags: "01", state: "a=b" };

    expect(traceHeaders(context)).toEqual({
      traceparent: `00-${TRACE}-1111111111111111-01`,
      tracestate: "a=b",
      "sentry-trace": `${TRACE}-1111111111111111-1`,
    });
  });

  it("hands on that the client did not sample, that its id is random, and no other flag (level 2, Trace Flags)", () => {
    const context = continueTrace({ traceparent: `00-${TRACE}-${SPAN}-fe` });

    expect(context && traceHeaders(context).traceparent).toMatch(/-02$/);
    expect(context && traceHeaders(context)["sentry-trace"]).toMatch(/-0$/);
  });

  it("reads a version of tomorrow by the parts of today (§2.2.4)", () => {
    expect(continueTrace({ traceparent: `01-${TRACE}-${SPAN}-01-more` })?.traceId).toBe(TRACE);
  });

  it.each([
    ["nothing", undefined],
    ["a number", 7],
    ["upper case", traceparent.toUpperCase()],
    ["a trace id of zeros", `00-${"0".repeat(32)}-${SPAN}-01`],
    ["a span id of zeros", `00-${TRACE}-${"0".repeat(16)}-01`],
    ["the version that is none", `ff-${TRACE}-${SPAN}-01`],
    ["more than version 00 has", `${traceparent}-more`],
    ["less", `00-${TRACE}-${SPAN}`],
    ["a second line", `${traceparent}\r\nx: y`],
  ])("ignores %s (§2.2.3)", (_what, traceparent) => {
    expect(continueTrace({ traceparent })).toBeUndefined();
  });

  it.each([["too long", "a".repeat(513)], ["with a line break", "a=b\r\nx: y"], ["of no text", 7]])(
    "drops a state that is %s, and keeps the trace",
    (_what, tracestate) => {
      const context = continueTrace({ traceparent, tracestate });

      expect(context?.traceId).toBe(TRACE);
      expect(context?.state).toBeUndefined();
    },
  );
});
