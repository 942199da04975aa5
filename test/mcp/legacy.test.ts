import { describe, expect, it } from "vitest";
import { answerOf, callerWith, fixtureMcp, initialize, modern, type Post, post, rpc } from "./fixture.ts";

const caller = callerWith();

async function send(options: Post & { mcp?: ReturnType<typeof fixtureMcp>["mcp"] }): Promise<Response> {
  const { mcp = fixtureMcp().mcp, ...request } = options;
  return await mcp.handle(post(request), { caller, parsedBody: request.body, toolset: "full" });
}

const version = (name: string) => ({ "mcp-protocol-version": name });

describe("the handshake", () => {
  it.each(["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"])("agrees to %s", async (wanted) => {
    const { result } = await answerOf(await send({ body: initialize(wanted) }));

    expect(result).toMatchObject({
      protocolVersion: wanted,
      serverInfo: {
        name: "fixture",
        title: "Sentry",
        version: "1.2.3",
        icons: [{ src: "https://x.test/icon.svg", mimeType: "image/svg+xml" }],
        websiteUrl: "https://x.test",
      },
      capabilities: { tools: {}, prompts: {}, resources: {}, completions: {} },
    });
    expect(result?.instructions).toContain("Sentry");
  });

  it.each(["2026-07-28", "1999-01-01"])(
    "offers the newest of its era when %s is asked for",
    async (wanted) => {
      const { result } = await answerOf(await send({ body: initialize(wanted) }));

      expect(result?.protocolVersion).toBe("2025-11-25");
    },
  );

  it("advertises only what is delivered", async () => {
    const { result } = await answerOf(await send({ body: initialize("2025-11-25") }));

    expect(result?.capabilities).toEqual({
      tools: {},
      prompts: {},
      resources: {},
      completions: {},
      extensions: { "io.modelcontextprotocol/ui": {} },
    });
  });

  it("mints no session where there is nothing to seal it with", async () => {
    const response = await send({ body: initialize("2025-11-25") });

    expect(response.headers.get("mcp-session-id")).toBeNull();
    expect(response.headers.get("content-type")).toContain("application/json");
  });
});

describe("the version header", () => {
  it("may be absent", async () => {
    expect((await send({ body: rpc("ping") })).status).toBe(200);
  });

  it("is refused with 400 when it names a version that is not served (2025-06-18, Transports)", async () => {
    const response = await send({ body: rpc("ping", {}, "a"), headers: version("2024-01-01") });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ id: "a", error: { code: -32_000 } });
  });

  it("does not matter to initialize, which negotiates in its body", async () => {
    const response = await send({ body: initialize("2025-06-18"), headers: version("2024-01-01") });

    expect(response.status).toBe(200);
  });
});

describe("the version in `_meta`", () => {
  it("does not matter to initialize either, which belongs to these revisions", async () => {
    const hello = initialize("2025-06-18");
    const _meta = { "io.modelcontextprotocol/protocolVersion": "2026-07-28" };

    const { result } = await answerOf(await send({ body: { ...hello, params: { ...hello.params, _meta } } }));

    expect(result?.protocolVersion).toBe("2025-06-18");
  });
});

describe("what needs no answer", () => {
  it.each([
    ["a notification", { jsonrpc: "2.0", method: "notifications/initialized" }],
    ["a cancellation", { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } }],
    ["a response to no question", { jsonrpc: "2.0", id: 4, result: {} }],
    ["an error to no question", { jsonrpc: "2.0", id: 4, error: { code: 1, message: "no" } }],
    ["a batch of notifications", [{ jsonrpc: "2.0", method: "notifications/initialized" }]],
  ])("gets 202 without a body: %s", async (_name, body) => {
    const response = await send({ body });

    expect(response.status).toBe(202);
    expect(await response.text()).toBe("");
  });
});

