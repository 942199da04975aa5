import { ProtocolError, type Server, type ServerContext } from "@modelcontextprotocol/server";
import { APP_RESOURCES, readApp } from "../apps/apps.ts";
import type { SentryService } from "../sentry/service.ts";
import type { ToolResult } from "../tools/call.ts";
import { complete } from "./completion.ts";
import { RPC } from "./json-rpc.ts";
import { onePage } from "./one-page.ts";
import { offeredPrompts, writePrompt } from "./prompts.ts";
import { offeredTemplates, readingOf } from "./resources.ts";
import type { Serving } from "./serving.ts";

interface Offering {
  readonly service: SentryService;
  readonly ttlMs: number;
  /** Calls a tool as `tools/call` does, with all that this decides. */
  callTool(
    params: { readonly name: string; readonly arguments: Record<string, unknown> },
    request: { readonly signal: AbortSignal; readonly _meta?: Record<string, unknown> | undefined },
  ): Promise<ToolResult>;
  /** Whether the client shows Apps. */
  hasApps(context: ServerContext): boolean;
}

/** What a session offers beside its tools: prompts, resources, and completion for the arguments of both. */
export function offer(
  server: Server,
  serving: Serving,
  { service, callTool, hasApps, ttlMs }: Offering,
): void {
  const { caller } = serving;
  const { constraint } = caller;

  server.setRequestHandler(
    "prompts/list",
    (request) => onePage(request, { prompts: offeredPrompts(constraint) }),
  );
  server.setRequestHandler("prompts/get", ({ params }) => {
    const written = writePrompt(params.name, params.arguments ?? {}, constraint);
    if ("problem" in written) throw new ProtocolError(RPC.invalidParams, written.problem);
    const { description, text } = written;
    return { description, messages: [{ role: "user", content: { type: "text", text } }] };
  });

  server.setRequestHandler(
    "resources/list",
    (request, context) => onePage(request, { resources: hasApps(context) ? [...APP_RESOURCES] : [] }),
  );
  server.setRequestHandler(
    "resources/templates/list",
    (request) => onePage(request, { resourceTemplates: offeredTemplates(constraint) }),
  );
  server.setRequestHandler("resources/read", async ({ params: { uri } }, { mcpReq }) => {
    const app = readApp(uri);
    if (app) return { contents: [app], ttlMs, cacheScope: "public" };
    const reading = readingOf(uri);
    if (!reading) {
      throw new ProtocolError(RPC.invalidParams, `Unknown resource "${uri.slice(0, 200)}"`, { uri });
    }
    const { content, isError } = await callTool({ name: reading.tool, arguments: reading.args }, mcpReq);
    const text = content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
    if (isError) throw new ProtocolError(RPC.invalidParams, text, { uri });
    return { contents: [{ uri, mimeType: "text/markdown", text }], ttlMs, cacheScope: "private" };
  });

  server.setRequestHandler("completion/complete", async ({ params }, { mcpReq }) => {
    const context = params.context?.arguments ?? {};
    const values = await complete(params.argument, context, { service, caller, signal: mcpReq.signal });
    return { completion: { values } };
  });
}
