import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as FirstClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as FirstTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { describe, expect, it } from "vitest";
import { mcpRoutes } from "../../src/http/mcp-routes.ts";
import { callerWith, fixtureMcp, silent } from "./fixture.ts";

const url = new URL("http://localhost:3000/mcp/acme");
const clientInfo = { name: "test", version: "1" };
const call = { name: "look", arguments: { text: "hello" } };
const answer = [{ type: "text", text: '{"text":"hello","organizationSlug":"acme"}' }];
const names = ["find_projects", "look", "wait", "climb", "fall", "locked_out", "change"];

/** Two words on the way, then a result. */
const climb = { name: "climb", arguments: {} };
const onTheWay = [{ progress: 1, message: "at the foot" }, { progress: 2, message: "half way up" }];

/** The routes without a socket. */
function inProcess({ mcp } = fixtureMcp()): (input: string | URL, init?: RequestInit) => Promise<Response> {
  const app = mcpRoutes({
    config: { baseUrl: url.origin, loopback: true, toolset: "full" },
    mcp,
    authenticate: async (_request, { constraint }) => ({ caller: callerWith({ constraint }) }),
    rateLimits: { takeMcp: async () => ({ ok: true }) },
    verifyConstraint: async () => ({ outcome: "unknown" }),
    log: silent,
  });
  return async (input, init) => await app.fetch(new Request(input, init));
}

describe("the second client", () => {
  it.each(
    [
      ["auto", "2026-07-28"],
      ["legacy", "2025-11-25"],
      [{ pin: "2026-07-28" }, "2026-07-28"],
    ] as const,
  )("in mode %j speaks %s", async (mode, version) => {
    const client = new Client(clientInfo, { versionNegotiation: { mode } });
    await client.connect(new StreamableHTTPClientTransport(url, { fetch: inProcess() }));

    expect(client.getNegotiatedProtocolVersion()).toBe(version);
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(names);
    expect((await client.callTool(call)).content).toEqual(answer);
    await expect(client.callTool({ name: "nonsense", arguments: {} })).rejects.toThrow("nonsense");
    await client.close();
  });

  it.each(["auto", "legacy"] as const)("in mode %j is told how a call gets on", async (mode) => {
    const fixture = fixtureMcp();
    const client = new Client(clientInfo, { versionNegotiation: { mode } });
    await client.connect(new StreamableHTTPClientTransport(url, { fetch: inProcess(fixture) }));
    const told: unknown[] = [];

    const called = client.callTool(climb, { onprogress: (progress) => void told.push(progress) });
    await expect.poll(() => told).toEqual(onTheWay);
    fixture.release();

    expect((await called).content).toEqual([{ type: "text", text: "climbed in sight" }]);
    await client.close();
  });
});

describe("the first client", () => {
  it("initializes, lists and calls", async () => {
    const client = new FirstClient(clientInfo);
    await client.connect(new FirstTransport(url, { fetch: inProcess() }));

    expect(client.getInstructions()).toContain('confined to the organization "acme"');
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(names);
    expect((await client.callTool(call)).content).toEqual(answer);
    await client.close();
  });

  it("is told how a call gets on", async () => {
    const fixture = fixtureMcp();
    const client = new FirstClient(clientInfo);
    await client.connect(new FirstTransport(url, { fetch: inProcess(fixture) }));
    const told: unknown[] = [];

    const called = client.callTool(climb, undefined, { onprogress: (progress) => void told.push(progress) });
    await expect.poll(() => told).toEqual(onTheWay);
    fixture.release();

    expect((await called).content).toEqual([{ type: "text", text: "climbed in sight" }]);
    await client.close();
  });
});
