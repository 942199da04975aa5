import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SandboxServer, startSandbox } from "../support/sandbox-server.ts";
import { freePort, type RunningServer, startServer } from "../support/servers.ts";

const folder = join(import.meta.dirname, "..", "..", "deploy", "holmes");
const holmes = readFileSync(join(folder, "holmes.yaml"), "utf8");
const kubernetes = readFileSync(join(folder, "kubernetes.yaml"), "utf8");

const TOOLS = [
  "list_organizations",
  "list_projects",
  "list_issues",
  "get_issue",
  "get_issue_events",
  "get_event",
  "resolve_issue",
  "unresolve_issue",
  "assign_issue",
  "search_errors",
];

let sandbox: SandboxServer;
let server: RunningServer;
beforeAll(async () => {
  sandbox = await startSandbox();
  server = await startServer("node", {
    ...variables(),
    HOST: "127.0.0.1",
    PORT: String(await freePort()),
    SENTRY_AUTH_TOKEN: await personalToken(),
    SENTRY_URL: sandbox.baseUrl,
  });
});
afterAll(async () => {
  await server?.stop();
  await sandbox?.stop();
});

describe("Holmes, configured as deploy/holmes says", () => {
  it("lists the ten tools and reads an issue, without a key", async () => {
    const url = new URL(value("url"));
    const client = new Client({ name: "holmes", version: "1" });
    const headers = { "Content-Type": value("Content-Type") };

    await client.connect(new SSEClientTransport(url, { fetch: fetchHere, requestInit: { headers } }));
    const { tools } = await client.listTools();
    const issue = await client.callTool({
      name: "get_issue",
      arguments: { issueId: "CHECKOUT-1", organizationSlug: "acme" },
    });

    expect(value("mode")).toBe("sse");
    expect(tools.map(({ name }) => name).toSorted()).toEqual(TOOLS.toSorted());
    expect(JSON.stringify(issue.content)).toContain("PaymentNotStarted");
    await client.close();
  });
});

/** The name in the URL is the cluster's: here it leads to this machine, and only `Host` says it. */
async function fetchHere(url: string | URL, init: RequestInit = {}): Promise<Response> {
  const { host, pathname, search } = new URL(url);
  const asked = request(`${server.address}${pathname}${search}`, {
    method: init.method,
    headers: { ...Object.fromEntries(new Headers(init.headers)), host },
    signal: init.signal ?? undefined,
  });
  asked.end(init.body);
  const [answer]: IncomingMessage[] = await once(asked, "response");
  if (!answer) throw new Error("Expected an answer");
  const body = answer.statusCode === 202 ? null : Readable.toWeb(answer);
  // Node's own type of a web stream.
  return new Response(body as BodyInit | null, {
    status: answer.statusCode,
    headers: { "content-type": answer.headers["content-type"] ?? "" },
  });
}

/** Of a key in Holmes' YAML, each of which is there once. */
function value(key: string): string {
  const found = new RegExp(`^ +${key}: "?([^"\\n]+)"?$`, "m").exec(holmes)?.[1];
  if (found === undefined) throw new Error(`Expected ${key} in holmes.yaml`);
  return found;
}

/** What the Deployment sets, but for what comes from its Secret. */
function variables(): Record<string, string> {
  return Object.fromEntries(
    [...kubernetes.matchAll(/- name: ([A-Z_]+)\n +value: "([^"]*)"/g)].map((
      [, name = "", text = ""],
    ) => [name, text]),
  );
}

async function personalToken(): Promise<string> {
  const response = await fetch(`${sandbox.baseUrl}/__sandbox/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ user: "ada", scopes: ["org:read", "project:read", "team:read", "event:write"] }),
  });
  // The sandbox's own shape (src/sandbox/README.md).
  return ((await response.json()) as { token: string }).token;
}
