import { type OAuthDiscoveryState, UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { OAuthClientInformationMixed, OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOauthProvider } from "../support/oauth-provider.ts";
import { besidesSeer } from "../support/seer.ts";
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

const RESOLVE = { organizationSlug: "acme", issueId: "CHECKOUT-1", status: "resolved" };

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

  it("signs in at an address that was pasted with a slash at its end", async () => {
    const client = await signInAndConnect(newProvider(), "/mcp/");

    expect(await call(client, "whoami")).toContain("ada@example.test");
    await client.close();
  });

  it("is told how an analysis by Seer gets on", async () => {
    const client = await signInAndConnect(newProvider());
    const seer = await besidesSeer(`${server.baseUrl}/sandbox`, "CHECKOUT-7");
    await seer.begin();
    const told: string[] = [];
    const looks: Promise<void>[] = [];

    const { content } = await client.callTool(
      { name: "analyze_issue_with_seer", arguments: { organizationSlug: "acme", issueId: "CHECKOUT-7" } },
      undefined,
      {
        onprogress({ message = "" }) {
          told.push(message);
          looks.push(seer.look());
        },
      },
    );

    await Promise.all(looks);
    expect(told).toContain("Seer: Read the stack trace");
    expect(JSON.stringify(content)).toContain("A value is used before it was checked.");
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

  it("leads to a new sign-in when its grant has been revoked, and goes on after it", async () => {
    const provider = newProvider();
    const client = await signInAndConnect(provider);
    await provider.revoke(server.baseUrl);

    await expect(call(client, "whoami")).rejects.toThrow(UnauthorizedError);
    await finishSignIn(provider);

    expect(await call(client, "whoami")).toContain("ada@example.test");
    expect(provider.visits).toHaveLength(2);
    await client.close();
  });

  // With a refresh token at hand it meets a 403 by refreshing, which cannot widen a grant, and then gives up; its
  // host has to drop that token first.
  it("asks, without a refresh token, for the skill that a tool beyond its grant needs, and then calls the tool", async () => {
    const provider = newProvider();
    const client = await signInAndConnect(provider);
    provider.forgetRefreshToken();
    expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain("update_issue");

    await expect(call(client, "update_issue", RESOLVE)).rejects.toThrow(UnauthorizedError);
    await finishSignIn(provider);

    expect(provider.visits[1]?.searchParams.get("scope")?.split(" ")).toEqual(
      expect.arrayContaining(["inspect", "triage"]),
    );
    expect(await call(client, "update_issue", RESOLVE)).toContain("CHECKOUT-1");
    expect(await call(client, "whoami")).toContain("ada@example.test");
    expect(provider.visits).toHaveLength(2);
    await client.close();
  });
});

async function signInAndConnect(provider: Provider, path = "/mcp"): Promise<Client> {
  const transport = openTransport(provider, path);
  await expect(newClient().connect(transport)).rejects.toThrow(UnauthorizedError);
  await transport.finishAuth(provider.callback().get("code") ?? "");
  return connect(provider, path);
}

/** The answer that the browser brought, handed in as after a step-up or a revocation. */
async function finishSignIn(provider: Provider): Promise<void> {
  await openTransport(provider).finishAuth(provider.callback().get("code") ?? "");
}

async function connect(provider: Provider, path = "/mcp"): Promise<Client> {
  const client = newClient();
  await client.connect(openTransport(provider, path));
  return client;
}

function openTransport(provider: Provider, path = "/mcp"): StreamableHTTPClientTransport {
  return new StreamableHTTPClientTransport(new URL(`${server.baseUrl}${path}`), { authProvider: provider });
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
