import {
  type ListToolsResult,
  ProtocolError,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { UI_EXTENSION } from "../apps/apps.ts";
import type { Log } from "../lib/log.ts";
import type { Sealer } from "../lib/seal.ts";
import { continueTrace } from "../lib/trace-context.ts";
import type { SentryService } from "../sentry/service.ts";
import type { ToolResult } from "../tools/call.ts";
import type { Tool } from "../tools/define.ts";
import { Question } from "../tools/question.ts";
import { runWithAnswers, subjectOf } from "./ask.ts";
import { untilCancelled } from "./cancelled.ts";
import { dispatch } from "./dispatch.ts";
import { createHandles } from "./handles.ts";
import { hasApps } from "./has-apps.ts";
import { instructionsFor } from "./instructions.ts";
import { RPC } from "./json-rpc.ts";
import { offer, WHOLE_LIST } from "./offers.ts";
import { onWire } from "./on-wire.ts";
import { PreciseServer } from "./precise-server.ts";
import { createProgress } from "./progress.ts";
import { type CallClient, runCall } from "./tool-call.ts";
import type { CreateServer, Serving } from "./serving.ts";
import { createToolList, type ToolDescription, type ToolList } from "./tool-list.ts";

type Params = Parameters<typeof dispatch>[0];

interface ServerDeps {
  readonly tools: readonly Tool[];
  readonly catalog: readonly ToolDescription[];
  readonly name: string;
  readonly version: string;
  /** Where the server has addresses of its own. */
  readonly baseUrl?: string;
  readonly service: SentryService;
  /** Of the handles that tools give out. */
  readonly sealer: Sealer;
  /** Aborts when the process is about to end, and every call with it. */
  readonly cancelled?: AbortSignal;
  readonly now: () => number;
  readonly log: Log;
}

/** Private: what is offered depends on the grant and the path. */
const CACHE_HINT = { ttlMs: 5 * 60_000, cacheScope: "private" } as const;
const CACHED = [
  "server/discover",
  "tools/list",
  "prompts/list",
  "resources/list",
  "resources/templates/list",
] as const;

/**
 * A server for one HTTP request, where sharing one between requests mixes their answers up, or for one connection on
 * stdio. Advertises what it delivers, and no notice of changes, because there are none.
 */
export function createServers(deps: ServerDeps): CreateServer {
  const toolList = createToolList(deps);
  return (serving) => createServer(deps, serving, toolList);
}

function createServer(deps: ServerDeps, serving: Serving, toolList: ToolList): Server {
  const { caller, toolset, refusal } = serving;
  const isListed = (name: string) => toolList.offered(caller, toolset).some((tool) => tool.name === name);
  const server = new PreciseServer(about(deps), {
    log: deps.log,
    capabilities: {
      tools: {},
      prompts: {},
      resources: {},
      completions: {},
      extensions: { [UI_EXTENSION]: {} },
    },
    instructions: instructionsFor(caller.constraint, { isListed, readOnly: caller.readOnly, refusal }),
    cacheHints: Object.fromEntries(CACHED.map((method) => [method, CACHE_HINT])),
  });

  // Ours are read-only and theirs are not; the SDK changes nothing in what it is handed.
  const tools = (apps: boolean) => toolList.offered(caller, toolset, { apps }) as ListToolsResult["tools"];
  const apps = (context: ServerContext) => hasApps(context, { server, capabilities: serving.capabilities });
  server.setRequestHandler("tools/list", WHOLE_LIST, (_, context) => ({ tools: tools(apps(context)) }));

  /** @throws {ProtocolError} After `fail` has taken what HTTP has to answer. */
  async function answered<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | ToolResult> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Question) throw error;
      // Nobody is left to be told when the client has gone.
      const told = signal.aborted ? undefined : serving.fail(error);
      if (told) return told;
      throw new ProtocolError(RPC.internal, "The call could not be finished");
    }
  }

  async function callTool(
    params: Params,
    { signal, _meta }: { signal: AbortSignal; _meta?: Record<string, unknown> | undefined },
    client: CallClient = {},
  ): Promise<ToolResult> {
    const found = dispatch(params, serving, { toolList, apps: client.pictures ?? false });
    if ("answer" in found) return found.answer;
    const startedAtMs = deps.now();
    const trace = continueTrace(_meta) ?? serving.trace;
    const call = { ...found, caller, signal, trace, client };
    return answered(signal, async () => {
      const run = (signal: AbortSignal) => runCall({ ...call, signal }, deps);
      const result = await untilCancelled(call, deps.cancelled, run);
      const durationMs = Math.round(deps.now() - startedAtMs);
      const { traceId, spanId } = trace ?? {};
      const isError = result.isError ?? false;
      deps.log.info("tool.call", { tool: found.tool.name, isError, durationMs, traceId, spanId });
      return result;
    });
  }

  server.setRequestHandler("tools/call", async ({ params }, context) => {
    const { mcpReq } = context;
    const token = serving.streams ? mcpReq._meta?.progressToken : undefined;
    const progress = token === undefined ? undefined : createProgress(token, mcpReq.notify);
    try {
      const handles = () => createHandles({ ...deps, caller, subject: subjectOf(params) });
      const client = { progress: progress?.report, pictures: apps(context) };
      return await runWithAnswers(
        { server, mcpReq, handles, ending: deps.cancelled, report: client.progress },
        async (ask) =>
          onWire(await callTool(params, mcpReq, { ...client, ask }), server.getNegotiatedProtocolVersion()),
      );
    } finally {
      await progress?.end();
    }
  });

  offer(server, serving, {
    service: deps.service,
    ttlMs: CACHE_HINT.ttlMs,
    callTool,
    hasApps: apps,
    wayTo: (tool, context) => toolList.wayTo(tool, caller, toolset, { apps: apps(context) }),
    has: (tool) => !("unavailable" in toolList.find(tool, caller)),
  });
  return server;
}

function about({ name, version, baseUrl }: ServerDeps) {
  const icons = [{ src: `${baseUrl}/icon.svg`, mimeType: "image/svg+xml", sizes: ["any"] }];
  return { name, title: "Sentry", version, ...(baseUrl !== undefined && { icons, websiteUrl: baseUrl }) };
}
