import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodePath } from "../support/binaries.ts";
import { type ClientHome, createClientHome } from "../support/client-home.ts";
import { revokeAtGrants } from "../support/revoke-at-grants.ts";
import type { RpcMessage } from "../support/rpc.ts";
import { freePort, type RunningServer, startServer } from "../support/servers.ts";
import { startStdioPeer, type StdioPeer } from "../support/stdio-peer.ts";

const proxy = fileURLToPath(import.meta.resolve("mcp-remote/dist/proxy.js"));

let server: RunningServer;
let home: ClientHome;
beforeAll(async () => {
  home = await createClientHome();
  // Without the cache a test need not wait for it.
  server = await startServer("node", { REVOCATION_CACHE_SECONDS: "0" });
});
afterAll(() => Promise.all([server?.stop(), home?.remove()]));

describe("mcp-remote", () => {
  it("signs in through a browser and carries a stdio client's calls", async () => {
    await withProxy([], async (peer) => {
      const listed = (await peer.request("tools/list")).result?.tools ?? [];
      expect(listed.map(({ name }) => name)).toEqual(
        expect.arrayContaining(["whoami", "search_issues", "get_issue_details"]),
      );
      expect(text(await peer.request("tools/call", { name: "whoami", arguments: {} }))).toContain(
        "ada@example.test",
      );
      expect(
        text(
          await peer.request("tools/call", {
            name: "get_issue_details",
            arguments: { organizationSlug: "acme", issueId: "CHECKOUT-1" },
          }),
        ),
      ).toContain("PaymentNotStarted");
    });
    expect(await home.visits()).toBe(1);
  });

  it("starts again with the sign-in that it stored, and speaks the newest revision when told to", async () => {
    await withProxy(["--protocol", "auto"], async (peer) => {
      expect(peer.log()).toContain("speaks MCP 2026-07-28");
      expect(text(await peer.request("tools/call", { name: "whoami", arguments: {} }))).toContain(
        "ada@example.test",
      );
    });
    expect(await home.visits()).toBe(1);
  });

  it("signs in again within a call when a person has revoked it, and the call goes through", async () => {
    await withProxy([], async (peer) => {
      expect(await home.visits()).toBe(1);
      await revokeAtGrants(server.baseUrl);

      expect(text(await peer.request("tools/call", { name: "whoami", arguments: {} }))).toContain(
        "ada@example.test",
      );
    });
    expect(await home.visits()).toBe(2);
  });

  it("asks for the skill that a tool beyond its grant needs, and the call goes through", async () => {
    await withProxy([], async (peer) => {
      const listed = (await peer.request("tools/list")).result?.tools ?? [];
      expect(listed.map(({ name }) => name)).not.toContain("update_issue");

      const args = { organizationSlug: "acme", issueId: "CHECKOUT-1", status: "resolved" };
      expect(text(await peer.request("tools/call", { name: "update_issue", arguments: args }))).toContain(
        "CHECKOUT-1",
      );
    });
    expect(await home.visits()).toBe(3);
  });

  it("signs in and calls over HTTP+SSE when it is told to speak nothing else", async () => {
    const before = await home.visits();

    await withProxy([], async (peer) => {
      const listed = (await peer.request("tools/list")).result?.tools ?? [];
      expect(listed.map(({ name }) => name)).toContain("whoami");
      expect(text(await peer.request("tools/call", { name: "whoami", arguments: {} }))).toContain(
        "ada@example.test",
      );
    }, { path: "/sse", transport: "sse-only" });

    expect(await home.visits()).toBe(before + 1);
  });
});

async function withProxy(
  options: readonly string[],
  use: (peer: StdioPeer) => Promise<void>,
  { path = "/mcp", transport = "http-only" } = {},
): Promise<void> {
  const port = String(await freePort());
  const args = [proxy, `${server.baseUrl}${path}`, port, "--transport", transport, ...options];
  const peer = startStdioPeer(nodePath(), args, { env: home.env, timeoutMs: 25_000 });
  try {
    const { result } = await peer.request("initialize", {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "stdio client", version: "1" },
    });
    expect(result?.serverInfo, peer.log()).toBeDefined();
    peer.notify("notifications/initialized");
    await use(peer);
  } finally {
    await peer.stop();
  }
}

function text({ result, error }: RpcMessage): string {
  expect(error).toBeUndefined();
  const said = (result?.content ?? []).map((part) => part.text ?? "").join("\n");
  expect(result?.isError ?? false, said).toBe(false);
  return said;
}
