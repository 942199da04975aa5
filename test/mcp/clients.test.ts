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
const names = ["find_projects", "look", "wait", "locked_out", "change"];

/** The routes without a socket. */
function inProcess(): (input: string | URL, init?: RequestInit) => Promise<Response> {
  const app = mcpRoutes({
    config: { baseUrl: url.origin, loopback: true, toolset: "full" },
    mcp: fixtureMcp().mcp,
    authenticate: async (_request, { constraint }) => ({ caller: callerWith({ constraint }) }),
    rateLimits: { takeMcp: async () => ({ ok: true }) },
    verifyConstraint: async () => ({ outcome: "unknown" }),
    now: () => 0,
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
});
