import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  type JSONRPCMessage,
} from "@modelcontextprotocol/server";

type RequestId = string | number;

/** JSON-RPC 2.0 §5.1, and the implementation-defined code that the MCP SDKs use for what is HTTP's business. */
export const RPC = {
  parse: -32_700,
  invalidRequest: -32_600,
  invalidParams: -32_602,
  internal: -32_603,
  http: -32_000,
};

/** The id of the request in a body that may be anything: an error must echo it where there is one. */
export function requestIdOf(body: unknown): RequestId | null {
  if (typeof body !== "object" || body === null || !("id" in body) || isAnswer(body)) return null;
  return typeof body.id === "string" || typeof body.id === "number" ? body.id : null;
}

/** However odd. Its id is of a request to the client, which may be that of one of the client's own. */
export function isAnswer(body: unknown): boolean {
  return typeof body === "object" && body !== null && !("method" in body) &&
    ("result" in body || "error" in body);
}

export function rpcError(
  status: number,
  error: { code: number; message: string; data?: unknown },
  options: { id?: RequestId | null; headers?: Record<string, string> } = {},
): Response {
  return Response.json({ jsonrpc: "2.0", error, id: options.id ?? null }, {
    status,
    headers: options.headers,
  });
}

/** What one batch may hold; the SDK's own bound. */
const MAX_BATCH = 100;

/**
 * The messages in a parsed body, one or a batch.
 *
 * @returns Or what is wrong with it: JSON-RPC 2.0 §5.1, "Invalid Request".
 */
export function readMessages(body: unknown): { messages: readonly JSONRPCMessage[] } | { problem: string } {
  if (!Array.isArray(body)) {
    return isMessage(body)
      ? { messages: [body] }
      : { problem: "Expected a JSON-RPC 2.0 request, notification or response" };
  }
  if (body.length === 0 || body.length > MAX_BATCH) {
    return { problem: `Expected 1 to ${MAX_BATCH} messages in a batch, got ${body.length}` };
  }
  const messages: readonly unknown[] = body;
  if (!messages.every(isMessage)) {
    return {
      problem: "Expected a JSON-RPC 2.0 request, notification or response in every place of the batch",
    };
  }
  const ids = messages.filter(isJSONRPCRequest).map(({ id }) => id);
  if (new Set(ids).size < ids.length) {
    return { problem: "Expected a different id for every request of the batch" };
  }
  return { messages };
}

function isMessage(value: unknown): value is JSONRPCMessage {
  return isJSONRPCRequest(value) || isJSONRPCNotification(value) || isJSONRPCResponse(value);
}
