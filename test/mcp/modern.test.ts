import { describe, expect, it } from "vitest";
import { answerOf, callerWith, fixtureMcp, modern, post, rpc } from "./fixture.ts";

const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities";

type Message = ReturnType<typeof modern>;

async function send(message: Message, mcp = fixtureMcp().mcp): Promise<Response> {
  const options = { caller: callerWith(), parsedBody: message.body, toolset: "full" } as const;
  return await mcp.handle(post(message), options);
}

function withMeta(meta: Record<string, unknown>, headers: Record<string, string> = {}): Message {
  const message = modern("tools/list");
  return { body: { ...message.body, params: { _meta: meta } }, headers: { ...message.headers, ...headers } };
}

function withoutHeader(message: Message, name: string): Message {
  const { [name]: _dropped, ...headers } = message.headers;
  return { ...message, headers };
}

describe("server/discover", () => {
  it("names the revision, what is delivered and how long that may be kept", async () => {
    const { result } = await answerOf(await send(modern("server/discover")));

    expect(result).toMatchObject({
      resultType: "complete",
      supportedVersions: ["2026-07-28"],
      capabilities: { tools: {}, prompts: {}, resources: {}, completions: {} },
      cacheScope: "private",
      ttlMs: 300_000,
      _meta: { "io.modelcontextprotocol/serverInfo": { name: "fixture", version: "1.2.3" } },
    });
    expect(result?.capabilities).toEqual({
      tools: {},
      prompts: {},
      resources: {},
      completions: {},
      extensions: { "io.modelcontextprotocol/ui": {} },
    });
  });
});

describe("tools/list", () => {
  it("may be kept by the client, privately: it depends on the grant", async () => {
    const { result } = await answerOf(await send(modern("tools/list")));

    expect(result).toMatchObject({ resultType: "complete", cacheScope: "private", ttlMs: 300_000 });
  });

  it("never sets a session, whatever the client sends", async () => {
    const message = modern("tools/list");
    const response = await send({ ...message, headers: { ...message.headers, "mcp-session-id": "made-up" } });

    expect(response.status).toBe(200);
    expect(response.headers.get("mcp-session-id")).toBeNull();
  });
});

describe("the wire rules of 2026-07-28", () => {
  const list = modern("tools/list");
  const look = modern("tools/call", { name: "look", arguments: {} });

  it.each<[string, Message, number, number]>([
    ["no envelope", { ...list, body: rpc("tools/list", {}, 7) }, 400, -32_602],
    ["no version in the envelope", withMeta({ [CAPABILITIES_KEY]: {} }), 400, -32_602],
    ["no capabilities in the envelope", withMeta({ [VERSION_KEY]: "2026-07-28" }), 400, -32_602],
    [
      "a version that nobody serves",
      withMeta({ [VERSION_KEY]: "2031-01-01", [CAPABILITIES_KEY]: {} }, {
        "mcp-protocol-version": "2031-01-01",
      }),
      400,
      -32_022,
    ],
    [
      "another version in the header",
      { ...list, headers: { ...list.headers, "mcp-protocol-version": "2025-11-25" } },
      400,
      -32_020,
    ],
    ["no version header", withoutHeader(list, "mcp-protocol-version"), 400, -32_020],
    ["no Mcp-Method", withoutHeader(list, "mcp-method"), 400, -32_020],
    ["another Mcp-Method", { ...list, headers: { ...list.headers, "mcp-method": "ping" } }, 400, -32_020],
    ["no Mcp-Name", withoutHeader(look, "mcp-name"), 400, -32_020],
    ["another Mcp-Name", { ...look, headers: { ...look.headers, "mcp-name": "change" } }, 400, -32_020],
    ["initialize", modern("initialize", { protocolVersion: "2025-11-25" }), 404, -32_601],
    ["ping, which was removed", modern("ping"), 404, -32_601],
    ["a method that is not offered", modern("logging/setLevel"), 404, -32_601],
    ["an unknown method", modern("nonsense"), 404, -32_601],
    ["an unknown tool", modern("tools/call", { name: "nonsense", arguments: {} }), 200, -32_602],
  ])("%s", async (_name, message, status, code) => {
    const response = await send(message);

    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ jsonrpc: "2.0", id: 7, error: { code } });
  });

  it("names what is served when a version is not", async () => {
    const meta = { [VERSION_KEY]: "2031-01-01", [CAPABILITIES_KEY]: {} };
    const { error } = await answerOf(await send(withMeta(meta, { "mcp-protocol-version": "2031-01-01" })));

    expect(error?.data).toEqual({ supported: ["2026-07-28"], requested: "2031-01-01" });
  });

  it("takes a name in Base64, and white space around a header", async () => {
    const headers = {
      ...look.headers,
      "mcp-name": `=?base64?${btoa("look")}?=`,
      "mcp-method": " tools/call ",
    };

    expect((await send({ ...look, headers })).status).toBe(200);
  });

  it("answers a notification with 202 and nothing else", async () => {
    const { body, headers } = modern("notifications/cancelled", { requestId: 1 });
    const { id: _dropped, ...notification } = body;
    const response = await send({ body: notification, headers });

    expect(response.status).toBe(202);
    expect(await response.text()).toBe("");
  });

  it("ends a subscription at once, honouring nothing: the catalog does not change", async () => {
    const response = await send(
      modern("subscriptions/listen", { notifications: { toolsListChanged: true } }),
    );
    const text = await response.text();

    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(text).toContain("notifications/subscriptions/acknowledged");
    expect(text).toContain('"resultType":"complete"');
  });
});

describe("a disconnect", () => {
  it("cancels the work (2026-07-28, Transports)", async () => {
    const { mcp, observed, release } = fixtureMcp();
    const leaving = new AbortController();
    const { body, headers } = modern("tools/call", { name: "wait", arguments: {} });
    const request = post({ body, headers, signal: leaving.signal });
    const answered = mcp.handle(request, { caller: callerWith(), parsedBody: body, toolset: "full" });
    await expect.poll(() => observed.started).toEqual(["wait"]);

    leaving.abort();

    await expect.poll(() => observed.signal?.aborted).toBe(true);
    release();
    await expect(answered).resolves.toHaveProperty("status", 499);
  });
});
