import { describe, expect, it } from "vitest";
import { createMemoryChannel } from "../../src/channel/memory.ts";
import { askingMcp, begin } from "./asking.ts";
import { answerOf, initialize, modern, rpc } from "./fixture.ts";

const look = rpc("tools/call", { name: "look" }, 5);
const list = { body: rpc("tools/list") };

async function seen(response: Response): Promise<unknown> {
  return JSON.parse((await answerOf(response)).result?.content?.[0]?.text ?? "null");
}

describe("a session", () => {
  it("tells every request what its client said in initialize, as far as a server has to know it", async () => {
    const instance = askingMcp({ channel: createMemoryChannel() });
    const headers = await begin(instance);

    const response = await instance.send({ body: look, headers });

    expect(await seen(response)).toEqual({
      capabilities: { elicitation: { form: {} }, sampling: {} },
      version: "2025-06-18",
    });
  });

  it("goes on at an instance that has never heard of it", async () => {
    const headers = await begin(askingMcp({ channel: createMemoryChannel() }));

    const response = await askingMcp({ channel: createMemoryChannel() }).send({ body: look, headers });

    expect(await seen(response)).toMatchObject({ capabilities: { sampling: {} } });
  });

  it("can do nothing where an answer would not arrive", async () => {
    const instance = askingMcp();
    const headers = await begin(instance);

    expect(await seen(await instance.send({ body: look, headers }))).toMatchObject({ capabilities: {} });
  });

  it("fits into a header, whatever a client says of itself", async () => {
    const instance = askingMcp();
    const headers = await begin(instance, { name: "long ".repeat(1000) });

    expect(headers["mcp-session-id"]).toMatch(/^[\w-]{100,1024}$/);
    expect((await instance.send({ ...list, headers })).status).toBe(200);
  });

  it("is begun anew by every initialize, with an old one or without", async () => {
    const instance = askingMcp();
    const first = await begin(instance);

    const second = await begin(instance, { headers: { "mcp-session-id": "of another server" } });

    expect(second["mcp-session-id"]).not.toBe(first["mcp-session-id"]);
    expect((await instance.send({ ...list, headers: second })).status).toBe(200);
  });

  it("is not begun by an initialize that fails", async () => {
    const response = await askingMcp().send({ body: rpc("initialize", { protocolVersion: 5 }) });

    expect(response.headers.get("mcp-session-id")).toBeNull();
  });

  it("is not needed: a request without one is of a client that can do nothing", async () => {
    const instance = askingMcp({ channel: createMemoryChannel() });

    expect(await seen(await instance.send({ body: look }))).toEqual({});
  });

  it("does not exist in 2026-07-28, which neither begins nor looks at one", async () => {
    const { body, headers } = modern("tools/list");
    const response = await askingMcp().send({
      body,
      headers: { ...headers, "mcp-session-id": "of another server" },
    });

    expect(response.status).toBe(200);
    expect(response.headers.get("mcp-session-id")).toBeNull();
  });
});

describe("404", () => {
  const notification = { jsonrpc: "2.0", method: "notifications/initialized" };

  it.each<[string, { user?: string; path?: string; key?: string; edit?: (id: string) => string }]>([
    ["another user's", { user: "grace" }],
    ["another place's", { path: "/mcp/acme" }],
    ["sealed by another key", { key: "another key, which is as long" }],
    ["tampered with", { edit: (id) => `${id.slice(0, -1)}${id.endsWith("A") ? "B" : "A"}` }],
    ["of another server", { edit: () => crypto.randomUUID() }],
    ["empty", { edit: () => "" }],
    ["endless", { edit: (id) => id.repeat(50) }],
  ])("answers requests and notifications in a session that is %s", async (_name, options) => {
    const { key, edit = (id) => id, ...from } = options;
    const begun = await begin(askingMcp());
    const headers = { ...begun, "mcp-session-id": edit(begun["mcp-session-id"]) };

    for (const body of [rpc("tools/list", {}, "x"), notification]) {
      const response = await askingMcp({ key }).send({ body, headers, ...from });

      expect(response.status).toBe(404);
      expect(await answerOf(response)).toMatchObject({ error: { code: -32_000 } });
    }
  });

  it("is not the answer to the user and the place that began it", async () => {
    const from = { user: "grace", path: "/mcp/acme/web" };
    const headers = await begin(askingMcp(), from);

    expect((await askingMcp().send({ ...list, headers, ...from })).status).toBe(200);
  });

  it("is not the answer to initialize", async () => {
    const headers = { "mcp-session-id": "of another server" };

    expect((await askingMcp().send({ body: initialize("2025-11-25"), headers })).status).toBe(200);
  });
});
