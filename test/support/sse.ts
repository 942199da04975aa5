import { onTestFinished } from "vitest";
import type { RpcMessage } from "./rpc.ts";

interface StreamOptions {
  readonly path?: string;
  readonly headers?: Record<string, string>;
  /** A server of this process, instead of one behind a socket. */
  readonly fetch?: (url: string, init?: RequestInit) => Promise<Response>;
}

export interface SseEvent {
  readonly event?: string;
  readonly data?: string;
  readonly comment?: string;
}

export interface SsePeer {
  readonly response: Response;
  /** Where it was told to post. */
  readonly endpoint: URL;
  /** Undefined at the end of the stream. */
  next(): Promise<SseEvent | undefined>;
  message(): Promise<RpcMessage & { method?: string; params?: Record<string, unknown> }>;
  post(body: unknown, options?: { at?: string; headers?: Record<string, string> }): Promise<Response>;
  /** Posts, and reads until the answer to it. */
  call(method: string, params?: Record<string, unknown>, id?: string | number): Promise<RpcMessage>;
  initialize(capabilities?: object): Promise<RpcMessage>;
  leave(): void;
}

/** A client of MCP 2024-11-05 by hand. */
export async function openSse(
  baseUrl: string,
  { path = "/sse", headers = {}, fetch: send = fetch }: StreamOptions = {},
): Promise<SsePeer> {
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const url = new URL(path, baseUrl);
  const response = await send(url.href, { headers, signal: leaving.signal });
  if (response.status !== 200) throw new Error(`Expected a stream, got ${await response.text()}`);
  const events = eventsOf(response);
  const next = async () => (await events.next()).value ?? undefined;
  const first = await next();
  if (first?.event !== "endpoint") throw new Error(`Expected an endpoint, got ${JSON.stringify(first)}`);
  const endpoint = new URL(first.data ?? "", url);

  const peer: SsePeer = {
    response,
    endpoint,
    next,
    async message() {
      for (let event = await next(); event; event = await next()) {
        if (event.event === "message") return JSON.parse(event.data ?? "");
      }
      throw new Error("Expected a message, got the end of the stream");
    },
    post: (body, options = {}) =>
      send(new URL(endpoint.pathname + endpoint.search, options.at ?? baseUrl).href, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers, ...options.headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    async call(method, params = {}, id = 1) {
      const posted = await peer.post({ jsonrpc: "2.0", id, method, params });
      if (posted.status !== 202) throw new Error(`Expected 202, got ${posted.status} ${await posted.text()}`);
      for (;;) {
        const message = await peer.message();
        if (message.id === id && !message.method) return message;
      }
    },
    initialize: (capabilities = {}) =>
      peer.call("initialize", {
        protocolVersion: "2024-11-05",
        capabilities,
        clientInfo: { name: "sse client", version: "1" },
      }, "begin"),
    leave: () => leaving.abort(),
  };
  return peer;
}

async function* eventsOf(response: Response): AsyncGenerator<SseEvent, void> {
  if (!response.body) throw new Error("Expected a body");
  let text = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const events = text.split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) yield readEvent(event);
  }
}

function readEvent(text: string): SseEvent {
  if (text.startsWith(":")) return { comment: text.slice(1).trim() };
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(text)?.[1];
  return { event: field("event"), data: field("data") };
}
