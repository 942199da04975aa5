import {
  type CompleteRequest,
  ProtocolError,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import * as v from "valibot";
import { APP_RESOURCES, readApp } from "../apps/apps.ts";
import { continueTrace } from "../lib/trace-context.ts";
import { SentryError } from "../sentry/error.ts";
import type { SentryService } from "../sentry/service.ts";
import type { ToolResult } from "../tools/call.ts";
import { complete } from "./completion.ts";
import { RPC } from "./json-rpc.ts";
import { offeredPrompts, writePrompt } from "./prompts.ts";
import { offeredResources, readingOf } from "./resources.ts";
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
  /** The tool of the client's list by which another is called, or itself; undefined when there is no way. */
  wayTo(tool: string, context: ServerContext): string | undefined;
  /** Whether the session has a tool, on its list or not. */
  has(tool: string): boolean;
}

/** No list has a second page; a cursor that says nothing asks for the first. */
export const WHOLE_LIST = {
  params: v.object({ cursor: v.nullish(v.literal("", "this list is whole: it has no cursors")) }),
};

/** What a session offers beside its tools: prompts, resources, and completion for the arguments of both. */
export function offer(server: Server, serving: Serving, offering: Offering): void {
  const { caller } = serving;
  const { constraint } = caller;
  const { ttlMs } = offering;
  const prompts = (context: ServerContext) =>
    offeredPrompts(constraint, (tool) => offering.wayTo(tool, context));
  const resources = () => offeredResources(constraint, offering.has);

  server.setRequestHandler("prompts/list", WHOLE_LIST, (_, context) => ({ prompts: prompts(context) }));
  server.setRequestHandler("prompts/get", ({ params }, context) => {
    const written = writePrompt(params, constraint, (tool) => offering.wayTo(tool, context));
    if ("problem" in written) throw new ProtocolError(RPC.invalidParams, written.problem);
    const { description, text } = written;
    return { description, messages: [{ role: "user", content: { type: "text", text } }] };
  });

  server.setRequestHandler("resources/list", WHOLE_LIST, (_, context) => ({
    resources: [...resources().resources, ...(offering.hasApps(context) ? APP_RESOURCES : [])],
  }));
  server.setRequestHandler("resources/templates/list", WHOLE_LIST, () => ({
    resourceTemplates: resources().templates,
  }));
  server.setRequestHandler("resources/read", async ({ params: { uri } }, { mcpReq }) => {
    const app = readApp(uri);
    if (app) return { contents: [app], ttlMs, cacheScope: "public" };
    const none = (message: string) => new ProtocolError(RPC.invalidParams, message, { uri });
    try {
      const reading = readingOf(uri, constraint);
      if (!reading) throw none(`Unknown resource "${uri.slice(0, 200)}"`);
      const result = await offering.callTool({ name: reading.tool, arguments: reading.args }, mcpReq);
      const text = result.content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
      if (result.atFault) throw new ProtocolError(RPC.internal, text, { uri });
      if (result.isError) throw none(text);
      return { contents: [{ uri, mimeType: "text/markdown", text }], ttlMs, cacheScope: "private" };
    } catch (error) {
      throw error instanceof SentryError ? none(error.message) : error;
    }
  });

  /** None of what this session does not offer. */
  function argumentsOf(ref: CompleteRequest["params"]["ref"], context: ServerContext): readonly string[] {
    if (ref.type === "ref/prompt") {
      const prompt = prompts(context).find(({ name }) => name === ref.name);
      return prompt?.arguments.map(({ name }) => name) ?? [];
    }
    const template = resources().templates.find(({ uriTemplate }) => uriTemplate === ref.uri);
    return [...(template?.uriTemplate.matchAll(/\{(\w+)\}/g) ?? [])].map(([, name = ""]) => name);
  }

  server.setRequestHandler("completion/complete", async ({ params }, request) => {
    const { ref, argument, context } = params;
    const { signal, _meta } = request.mcpReq;
    if (!argumentsOf(ref, request).includes(argument.name)) return { completion: { values: [] } };
    const trace = continueTrace(_meta) ?? serving.trace;
    const { service } = offering;
    const completion = await complete(argument, context?.arguments ?? {}, { service, caller, signal, trace });
    return { completion: { ...completion } };
  });
}
