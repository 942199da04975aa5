import { StreamableHTTPTransport } from "@hono/mcp";
import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  type JSONRPCMessage,
  type Server,
} from "@modelcontextprotocol/server";
import { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { requestIdOf, RPC, rpcError } from "./json-rpc.ts";
import { serveLegacyStream } from "./legacy-stream.ts";

/** 2024-11-05 knew no such header, yet clients that negotiated it here send it. */
const VERSIONS = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/** The only revision with batches, which is also the one that has no header. */
const BATCH_VERSION = "2025-03-26";

/**
 * Serves the revisions that begin with `initialize`, without sessions: every request stands alone and is answered
 * as one JSON object, or as a stream when its client asked for progress. A disconnect does not cancel the work
 * (MCP 2025-11-25, Transports).
 *
 * The transport is `@hono/mcp`'s; what it gets wrong is answered here before it is asked.
 */
export async function serveLegacy(
  request: Request,
  options: {
    body: unknown;
    messages: readonly JSONRPCMessage[];
    /** Asked for progress, and takes a stream. */
    streams: boolean;
    createServer: () => Server;
  },
): Promise<Response> {
  const { body } = options;
  const id = requestIdOf(body);
  const version = request.headers.get("mcp-protocol-version") ?? BATCH_VERSION;
  if (!VERSIONS.includes(version) && !isInitialize(body)) {
    const message = `Unsupported MCP-Protocol-Version "${version}": expected one of ${VERSIONS.join(", ")}`;
    return rpcError(400, { code: RPC.http, message }, { id });
  }
  if (Array.isArray(body) && version !== BATCH_VERSION) {
    const message = `Expected a single message: ${version} has no batches`;
    return rpcError(400, { code: RPC.invalidRequest, message });
  }
  // Without sessions a notification or a response concerns nothing that is still there.
  if (!options.messages.some(isJSONRPCRequest)) return new Response(null, { status: 202 });
  const [only] = options.messages;
  if (options.streams && isJSONRPCRequest(only)) return serveLegacyStream(only, options.createServer());
  // A cancelled request gets no answer, and the transport would wait for it.
  const messages = options.messages.filter((message) =>
    !(isJSONRPCNotification(message) && message.method === "notifications/cancelled")
  );

  // The routes have checked the type, which has no case; the transport's own check has.
  const headers = new Headers(request.headers);
  headers.set("content-type", "application/json");
  const context = new Context(new Request(request.url, { method: "POST", headers }));

  const server = options.createServer();
  const transport = new StreamableHTTPTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
  await server.connect(transport);
  try {
    const response = await transport.handleRequest(context, Array.isArray(body) ? messages : body);
    if (!response) throw new Error("The transport gave no answer");
    const answersOne = messages.filter(isJSONRPCRequest).length === 1;
    return Array.isArray(body) && answersOne ? Response.json([await response.json()]) : response;
  } catch (error) {
    if (!(error instanceof HTTPException)) throw error;
    return rpcError(error.status, await problemOf(error), { id });
  } finally {
    await server.close();
  }
}

function isInitialize(body: unknown): boolean {
  return typeof body === "object" && body !== null && "method" in body && body.method === "initialize";
}

/** The transport calls every 400 a parse error; what reaches it has been parsed. */
async function problemOf(error: HTTPException): Promise<{ code: number; message: string }> {
  const answer: { error?: { message?: string } } = await error.getResponse().json();
  const code = error.status === 400 ? RPC.invalidRequest : RPC.http;
  return { code, message: answer.error?.message ?? "Bad Request" };
}
