import {
  type CallToolResult,
  type ListToolsResult,
  ProtocolError,
  Server,
} from "@modelcontextprotocol/server";
import type { Log } from "../lib/log.ts";
import type { SentryService } from "../sentry/service.ts";
import type { Caller } from "./caller.ts";
import { untilCancelled } from "./cancelled.ts";
import { instructionsFor } from "./instructions.ts";
import { RPC } from "./json-rpc.ts";
import { createProgress } from "./progress.ts";
import { insufficientScope, missingSkillText, readOnlyText } from "./refusal.ts";
import { runCall } from "./tool-call.ts";
import type { ToolList } from "./tool-list.ts";

interface ServerDeps {
  readonly name: string;
  readonly version: string;
  readonly toolList: ToolList;
  readonly service: SentryService;
  /** Aborts when the process is about to end. */
  readonly cancelled?: AbortSignal;
  readonly now: () => number;
  readonly log: Log;
}

/** One request, as its server sees it. */
interface Serving {
  readonly caller: Caller;
  /** Why the session's organization or project is out of reach: what every tool then answers. */
  readonly refusal?: string;
  /** One status would have to stand for the answers of all. */
  readonly inBatch: boolean;
  /** The answer may be a stream, because its client asked for progress. */
  readonly streams: boolean;
  /** Takes what must be answered in HTTP instead of JSON-RPC, while there is no answer yet. */
  fail(error: unknown): void;
}

/** Private: both answers depend on the grant and the path. */
const CACHE_HINT = { ttlMs: 5 * 60_000, cacheScope: "private" } as const;

/**
 * A server for one request: sharing one between requests mixes their answers up. Advertises what it delivers,
 * which is tools and no notice of their change.
 */
export function createServer(deps: ServerDeps, serving: Serving): Server {
  const { caller } = serving;
  const server = new Server({ name: deps.name, title: "Sentry", version: deps.version }, {
    capabilities: { tools: {} },
    instructions: instructionsFor(caller.constraint),
    cacheHints: { "tools/list": CACHE_HINT, "server/discover": CACHE_HINT },
  });

  // Ours are read-only and theirs are not; the SDK changes nothing in what it is handed.
  const tools = deps.toolList.offered(caller) as ListToolsResult["tools"];
  server.setRequestHandler("tools/list", () => ({ tools }));

  server.setRequestHandler("tools/call", async ({ params }, { mcpReq }) => {
    const found = deps.toolList.find(params.name, caller);
    if ("unavailable" in found && found.unavailable === "unknown") {
      throw new ProtocolError(RPC.invalidParams, found.message);
    }
    if (serving.refusal !== undefined) return toolError(serving.refusal);
    if ("unavailable" in found) {
      if (found.unavailable === "read_only") return toolError(readOnlyText(found.tool, caller));
      if (serving.inBatch || !caller.signedIn) return toolError(missingSkillText(found.tool, caller));
      const error = insufficientScope(found.tool, caller);
      serving.fail(error);
      throw new ProtocolError(RPC.http, error.message);
    }

    const startedAtMs = deps.now();
    const token = serving.streams ? mcpReq._meta?.progressToken : undefined;
    const progress = token === undefined ? undefined : createProgress(token, mcpReq.notify);
    const args = params.arguments ?? {};
    const call = { ...found, args, caller, signal: mcpReq.signal, progress: progress?.report };
    try {
      const { content, structuredContent, isError } = await untilCancelled(
        call,
        deps.cancelled,
        (signal) => runCall({ ...call, signal }, deps),
      );
      const durationMs = Math.round(deps.now() - startedAtMs);
      deps.log.info("tool.call", { tool: params.name, isError: isError ?? false, durationMs });
      return {
        content: [...content],
        ...(structuredContent !== undefined && { structuredContent }),
        ...(isError && { isError }),
      };
    } catch (error) {
      // Nobody is left to be told when the client has gone.
      if (!mcpReq.signal.aborted) serving.fail(error);
      throw new ProtocolError(RPC.internal, "The call could not be finished");
    } finally {
      await progress?.end();
    }
  });

  return server;
}

const toolError = (text: string): CallToolResult => ({ content: [{ type: "text", text }], isError: true });
