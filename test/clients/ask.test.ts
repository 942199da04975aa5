import { join } from "node:path";
import {
  Client as ClientV2,
  StreamableHTTPClientTransport as HttpV2,
  type Transport as TransportV2,
} from "@modelcontextprotocol/client";
import { StdioClientTransport as StdioV2 } from "@modelcontextprotocol/client/stdio";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport as SseV1 } from "@modelcontextprotocol/sdk/client/sse.js";
import { StdioClientTransport as StdioV1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as HttpV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NODE_CACHE, nodePath } from "../support/binaries.ts";
import { type SandboxServer, startSandbox } from "../support/sandbox-server.ts";
import { type RunningServer, startServer } from "../support/servers.ts";

const STDIO = join(import.meta.dirname, "..", "..", "adapters", "stdio.ts");

let sandbox: SandboxServer;
let server: RunningServer;
let token: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  [server, token] = await Promise.all([
    startServer("node", sandbox.environment),
    sandbox.mintToken("ada"),
  ]);
});
afterAll(async () => {
  await server?.stop();
  await sandbox?.stop();
});

/** Says yes, and names acme where a form asks for an organization. */
function answered(asked: unknown[], { params }: { params: { message: string } }) {
  asked.push(params.message);
  const content: Record<string, string> = params.message.startsWith("Which organization")
    ? { organizationSlug: "acme" }
    : {};
  return { action: "accept" as const, content };
}

const CAPABILITIES = { capabilities: { elicitation: { form: {} } } };

const overHttp = () => ({
  url: new URL(`${server.baseUrl}/mcp`),
  options: { requestInit: { headers: { authorization: `Sentry-Bearer ${token}` } } },
});

const overStdio = () => ({
  command: nodePath(),
  args: [STDIO],
  env: {
    ...NODE_CACHE,
    SENTRY_URL: sandbox.baseUrl,
    SENTRY_REGION_URLS: sandbox.environment.SENTRY_REGION_URLS ?? "",
    SENTRY_ACCESS_TOKEN: token,
  },
  stderr: "pipe" as const,
});

async function connectV1(asked: unknown[], transport: HttpV1 | SseV1 | StdioV1) {
  const client = new ClientV1({ name: "v1", version: "1" }, CAPABILITIES);
  client.setRequestHandler(ElicitRequestSchema, (request) => answered(asked, request));
  await client.connect(transport);
  return client;
}

async function connectV2(asked: unknown[], transport: TransportV2, mode: "auto" | "legacy") {
  const client = new ClientV2({ name: "v2", version: "1" }, {
    ...CAPABILITIES,
    versionNegotiation: { mode },
  });
  client.setRequestHandler("elicitation/create", (request) => answered(asked, request));
  await client.connect(transport);
  return client;
}

const httpV2 = () => new HttpV2(overHttp().url, overHttp().options);

const CLIENTS = {
  "v1 over HTTP": (asked: unknown[]) => connectV1(asked, new HttpV1(overHttp().url, overHttp().options)),
  "v2 over HTTP, stateless": (asked: unknown[]) => connectV2(asked, httpV2(), "auto"),
  "v2 over HTTP, in a session": (asked: unknown[]) => connectV2(asked, httpV2(), "legacy"),
  "v1 over HTTP+SSE": (asked: unknown[]) =>
    connectV1(asked, new SseV1(new URL("/sse", server.baseUrl), overHttp().options)),
  "v1 over stdio": (asked: unknown[]) => connectV1(asked, new StdioV1(overStdio())),
  "v2 over stdio, stateless": (asked: unknown[]) => connectV2(asked, new StdioV2(overStdio()), "auto"),
  "v2 over stdio, in a session": (asked: unknown[]) => connectV2(asked, new StdioV2(overStdio()), "legacy"),
};

/** Each finds something to change after the one before it. */
const PRIORITIES = ["high", "medium", "low"];

describe("the SDKs' clients put our questions to their user:", () => {
  for (const [at, [name, connect]] of Object.entries(CLIENTS).entries()) {
    it(name, async () => {
      const asked: unknown[] = [];
      const client = await connect(asked);
      const change = { query: "is:unresolved", priority: PRIORITIES[at % PRIORITIES.length] };

      const projects = await client.callTool({ name: "find_projects", arguments: {} });
      const changed = await client.callTool({ name: "update_issue", arguments: change });

      expect(JSON.stringify(projects)).toContain("checkout");
      expect(asked).toEqual([
        'Which organization is "Find projects" for?',
        'Which organization is "Update issue" for?',
        expect.stringMatching(/^Change \d+ issues of acme to: /),
      ]);
      expect(JSON.stringify(changed.content)).toMatch(/Changed \d+ issues to: /);
      await client.close();
    });
  }
});
