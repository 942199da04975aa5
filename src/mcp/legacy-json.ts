import { StreamableHTTPTransport } from "@hono/mcp";
import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  type JSONRPCMessage,
  type Server,
} from "@modelcontextprotocol/server";
import { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { accepts } from "./accept.ts";
import { requestIdOf, RPC, rpcError } from "./json-rpc.ts";

/**
 * Answers a message or a batch of the revisions that begin with `initialize` at once, as JSON. The transport is
 * `@hono/mcp`'s; what it gets wrong is put right here, or answered before it is asked.
 */
export async function serveLegacyJson(
  request: Request,
  options: { body: unknown; messages: readonly JSONRPCMessage[]; createServer: () => Server },
): Promise<Response> {
  const { body } = options;
  // A cancelled request gets no answer, and the transport would wait for it.
  const messages = options.messages.filter((message) =>
    !(isJSONRPCNotification(message) && message.method === "notifications/cancelled")
  );

  // Types have no case, and ranges may stand for them; the transport's own checks know neither.
  const headers = new Headers(request.headers);
  headers.set("content-type", "application/json");
  if (accepts(request, "application/json") || accepts(request, "text/event-stream")) headers.delete("accept");
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
    return rpcError(error.status, await problemOf(error), { id: requestIdOf(body) });
  } finally {
    await server.close();
  }
}

/** The transport calls every 400 a parse error; what reaches it has been parsed. */
async function problemOf(error: HTTPException): Promise<{ code: number; message: string }> {
  const answer: { error?: { message?: string } } = await error.getResponse().json();
  const code = error.status === 400 ? RPC.invalidRequest : RPC.http;
  return { code, message: answer.error?.message ?? "Bad Request" };
}
