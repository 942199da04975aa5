import { describe, expect, it } from "vitest";
import { openSse } from "../support/sse.ts";
import type { Runtime } from "../support/servers.ts";
import type { Peer } from "../support/rpc.ts";
import { signIn } from "../support/sign-in.ts";

/** HTTP+SSE on a runtime that can hold a stream and its posts together, or the way to `/mcp`. */
export function sseCases(runtime: Runtime, peerOf: () => Peer): void {
  if (runtime === "vercel") describe("HTTP+SSE, which cannot be served here", () => goneCases(peerOf));
  else describe("HTTP+SSE (MCP 2024-11-05)", () => streamCases(peerOf));
}

function goneCases(peerOf: () => Peer): void {
  it.each([
    ["GET", "/sse", "/mcp"],
    ["GET", "/sse/acme/checkout", "/mcp/acme/checkout"],
    ["POST", "/sse/message?sessionId=x", "/mcp"],
  ])("answers %s %s with 410 and the way to %s", async (method, path, there) => {
    const { baseUrl } = peerOf();

    const response = await fetch(`${baseUrl}${path}`, { method });

    expect(response.status).toBe(410);
    expect(await response.json()).toMatchObject({ error: "gone", endpoint: `${baseUrl}${there}` });
  });
}

function streamCases(peerOf: () => Peer): void {
  const open = ({ baseUrl, token }: Peer, path = "/sse", headers = {}) =>
    openSse(baseUrl, { path, headers: { authorization: `Bearer ${token}`, ...headers } });

  it("leads from a 401 to the stream's metadata (RFC 9728)", async () => {
    const { baseUrl } = peerOf();

    const response = await fetch(`${baseUrl}/sse/acme`);
    const url = /resource_metadata="([^"]+)"/.exec(response.headers.get("www-authenticate") ?? "")?.[1] ?? "";
    const metadata = await (await fetch(url)).json();

    expect(response.status).toBe(401);
    expect(metadata).toMatchObject({ resource: `${baseUrl}/sse/acme` });
  });

  it("answers in the stream what is posted for it", async () => {
    const peer = peerOf();
    const client = await open(peer, "/sse/acme", { origin: peer.baseUrl });

    const begun = await client.initialize();
    const listed = await client.call("tools/list", {}, 2);
    const called = await client.call("tools/call", { name: "whoami", arguments: {} }, 3);

    expect(client.response.headers.get("content-type")).toBe("text/event-stream");
    expect(client.response.headers.get("access-control-allow-origin")).toBe(peer.baseUrl);
    expect(begun.result).toMatchObject({ protocolVersion: "2024-11-05" });
    expect(listed.result?.tools?.map(({ name }) => name)).toContain("whoami");
    expect(called.result?.content?.[0]?.text).toContain("ada@example.test");
  });

  it("asks for the scopes that a tool beyond the grant needs (RFC 6750 §3.1)", async () => {
    const peer = peerOf();
    const client = await open(peer);
    const { access_token } = await signIn({ baseUrl: peer.baseUrl, skills: ["inspect"] });

    const call = { name: "update_issue", arguments: { organizationSlug: "acme", issueId: "CHECKOUT-1" } };
    const response = await client.post({ jsonrpc: "2.0", id: 1, method: "tools/call", params: call }, {
      headers: { authorization: `Bearer ${access_token}` },
    });

    expect(response.status).toBe(403);
    expect(response.headers.get("www-authenticate")).toContain("insufficient_scope");
  });

  it("is nobody else's to post to", async () => {
    const peer = peerOf();
    const client = await open(peer);
    const { access_token } = await signIn({ baseUrl: peer.baseUrl, user: "grace" });

    const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
    const response = await client.post(ping, { headers: { authorization: `Bearer ${access_token}` } });

    expect(response.status).toBe(404);
  });

  it("ends when its client goes away, and says so to who posts", async () => {
    const client = await open(peerOf());
    await client.initialize();

    client.leave();

    const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
    await expect.poll(async () => (await client.post(ping)).status, { timeout: 15_000 }).toBe(404);
  });
}
