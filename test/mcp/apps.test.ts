import { describe, expect, it } from "vitest";
import { createSealer } from "../../src/lib/seal.ts";
import { createMcp } from "../../src/mcp/mcp.ts";
import { prepareLists } from "../../src/mcp/prepared-list.ts";
import { createServers } from "../../src/mcp/server.ts";
import { createSessions } from "../../src/mcp/session.ts";
import { TOOLS } from "../../src/tools/all.ts";
import { CATALOG } from "../../src/tools/catalog.ts";
import { openSession } from "../tools/session.ts";
import { type Answer, answerOf, callerWith, initialize, modern, post, rpc, silent } from "./fixture.ts";

const UI = "io.modelcontextprotocol/ui";
const MIME_TYPE = "text/html;profile=mcp-app";
const SHOWS_APPS = { extensions: { [UI]: { mimeTypes: [MIME_TYPE] } } };
const URIS = ["ui://sentry/issue-frequency", "ui://sentry/trace-waterfall"];
const TRACE = { organizationSlug: "acme", traceId: "7e577e577e577e577e577e577e577e57" };

interface Client {
  ask(method: string, params?: Record<string, unknown>): Promise<Answer>;
  /** Paths that Sentry was asked for. */
  readonly sent: readonly string[];
}

/** A server over the sandbox. */
async function openServer() {
  const { service, credential, sent } = await openSession();
  const { now } = service;
  const sealer = createSealer({ keys: ["k".repeat(32)], issuer: "https://mcp.example", now });
  const createServer = createServers({
    tools: TOOLS,
    catalog: CATALOG,
    service,
    sealer,
    name: "n",
    version: "1",
    now,
    log: silent,
  });
  const sessions = createSessions({ sealer, now });
  const mcp = createMcp({ createServer, sessions, answerList: prepareLists({ sessions, now }), log: silent });
  const caller = callerWith({ credential, skills: ["inspect", "triage"] });
  const send = (body: unknown, headers: Record<string, string>) =>
    mcp.handle(post({ body, headers }), { caller, toolset: "default", parsedBody: body });
  return { send, sent };
}

/** A client of an era that has said so much of itself. */
async function connect(era: "2025" | "2026", capabilities: object, server = openServer()): Promise<Client> {
  const { send, sent } = await server;
  if (era === "2026") {
    return {
      sent,
      async ask(method, params = {}) {
        const { body, headers } = modern(method, params);
        const meta = {
          ...(body.params as { _meta: object })._meta,
          "io.modelcontextprotocol/clientCapabilities": capabilities,
        };
        const whole = { ...body, params: { ...params, _meta: meta } };
        const { uri } = params;
        return answerOf(
          await send(whole, { ...headers, ...(typeof uri === "string" && { "mcp-name": uri }) }),
        );
      },
    };
  }
  const hello = initialize("2025-11-25");
  const begun = await send({ ...hello, params: { ...hello.params, capabilities } }, {});
  const session = {
    "mcp-session-id": begun.headers.get("mcp-session-id") ?? "",
    "mcp-protocol-version": "2025-11-25",
  };
  return {
    sent,
    ask: async (method, params) => answerOf(await send(rpc(method, params), session)),
  };
}

describe.each(["2025", "2026"] as const)("an App, for a client of %s", (era) => {
  it("is on the lists of those who show Apps, whoever asked the same server before", async () => {
    const server = openServer();
    const [shows, shownNone] = [await connect(era, SHOWS_APPS, server), await connect(era, {}, server)];

    const lists = [];
    for (const client of [shows, shownNone, shows, shownNone]) {
      lists.push(JSON.stringify((await client.ask("tools/list")).result));
    }

    expect(lists.map((text) => text.includes(UI) || text.includes("ui://"))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it("is named by its tool, which is then on the list, and by resources/list", async () => {
    const client = await connect(era, SHOWS_APPS);

    const tools = (await client.ask("tools/list")).result?.tools ?? [];
    const { result } = await client.ask("resources/list");

    expect(tools.filter((tool) => "_meta" in tool)).toMatchObject([
      { name: "get_issue_details", _meta: { ui: { resourceUri: URIS[0] } } },
      { name: "get_trace_details", _meta: { ui: { resourceUri: URIS[1] } } },
    ]);
    expect(result?.resources).toMatchObject(URIS.map((uri) => ({ uri, mimeType: MIME_TYPE })));
  });

  it("is found as a tool to be called by its own name, which is what the host draws by", async () => {
    const client = await connect(era, SHOWS_APPS);

    const search = { name: "search_sentry_tools", arguments: { query: "spans of a trace" } };
    const { result } = await client.ask("tools/call", search);

    expect(result?.content?.[0]?.text).toMatch(/get_trace_details\([^]*?Call it directly/);
  });

  it.each([
    ["nothing", {}],
    ["another kind of App", { extensions: { [UI]: { mimeTypes: ["text/uri-list"] } } }],
    ["an extension without its types", { extensions: { [UI]: {} } }],
  ])("stays out of sight when it declares %s", async (_what, capabilities) => {
    const client = await connect(era, capabilities);

    const { result: list } = await client.ask("tools/list");
    const { result: call } = await client.ask("tools/call", {
      name: "get_issue_details",
      arguments: { organizationSlug: "acme", issueId: "CHECKOUT-1" },
    });

    expect(list?.tools?.filter((tool) => "_meta" in tool)).toEqual([]);
    expect(list?.tools?.map(({ name }) => name)).not.toContain("get_trace_details");
    expect((await client.ask("resources/list")).result?.resources).toEqual([]);
    expect(JSON.stringify(call)).not.toContain("picture");
    expect(client.sent.filter((path) => path.includes("/releases/"))).toEqual([]);
  });

  it("is read as a document of its own type that asks its host for nothing", async () => {
    const client = await connect(era, {});

    for (const uri of URIS) {
      const { result } = await client.ask("resources/read", { uri });

      expect(result?.contents).toEqual([{
        uri,
        mimeType: MIME_TYPE,
        text: expect.stringMatching(/^<!doctype html>/),
        _meta: {
          ui: {
            csp: { connectDomains: [], resourceDomains: [], frameDomains: [], baseUriDomains: [] },
            prefersBorder: true,
          },
        },
      }]);
    }
  });

  it("gets its picture beside a text that is the same without it", async () => {
    const call = { name: "get_trace_details", arguments: TRACE };

    const [plain, pictured] = await Promise.all(
      [{}, SHOWS_APPS].map(async (capabilities) =>
        (await (await connect(era, capabilities)).ask("tools/call", call)).result
      ),
    );

    expect(pictured?.content).toEqual(plain?.content);
    expect(pictured).not.toHaveProperty("structuredContent");
    expect(pictured?._meta).toMatchObject({
      "sentry-mcp-edge/picture": { kind: "trace-waterfall", trace: TRACE.traceId },
    });
  });

  it("is not there below another address", async () => {
    const client = await connect(era, SHOWS_APPS);

    const { error } = await client.ask("resources/read", { uri: "ui://sentry/nothing" });

    expect(error).toMatchObject({ code: -32602, data: { uri: "ui://sentry/nothing" } });
  });
});
