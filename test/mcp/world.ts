import { createApp } from "../../src/app.ts";
import { parseConfig } from "../../src/config.ts";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { silent } from "./fixture.ts";

const SENTRY = "http://localhost:3000/sandbox";
const now = () => Date.UTC(2026, 2, 2, 9, 30);

/** A sandbox with two users, and any number of instances in front of it. */
export async function openWorld() {
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
    return async (authorization: string, name: string, args: object): Promise<string> => {
      const params = { name, arguments: args };
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
