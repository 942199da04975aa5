import { type OAuthDiscoveryState, UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import type { OAuthClientInformationMixed, OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOauthProvider } from "../support/oauth-provider.ts";
import { type RunningServer, startServer } from "../support/servers.ts";

let server: RunningServer;
beforeAll(async () => {
  // Without the cache a test need not wait for it.
  server = await startServer("node", { REVOCATION_CACHE_SECONDS: "0" });
});
afterAll(() => server?.stop());

const newProvider = () =>
  createOauthProvider<OAuthClientInformationMixed, OAuthTokens, OAuthDiscoveryState>();
type Provider = ReturnType<typeof newProvider>;

describe("the SDK's v1 client over HTTP+SSE", () => {
  it.each(["/sse", "/sse/acme"])("signs in at %s, lists the tools and reads an issue", async (path) => {
    const provider = newProvider();
    const client = await signInAndConnect(provider, path);

    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["whoami", "search_issues", "get_issue_details"]));
    expect(await call(client, "whoami")).toContain("ada@example.test");
    expect(await call(client, "get_issue_details", { organizationSlug: "acme", issueId: "CHECKOUT-1" }))
      .toContain("PaymentNotStarted");
    expect(provider.visits[0]?.searchParams.get("resource")).toBe(`${server.baseUrl}${path}`);
    await client.close();
  });

  it("goes on in its stream with a refreshed token when its access token is refused", async () => {
    const provider = newProvider();
    const client = await signInAndConnect(provider);
    provider.spoilAccessToken();

    expect(await call(client, "whoami")).toContain("ada@example.test");
    expect(provider.visits).toHaveLength(1);
    await client.close();
  });

  it("leads to a new sign-in when its grant has been revoked, and goes on in its stream after it", async () => {
    const provider = newProvider();
    const client = await signInAndConnect(provider);
    await provider.revoke(server.baseUrl);

    await expect(call(client, "whoami")).rejects.toThrow(UnauthorizedError);
    await openTransport(provider).finishAuth(provider.callback().get("code") ?? "");

    expect(await call(client, "whoami")).toContain("ada@example.test");
    expect(provider.visits).toHaveLength(2);
    await client.close();
  });
});

async function signInAndConnect(provider: Provider, path = "/sse"): Promise<Client> {
  const transport = openTransport(provider, path);
  await expect(newClient().connect(transport)).rejects.toThrow(UnauthorizedError);
  await transport.finishAuth(provider.callback().get("code") ?? "");
  const client = newClient();
  await client.connect(openTransport(provider, path));
  return client;
}

function openTransport(provider: Provider, path = "/sse"): SSEClientTransport {
  return new SSEClientTransport(new URL(path, server.baseUrl), { authProvider: provider });
}

function newClient(): Client {
  return new Client({ name: "v1 client", version: "1" });
}

async function call(client: Client, name: string, args: Record<string, unknown> = {}): Promise<string> {
  const { content, isError } = CallToolResultSchema.parse(await client.callTool({ name, arguments: args }));
  const text = content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
  expect(isError ?? false, text).toBe(false);
  return text;
}