describe("batches", () => {
  const pair = [rpc("ping", {}, 1), rpc("tools/list", {}, "two")];

  it.each([undefined, "2025-03-26"])("are answered in 2025-03-26, with the header %s", async (header) => {
    const response = await send({ body: pair, headers: header ? version(header) : {} });

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject([{ id: 1, result: {} }, { id: "two" }]);
  });

  it.each(["2025-06-18", "2025-11-25"])("are refused in %s, which has none", async (header) => {
    const response = await send({ body: pair, headers: version(header) });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ id: null, error: { code: -32_600 } });
  });

  it("are answered by a batch even when they hold one request", async () => {
    const response = await send({
      body: [rpc("ping", {}, 5), { jsonrpc: "2.0", method: "notifications/x" }],
    });

    expect(await response.json()).toEqual([{ jsonrpc: "2.0", id: 5, result: {} }]);
  });

  it("do not hang on a cancellation of their own request", async () => {
    const cancel = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } };
    const response = await send({ body: [rpc("tools/list", {}, 1), cancel] });

    expect(await response.json()).toMatchObject([{ id: 1, result: {} }]);
  });

  it.each([
    ["empty", []],
    ["with something that is no message", [rpc("ping"), 3]],
    ["with two requests of one id", [rpc("ping", {}, 1), rpc("ping", {}, 1)]],
    ["with initialize in company", [initialize("2025-03-26"), rpc("ping", {}, 2)]],
    ["of more than a hundred", Array.from({ length: 101 }, (_, id) => rpc("ping", {}, id))],
    ["with a request of 2026-07-28", [modern("tools/list").body]],
  ])("are refused when %s", async (_name, body) => {
    const response = await send({ body });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ id: null, error: { code: -32_600 } });
  });
});

describe("what is no JSON-RPC", () => {
  it.each([
    ["null", null, null],
    ["a number", 4, null],
    ["a request without a method", { jsonrpc: "2.0", id: 9 }, 9],
    ["another version of JSON-RPC", { jsonrpc: "1.0", id: "x", method: "ping" }, "x"],
    ["an id that is an object", { jsonrpc: "2.0", id: {}, method: "ping" }, null],
    ["an id that is null", { jsonrpc: "2.0", id: null, method: "ping" }, null],
    ["an answer, whose id is not the client's", { jsonrpc: "2.0", id: 9, result: 5 }, null],
  ])("gets -32600 and the id where there is one: %s", async (_name, body, id) => {
    const response = await send({ body });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ jsonrpc: "2.0", id, error: { code: -32_600 } });
  });
});

describe("Accept", () => {
  it.each([
    "application/json",
    "text/event-stream",
    "*/*",
    "application/*",
    "Application/JSON;q=0.9, TEXT/Event-Stream",
    "application/json, text/event-stream",
  ])(
    "is taken leniently: %s",
    async (accept) => {
      expect((await send({ body: rpc("ping"), headers: { accept } })).status).toBe(200);
    },
  );

  it("gets 406 when nothing MCP answers with is accepted", async () => {
    const response = await send({ body: rpc("ping", {}, 3), headers: { accept: "image/png" } });

    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({ id: 3, error: { code: -32_000 } });
  });
});

describe("methods", () => {
  it.each(["resources/subscribe", "tasks/list", "logging/setLevel", "server/discover", "nonsense"])(
    "that are not offered get -32601: %s",
    async (method) => {
      expect(await answerOf(await send({ body: rpc(method) }))).toMatchObject({
        id: 1,
        error: { code: -32_601 },
      });
    },
  );
});

describe("side by side", () => {
  it("keeps answers apart when clients use the same id at the same time", async () => {
    const { mcp } = fixtureMcp();
    const texts = Array.from({ length: 20 }, (_, n) => `secret-${n}`);
    const answers = await Promise.all(texts.map(async (text) => {
      const body = rpc("tools/call", { name: "look", arguments: { organizationSlug: "acme", text } });
      return await (await send({ body, mcp })).text();
    }));

    for (const [n, answer] of answers.entries()) {
      expect(texts.filter((text) => answer.includes(`"${text}\\`))).toEqual([`secret-${n}`]);
    }
  });

  it("goes on working when the client has gone (2025-11-25: disconnection is not cancellation)", async () => {
    const { mcp, observed, release } = fixtureMcp();
    const leaving = new AbortController();
    const body = rpc("tools/call", { name: "wait", arguments: {} });
    const answered = send({ body, mcp, signal: leaving.signal });
    await expect.poll(() => observed.started).toEqual(["wait"]);

    leaving.abort();
    expect(observed.signal?.aborted).toBe(false);
    release();

    expect((await answerOf(await answered)).result?.content).toEqual([{ type: "text", text: "waited" }]);
  });
});
