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
  const { body, headers } = requestOf(peer, method, params);
  return post(peer, body, headers);
}

/**
 * A call that asks for progress: what came first, while the call was still running, and everything in the end.
 *
 * @param options.onFirst Runs when something has come, before more is read.
 */
export async function callToolWithProgress(
  peer: Peer,
  name: string,
  args: Record<string, unknown>,
  options: { onFirst?: () => Promise<void> } = {},
): Promise<{ first: string; whole: string; type: string | null }> {
  const params = { name, arguments: args, _meta: { progressToken: "p1" } };
  const { body, headers } = requestOf(peer, "tools/call", params);
  const response = await send(peer, body, headers);
  const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
  let whole = "";
  let first: string | undefined;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    whole += part.value;
    if (first !== undefined || !whole.includes("\n\n")) continue;
    first = whole;
    await options.onFirst?.();
  }
  return { first: first ?? whole, whole, type: response.headers.get("content-type") };
}

/** The body, whose id is 7, and the headers that go with it in that era. */
export function requestOf(
  peer: Pick<Peer, "era">,
  method: string,
  params: Record<string, unknown>,
): { body: string; headers: Record<string, string> } {
  const era = peer.era ?? "2026-07-28";
  const modern = era === "2026-07-28";
  const meta = {
    "io.modelcontextprotocol/protocolVersion": era,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
  };
  const own = typeof params._meta === "object" ? params._meta : {};
  const sent = modern ? { ...params, _meta: { ...meta, ...own } } : params;
  const named = params.name ?? params.uri;
  return {
    body: JSON.stringify({ jsonrpc: "2.0", id: 7, method, params: sent }),
    headers: {
      "mcp-protocol-version": era,
      ...(modern ? { "mcp-method": method } : {}),
      ...(modern && typeof named === "string" ? { "mcp-name": named } : {}),
    },
  };
}

/** Any body at all, with the headers that a well-behaved client would add. */
export async function post(
  peer: Peer,
  body: string,
  headers: Record<string, string> = {},
): Promise<RpcAnswer> {
  const response = await send(peer, body, headers);
  return { status: response.status, headers: response.headers, body: readMessage(await response.text()) };
}

function send(peer: Peer, body: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`${peer.baseUrl}${peer.path ?? "/mcp"}`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(peer.token === undefined ? {} : { authorization: `Bearer ${peer.token}` }),
      ...headers,
    },
  });
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
