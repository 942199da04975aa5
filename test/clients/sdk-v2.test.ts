import {
  Client,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOauthProvider } from "../support/oauth-provider.ts";
import { besidesSeer } from "../support/seer.ts";
import { type RunningServer, startServer } from "../support/servers.ts";

type Mode = "auto" | "legacy" | { pin: string };

let server: RunningServer;
beforeAll(async () => {
  // Without the cache a test need not wait for it.
  server = await startServer("node", { REVOCATION_CACHE_SECONDS: "0" });
});
afterAll(() => server?.stop());

const newProvider = () =>
  createOauthProvider<StoredOAuthClientInformation, StoredOAuthTokens, OAuthDiscoveryState>();

const READ_TOOLS = ["find_organizations", "find_projects", "get_issue_details", "search_issues", "whoami"];
const ISSUE = { organizationSlug: "acme", issueId: "CHECKOUT-1" };
const RESOLVE = { ...ISSUE, status: "resolved" };

const eras = [
  { mode: "auto", era: "modern", version: "2026-07-28" },
  { mode: "legacy", era: "legacy", version: "2025-11-25" },
  { mode: { pin: "2026-07-28" }, era: "modern", version: "2026-07-28" },
] satisfies { mode: Mode; era: string; version: string }[];

describe("the SDK's v2 client", () => {
  for (const { mode, era, version } of eras) {
    it(`signs in, lists the tools and reads an issue in mode ${JSON.stringify(mode)}`, async () => {
      const provider = newProvider();
      const client = await signInAndConnect({ provider, mode });

      expect(client.getProtocolEra()).toBe(era);
      expect(client.getNegotiatedProtocolVersion()).toBe(version);
      expect(await toolNames(client)).toEqual(
        expect.arrayContaining(READ_TOOLS),
      );
      expect(await call(client, "whoami")).toContain("ada@example.test");
      expect(await call(client, "get_issue_details", ISSUE)).toContain("PaymentNotStarted");
      await client.close();
    });
  }

  for (const [mode, issueId] of [["auto", "CHECKOUT-7"], ["legacy", "CHECKOUT-8"]] as const) {
    it(`is told how an analysis by Seer gets on in mode ${mode}`, async () => {
      const client = await signInAndConnect({ provider: newProvider(), mode });
      const seer = await besidesSeer(`${server.baseUrl}/sandbox`, issueId);
      await seer.begin();
      const told: string[] = [];
      const looks: Promise<void>[] = [];

      const { content } = await client.callTool(
        { name: "analyze_issue_with_seer", arguments: { organizationSlug: "acme", issueId } },
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
  }

  for (const mode of ["auto", "legacy"] as const) {
    it(`leads to a new sign-in when its grant has been revoked, and goes on after it, in mode ${mode}`, async () => {
      const provider = newProvider();
      const client = await signInAndConnect({ provider, mode });
      await provider.revoke(server.baseUrl);

      await expect(call(client, "whoami")).rejects.toThrow(UnauthorizedError);
      await openTransport({ provider, mode }).finishAuth(provider.callback());

      expect(await call(client, "whoami")).toContain("ada@example.test");
      expect(provider.visits).toHaveLength(2);
      await client.close();
    });

    it(`asks for the skill that a tool beyond its grant needs, and then calls the tool, in mode ${mode}`, async () => {
      const provider = newProvider();
      const client = await signInAndConnect({ provider, mode });
      expect(await toolNames(client)).not.toContain("update_issue");

      await expect(call(client, "update_issue", RESOLVE)).rejects.toThrow(UnauthorizedError);
      await openTransport({ provider, mode }).finishAuth(provider.callback());

      expect(provider.visits[1]?.searchParams.get("scope")?.split(" ")).toEqual(
        expect.arrayContaining(["inspect", "triage"]),
      );
      expect(await call(client, "update_issue", RESOLVE)).toContain("CHECKOUT-1");
      expect(await call(client, "whoami")).toContain("ada@example.test");
      expect(provider.visits).toHaveLength(2);
      await client.close();
    });
  }

  it("goes on with a refreshed token, without another visit to the browser, when its access token is refused", async () => {
    const provider = newProvider();
    await (await signInAndConnect({ provider, mode: "auto" })).close();
    const before = provider.tokens();
    provider.spoilAccessToken();

    const client = await connect({ provider, mode: "auto" });

    expect(await call(client, "whoami")).toContain("ada@example.test");
    expect(provider.visits).toHaveLength(1);
    expect(provider.tokens()?.refresh_token).not.toBe(before?.refresh_token);
    await client.close();
  });

  for (const mode of ["auto", "legacy"] as const) {
    it(`signs in at an address that was pasted with a slash at its end, in mode ${mode}`, async () => {
      const client = await signInAndConnect({ provider: newProvider(), mode, path: "/mcp/" });

      expect(await call(client, "whoami")).toContain("ada@example.test");
      await client.close();
    });
  }

  it("sees one project and no parameter for it at /mcp/acme/checkout, and is kept out of the rest", async () => {
    const provider = newProvider();
    const client = await signInAndConnect({ provider, mode: "auto", path: "/mcp/acme/checkout" });

    expect(provider.visits[0]?.searchParams.get("resource")).toBe(`${server.baseUrl}/mcp/acme/checkout`);
    const { tools } = await client.listTools();
    const details = tools.find(({ name }) => name === "get_issue_details");
    expect(details?.inputSchema.properties).not.toHaveProperty("organizationSlug");
    expect(await call(client, "get_issue_details", { issueId: "CHECKOUT-1" })).toContain("PaymentNotStarted");

    const foreign = await client.callTool({ name: "get_issue_details", arguments: { issueId: "VAULT-1" } });
    const sibling = await client.callTool({
      name: "get_issue_details",
      arguments: { issueId: "STOREFRONT-1" },
    });
    expect([foreign.isError, sibling.isError]).toEqual([true, true]);
    expect(JSON.stringify([foreign, sibling])).not.toContain("CANARY");
    await client.close();
  });

  it("is refused at a path wider than its grant", async () => {
    const provider = newProvider();
    await (await signInAndConnect({ provider, mode: "auto", path: "/mcp/acme/checkout" })).close();

    const token = provider.tokens()?.access_token;
    const wider = new StreamableHTTPClientTransport(new URL(`${server.baseUrl}/mcp`), {
      authProvider: { token: async () => token },
    });

    await expect(newClient("auto").connect(wider)).rejects.toThrow(UnauthorizedError);
  });
});

interface Connection {
  provider: ReturnType<typeof newProvider> & OAuthClientProvider;
  mode: Mode;
  path?: string;
}

/** The first attempt meets 401, walks discovery, registration and the browser; the second has a token. */
async function signInAndConnect(connection: Connection): Promise<Client> {
  const transport = openTransport(connection);
  await expect(newClient(connection.mode).connect(transport)).rejects.toThrow(UnauthorizedError);
  await transport.finishAuth(connection.provider.callback());
  return connect(connection);
}

async function connect(connection: Connection): Promise<Client> {
  const client = newClient(connection.mode);
  await client.connect(openTransport(connection));
  return client;
}

function openTransport({ provider, path = "/mcp" }: Connection): StreamableHTTPClientTransport {
  return new StreamableHTTPClientTransport(new URL(`${server.baseUrl}${path}`), { authProvider: provider });
}

function newClient(mode: Mode): Client {
  return new Client({ name: "v2 client", version: "1" }, { versionNegotiation: { mode } });
}

async function toolNames(client: Client): Promise<string[]> {
  return (await client.listTools()).tools.map(({ name }) => name);
}

async function call(client: Client, name: string, args: Record<string, unknown> = {}): Promise<string> {
  const { content, isError } = await client.callTool({ name, arguments: args });
  const text = content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
  expect(isError ?? false, text).toBe(false);
  return text;
}
