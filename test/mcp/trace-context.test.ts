import { describe, expect, it } from "vitest";
import { createApp } from "../../src/app.ts";
import { parseConfig } from "../../src/config.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { modern, post, rpc, silent } from "./fixture.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const OTHER_TRACE = "7e577e577e577e577e577e577e577e57";
const parent = (traceId: string) => `00-${traceId}-00f067aa0ba902b7-01`;

/** A server whose Sentry only notes what it is asked. */
function traced() {
  const headersSent: Headers[] = [];
  const logged: Record<string, unknown>[] = [];
  const fetch = async (input: RequestInfo | URL) => {
    headersSent.push(new Request(input).headers);
    return Response.json({ id: "1", name: "Ada", email: "ada@acme.example" });
  };
  const config = parseConfig(
    { BASE_URL: "http://localhost:3000", SENTRY_AUTH_TOKEN: "sntryu_of-ada", ALLOW_UNAUTHENTICATED: "1" },
    { sandbox: false, listens: false, stores: ["memory"] },
  );
  const now = () => 0;
  const log = { ...silent, info: (event: string, fields = {}) => void logged.push({ event, ...fields }) };
  const store = createMemoryStore({ now });
  const app = createApp({ config, store, storeName: "memory", runtime: "test", fetch, now, log });
  return { app, headersSent, logged };
}

describe("W3C trace context", () => {
  it.each([
    ["2026-07-28", modern("tools/call", { name: "whoami", arguments: {} })],
    ["2025-11-25", {
      body: rpc("tools/call", { name: "whoami", arguments: {} }),
      headers: { "mcp-protocol-version": "2025-11-25" },
    }],
  ])(
    "of the request's headers is continued to Sentry and to the log (%s)",
    async (_era, { body, headers }) => {
      const { app, headersSent, logged } = traced();

      await app.fetch(post({ body, headers: { ...headers, traceparent: parent(TRACE), tracestate: "a=b" } }));

      const [sent] = headersSent;
      const line = logged.find(({ event }) => event === "tool.call");
      expect(line).toMatchObject({ traceId: TRACE, spanId: expect.stringMatching(/^[\da-f]{16}$/) });
      expect(sent?.get("traceparent")).toBe(`00-${TRACE}-${String(line?.spanId)}-01`);
      expect(sent?.get("tracestate")).toBe("a=b");
      expect(sent?.get("sentry-trace")).toBe(`${TRACE}-${String(line?.spanId)}-1`);
    },
  );

  it("of `_meta` comes before that of the headers, which a proxy may have made (2026-07-28, `_meta`)", async () => {
    const { app, headersSent } = traced();
    const { body, headers } = modern("tools/call", { name: "whoami", arguments: {} });
    Object.assign((body.params as { _meta: object })._meta, { traceparent: parent(TRACE) });

    await app.fetch(post({ body, headers: { ...headers, traceparent: parent(OTHER_TRACE) } }));

    expect(headersSent[0]?.get("traceparent")).toContain(TRACE);
  });

  it.each<[string, Record<string, unknown>]>([
    ["resources/read", { uri: "sentry://organizations/acme" }],
    ["completion/complete", {
      ref: { type: "ref/prompt", name: "triage_new_issues" },
      argument: { name: "projectSlug", value: "" },
      context: { arguments: { organizationSlug: "acme" } },
    }],
  ])("is continued by %s", async (method, params) => {
    const { app, headersSent } = traced();
    const { body, headers } = modern(method, params);
    const named = { ...headers, ...(typeof params.uri === "string" && { "mcp-name": params.uri }) };

    await app.fetch(post({ body, headers: { ...named, traceparent: parent(TRACE) } }));

    expect(headersSent.length).toBeGreaterThan(0);
    for (const sent of headersSent) expect(sent.get("traceparent")).toContain(TRACE);
  });

  it("is absent where the client sent none", async () => {
    const { app, headersSent, logged } = traced();
    const { body, headers } = modern("tools/call", { name: "whoami", arguments: {} });

    await app.fetch(post({ body, headers }));

    expect(headersSent[0]?.has("traceparent")).toBe(false);
    expect(logged.find(({ event }) => event === "tool.call")).toMatchObject({ traceId: undefined });
  });
});
