import * as v from "valibot";
import type { Channel } from "../../src/channel/channel.ts";
import type { Log } from "../../src/lib/log.ts";
import { createSealer } from "../../src/lib/seal.ts";
import type { Caller } from "../../src/mcp/caller.ts";
import { createMcp, type Mcp } from "../../src/mcp/mcp.ts";
import type { AnswerList } from "../../src/mcp/prepared-list.ts";
import { createServers } from "../../src/mcp/server.ts";
import type { CreateServer } from "../../src/mcp/serving.ts";
import type { Sessions } from "../../src/mcp/session.ts";
import type { ToolDescription } from "../../src/mcp/tool-list.ts";
import { SentryError } from "../../src/sentry/error.ts";
import { createSentryService } from "../../src/sentry/service.ts";
import { defineTool, type Tool, type ToolContext } from "../../src/tools/define.ts";

/** How Sentry is asked; the tools of the fixture never do. */
type AskSentry = (request: Request) => Promise<Response>;

type Run = (input: Record<string, unknown>, context: ToolContext) => unknown;

export function fixtureTool(name: string, effect: Tool["effect"], run: Run): Tool {
  return defineTool({
    name,
    title: name,
    description: `Fixture ${name}`,
    skills: effect === "read" ? ["inspect", "triage"] : ["triage"],
    scopes: [],
    effect,
    output: "text",
    input: v.looseObject({ text: v.optional(v.string()) }),
    example: {},
    run: async (input, context) => await run(input, context),
    render: (data) => String(data),
  });
}

const echo: Run = (input) => JSON.stringify(input);

export interface Observed {
  signal?: AbortSignal;
  /** Of the last call that was given one. */
  progress?: (message: string) => void;
  started: string[];
}

/** A server with tools that answer without Sentry, and what was seen of their calls. */
export function fixtureMcp(
  deps: {
    cancelled?: AbortSignal;
    log?: Log;
    channel?: Channel;
    sessions?: Sessions;
    answerList?: AnswerList;
    fetch?: AskSentry;
  } = {},
): { mcp: Mcp; observed: Observed; release: () => void } {
  const { createServer, ...fixture } = fixtureServers(deps);
  const { sessions, channel, answerList, log = silent } = deps;
  return { mcp: createMcp({ createServer, sessions, channel, answerList, log }), ...fixture };
}

/** The same without a transport. */
export function fixtureServers(
  deps: { cancelled?: AbortSignal; log?: Log; fetch?: AskSentry } = {},
): { createServer: CreateServer; observed: Observed; release: () => void } {
  const observed: Observed = { started: [] };
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const tools = [
    fixtureTool("find_organizations", "read", echo),
    fixtureTool("find_projects", "read", echo),
    fixtureTool("look", "read", (input) => {
      observed.started.push("look");
      return JSON.stringify(input);
    }),
    fixtureTool("wait", "read", async (_input, { signal }) => {
      observed.signal = signal;
      observed.started.push("wait");
      await gate;
      return "waited";
    }),
    fixtureTool("climb", "read", async (_input, { signal, progress }) => {
      observed.signal = signal;
      observed.progress = progress;
      observed.started.push("climb");
      progress?.("at the foot");
      progress?.("half way up");
      await Promise.race([gate, new Promise((resolve) => signal.addEventListener("abort", resolve))]);
      return progress ? "climbed in sight" : "climbed";
    }),
    fixtureTool("fall", "read", async (_input, { progress }) => {
      progress?.("at the top");
      await gate;
      throw new Error("nothing to hold on to");
    }),
    fixtureTool("locked_out", "read", () => {
      throw new SentryError("unauthorized", "Sentry refused the token");
    }),
    fixtureTool("change", "update", () => {
      observed.started.push("change");
      return "changed";
    }),
  ];
  const service = createSentryService({
    url: "https://sentry.example",
    regionUrls: [],
    fetch: deps.fetch ?? (() => Promise.reject(new Error("No tool of the fixture asks Sentry"))),
    now: () => 0,
    log: silent,
    version: "0",
  });
  const log = deps.log ?? silent;
  const createServer = createServers({
    tools,
    catalog: tools.map(describeTool),
    service,
    sealer: createSealer({
      keys: ["a key of the tests, long enough to be accepted"],
      issuer: "https://x.test",
      now: () => 0,
    }),
    name: "fixture",
    version: "1.2.3",
    baseUrl: "https://x.test",
    now: () => 0,
    ...deps,
    log,
  });
  return { createServer, observed, release: () => release() };
}

export function describeTool({ name, title, description, effect }: Tool): ToolDescription {
  const slug = { type: "string" };
  return {
    name,
    title,
    description,
    inputSchema: {
      type: "object",
      properties: { organizationSlug: slug, projectSlugOrId: slug, text: slug },
      required: ["organizationSlug"],
    },
    annotations: { readOnlyHint: effect === "read" },
  };
}

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

export function callerWith(overrides: Partial<Caller> = {}): Caller {
  return {
    user: "ada",
    credential: { id: "ada", token: "token-of-ada" },
    signedIn: true,
    skills: ["inspect", "triage"],
    readOnly: false,
    constraint: {},
    constraintVerified: false,
    isLive: async () => true,
    ...overrides,
  };
}

export interface Post {
  readonly body: unknown;
  readonly headers?: Record<string, string>;
  readonly path?: string;
  readonly signal?: AbortSignal;
}

export function post({ body, headers = {}, path = "/mcp", signal }: Post): Request {
  return new Request(`http://localhost:3000${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
    signal,
  });
}

/** A request of the revisions that begin with `initialize`. */
export function rpc(method: string, params: Record<string, unknown> = {}, id: number | string = 1) {
  return { jsonrpc: "2.0", id, method, params };
}

export function initialize(protocolVersion: string) {
  const clientInfo = { name: "test", version: "1" };
  return rpc("initialize", { protocolVersion, capabilities: {}, clientInfo });
}

/** A request of 2026-07-28 with the headers that belong to it. */
export function modern(
  method: string,
  params: Record<string, unknown> = {},
): { body: Record<string, unknown>; headers: Record<string, string> } {
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  return {
    body: { jsonrpc: "2.0", id: 7, method, params: { ...params, _meta } },
    headers: {
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": method,
      ...(typeof params.name === "string" && { "mcp-name": params.name }),
    },
  };
}

/** The parts of an answer that tests look at. */
export interface Answer {
  readonly jsonrpc: string;
  readonly id: unknown;
  readonly result?: Record<string, unknown> & {
    tools?: { name: string; inputSchema: { properties: object; required?: string[] } }[];
    content?: { type: string; text: string }[];
    isError?: boolean;
    protocolVersion?: string;
  };
  readonly error?: { code: number; message: string; data?: Record<string, unknown> };
}

export async function answerOf(response: Response): Promise<Answer> {
  return await response.json();
}
