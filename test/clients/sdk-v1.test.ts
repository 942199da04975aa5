import { type OAuthDiscoveryState, UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { OAuthClientInformationMixed, OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOauthProvider } from "../support/oauth-provider.ts";
import { type RunningServer, startServer } from "../support/servers.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await startServer("node");
});
afterAll(() => server?.stop());

const newProvider = () =>
  createOauthProvider<OAuthClientInformationMixed, OAuthTokens, OAuthDiscoveryState>();
type Provider = ReturnType<typeof newProvider>;

describe("the SDK's v1 client", () => {
  it("signs in, lists the tools and reads an issue", async () => {
    const provider = newProvider();
    const client = await signInAndConnect(provider);

    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["whoami", "search_issues", "get_issue_details"]));
    expect(await call(client, "whoami")).toContain("ada@example.test");
    expect(await call(client, "get_issue_details", { organizationSlug: "acme", issueId: "CHECKOUT-1" }))
      .toContain("PaymentNotStarted");
    await client.close();
  });

  it("goes on with a refreshed token when its access token is refused", async () => {
    const provider = newProvider();
    await (await signInAndConnect(provider)).close();
    provider.spoilAccessToken();

    const client = await connect(provider);

    expect(await call(client, "whoami")).toContain("ada@example.test");
    expect(provider.visits).toHaveLength(1);
    await client.close();
  });
});

async function signInAndConnect(provider: Provider): Promise<Client> {
  const transport = openTransport(provider);
  await expect(newClient().connect(transport)).rejects.toThrow(UnauthorizedError);
  await transport.finishAuth(provider.callback().get("code") ?? "");
  return connect(provider);
}

async function connect(provider: Provider): Promise<Client> {
  const client = newClient();
  await client.connect(openTransport(provider));
  return client;
}

function openTransport(provider: Provider): StreamableHTTPClientTransport {
  return new StreamableHTTPClientTransport(new URL(`${server.baseUrl}/mcp`), { authProvider: provider });
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
