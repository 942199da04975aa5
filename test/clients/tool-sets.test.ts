import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
} from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TOOLSET_IDS } from "../../src/lib/toolset-id.ts";
import { isListed } from "../../src/tools/toolsets.ts";
import { nodePath } from "../support/binaries.ts";
import { type ClientHome, createClientHome } from "../support/client-home.ts";
import { examples } from "../support/examples.ts";
import { INSPECTOR } from "../support/inspector.ts";
import { run } from "../support/run.ts";
import { type RunningServer, startServer } from "../support/servers.ts";
import { signIn } from "../support/sign-in.ts";

interface AnyClient {
  listTools(): Promise<{ tools: readonly { name: string }[] }>;
  callTool(params: { name: string; arguments: Record<string, unknown> }): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

let server: RunningServer;
let authorization: string;
let home: ClientHome;
beforeAll(async () => {
  home = await createClientHome();
  server = await startServer("node", { RATE_LIMIT_PER_MINUTE: "off" });
  const skills = ["inspect", "seer", "triage", "project-management"];
  authorization = `Bearer ${(await signIn({ baseUrl: server.baseUrl, skills })).access_token}`;
});
afterAll(() => Promise.all([server?.stop(), home?.remove()]));

const requestInit = () => ({ headers: { authorization } });

const CLIENTS: Record<string, (url: URL) => Promise<AnyClient>> = {
  "the SDK's v1 client": async (url) => {
    const client = new ClientV1({ name: "v1", version: "1" });
    await client.connect(new TransportV1(url, { requestInit: requestInit() }));
    return client;
  },
  "the SDK's v2 client": (url) => connectV2(url, "auto"),
  "the SDK's v2 client of before": (url) => connectV2(url, "legacy"),
};

async function connectV2(url: URL, mode: "auto" | "legacy"): Promise<AnyClient> {
  const client = new ClientV2({ name: "v2", version: "1" }, { versionNegotiation: { mode } });
  await client.connect(new TransportV2(url, { requestInit: requestInit() }));
  return client;
}

const CATALOG = ["search_sentry_tools", "read_sentry_tool", "execute_sentry_tool"];
const urlOf = (toolset: string) => new URL(`${server.baseUrl}/mcp?toolset=${toolset}`);

describe.each(Object.entries(CLIENTS))("%s", (_name, connect) => {
  it.each(TOOLSET_IDS)("calls every tool that the %s set lists", async (toolset) => {
    const client = await connect(urlOf(toolset));
    const { tools } = await client.listTools();
    const listed = examples().filter(({ name }) => tools.some((tool) => tool.name === name));

    const results = await Promise.all(
      listed.map(({ name, args }) => client.callTool({ name, arguments: args })),
    );

    expect(listed.length).toBe(tools.filter(({ name }) => !CATALOG.includes(name)).length);
    expect(results.filter(({ isError }) => isError)).toEqual([]);
    await client.close();
  });

  it("calls every tool beyond the list of the default set", async () => {
    const client = await connect(urlOf("default"));

    const results = await Promise.all(
      examples().map(({ name, args, effect }) =>
        client.callTool({
          name: effect === "read" ? "read_sentry_tool" : "execute_sentry_tool",
          arguments: { name, arguments: args },
        })
      ),
    );

    expect(results.filter(({ isError }) => isError)).toEqual([]);
    await client.close();
  });
});

describe("MCP Inspector's CLI", () => {
  it.each(TOOLSET_IDS)("finds nothing to complain of in the schemas of the %s set", async (toolset) => {
    const answer = await inspect(toolset, ["--method", "tools/list", "--strict"]);

    expect(JSON.stringify(answer)).toContain(toolset === "basic" ? "get_issue_events" : "get_issue_details");
  });

  // A process for each call: a few in the short form.
  const few = ["search_issues", "get_event", "assign_issue"];
  for (const { name, args } of examples().filter(({ name }) => process.env.SOAK || few.includes(name))) {
    it(`calls ${name}`, async () => {
      const call = ["--method", "tools/call", "--tool-name", name, "--tool-args-json", JSON.stringify(args)];

      // It refuses to call what is not listed.
      const answer = await inspect(isListed(name, "full") ? "full" : "basic", call);

      expect(JSON.stringify(answer)).toContain('"content"');
      expect(JSON.stringify(answer)).not.toContain('"isError":true');
    });
  }
});

async function inspect(toolset: string, args: readonly string[]): Promise<unknown> {
  const target = [
    "--cli",
    urlOf(toolset).href,
    "--transport",
    "http",
    "--header",
    `Authorization: ${authorization}`,
  ];
  const { code, stdout, stderr } = await run(
    nodePath(),
    [INSPECTOR, ...target, ...args, "--format", "json"],
    {
      env: home.env,
      timeoutMs: 25_000,
    },
  );
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  return JSON.parse(stdout);
}
