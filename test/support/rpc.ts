export const ERAS = ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"] as const;
export type Era = (typeof ERAS)[number];

export interface RpcAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON-RPC message, or whatever JSON the error had. */
  readonly body: RpcMessage;
}

export interface RpcMessage {
  readonly id?: unknown;
  readonly result?: {
    readonly tools?: readonly { name: string; inputSchema: { properties?: Record<string, unknown> } }[];
    readonly content?: readonly { type: string; text?: string }[];
    readonly structuredContent?: Record<string, unknown>;
    readonly isError?: boolean;
    readonly [key: string]: unknown;
  };
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown } | string;
}

export interface Peer {
  readonly baseUrl: string;
  readonly path?: string;
  readonly token?: string;
  readonly era?: Era;
}

/** One JSON-RPC request as a client of that era sends it. */
export async function rpc(
  peer: Peer,
  method: string,
  params: Record<string, unknown> = {},
): Promise<RpcAnswer> {
  const era = peer.era ?? "2026-07-28";
  const modern = era === "2026-07-28";
  const meta = {
    "io.modelcontextprotocol/protocolVersion": era,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
  };
  const body = { jsonrpc: "2.0", id: 7, method, params: modern ? { ...params, _meta: meta } : params };
  return post(peer, JSON.stringify(body), {
    "mcp-protocol-version": era,
    ...(modern ? { "mcp-method": method } : {}),
    ...(modern && typeof params.name === "string" ? { "mcp-name": params.name } : {}),
  });
}

/** Any body at all, with the headers that a well-behaved client would add. */
export async function post(
  peer: Peer,
  body: string,
  headers: Record<string, string> = {},
): Promise<RpcAnswer> {
  const response = await fetch(`${peer.baseUrl}${peer.path ?? "/mcp"}`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(peer.token === undefined ? {} : { authorization: `Bearer ${peer.token}` }),
      ...headers,
    },
  });
  return { status: response.status, headers: response.headers, body: readMessage(await response.text()) };
}

export async function callTool(
  peer: Peer,
  name: string,
  args: Record<string, unknown> = {},
): Promise<RpcAnswer> {
  return rpc(peer, "tools/call", { name, arguments: args });
}

/** The text that a model would read. */
export function textOf(answer: RpcAnswer): string {
  return (answer.body.result?.content ?? []).map((part) => part.text ?? "").join("\n");
}

/** JSON, or the last `data:` line of an event stream. */
function readMessage(text: string): RpcMessage {
  const data = text.split("\n").findLast((line) => line.startsWith("data: {"))?.slice("data: ".length) ??
    text;
  try {
    // Tests check the fields that they rely on.
    return JSON.parse(data) as RpcMessage;
  } catch {
    return { error: text };
  }
}
