import { describe, expect, it } from "vitest";
import { createApp } from "../../src/app.ts";
import { parseConfig } from "../../src/config.ts";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { silent } from "./fixture.ts";

const SENTRY = "http://localhost:3000/sandbox";
const now = () => Date.UTC(2026, 2, 2, 9, 30);

/** A sandbox with two users, and any number of instances in front of it. */
async function openWorld() {
  let snapshot: string | undefined;
  const storage = { read: () => snapshot, write: (text: string) => void (snapshot = text) };
  const sandbox = createSandbox({ baseUrl: SENTRY, storage, now });

  const mint = async (user: string) => {
    const body = JSON.stringify({ user, scopes: ["org:read", "project:read", "event:write"] });
    const headers = { "content-type": "application/json" };
    const request = new Request(`${SENTRY}/__sandbox/tokens`, { method: "POST", headers, body });
    // The sandbox's README says what it answers.
    return ((await (await sandbox.fetch(request)).json()) as { token: string }).token;
  };

  const startInstance = (env: Record<string, string>) => {
    const config = parseConfig(
      { BASE_URL: "https://mcp.example", SENTRY_URL: SENTRY, STORE: "memory", ...env },
      { sandbox: false, listens: false, stores: ["memory"] },
    );
    const store = createMemoryStore({ now });
    const fetch = (request: RequestInfo | URL) => sandbox.fetch(new Request(request));
    const app = createApp({ config, store, storeName: "memory", runtime: "test", fetch, now, log: silent });
    return async (authorization: string, args: object): Promise<string> => {
      const params = { name: "update_issue", arguments: args };
      const response = await app.request("https://mcp.example/mcp", {
        method: "POST",
        headers: {
          authorization,
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          "mcp-protocol-version": "2025-06-18",
        },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
      });
      return response.text();
    };
  };
  return { mint, startInstance };
}

const WANTED = { organizationSlug: "acme", issueIds: ["STOREFRONT-2"], status: "resolved" };
const handleIn = (answer: string) => /"confirm":"([\w-]+)"/.exec(answer)?.[1] ?? "none";

describe("a handle of one instance", () => {
  it("opens in another for the same brought token, and for no other", async () => {
    const { mint, startInstance } = await openWorld();
    const env = { SENTRY_CLIENT_ID: "id", SENTRY_CLIENT_SECRET: "s", ENCRYPTION_KEY: "k".repeat(32) };
    const [one, other] = [startInstance(env), startInstance(env)];
    const [ada, grace] = [`Sentry-Bearer ${await mint("ada")}`, `Sentry-Bearer ${await mint("grace")}`];
    const confirm = handleIn(await one(ada, WANTED));

    const stolen = await other(grace, { confirm });
    const own = await other(ada, { confirm });

    expect(stolen).toContain("confirm is not a handle of this session");
    expect(own).toContain("Changed 1 issue to: resolved");
  });

  it("opens in another that shares the same Sentry token without a key of its own", async () => {
    const { mint, startInstance } = await openWorld();
    const env = { SENTRY_AUTH_TOKEN: await mint("ada"), MCP_API_KEY: "a-key-of-the-network" };
    const elsewhere = { ...env, SENTRY_AUTH_TOKEN: await mint("ada") };
    const [one, other, foreign] = [startInstance(env), startInstance(env), startInstance(elsewhere)];
    const door = "Bearer a-key-of-the-network";
    const confirm = handleIn(await one(door, WANTED));

    const refused = await foreign(door, { confirm });
    const done = await other(door, { confirm });

    expect(refused).toContain("confirm is not a handle of this session");
    expect(done).toContain("Changed 1 issue to: resolved");
  });
});
