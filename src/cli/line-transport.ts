import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  type JSONRPCMessage,
  type Transport,
} from "@modelcontextprotocol/server";
import { MAX_NESTING, parseJson } from "../lib/parse-json.ts";
import { isAnswer, readMessages, requestIdOf, RPC } from "../mcp/json-rpc.ts";
import { createBatches } from "./batches.ts";
import { createLineReader } from "./line-reader.ts";

export interface LineTransport extends Transport {
  /** What has come in, in chunks as they come. */
  receive(chunk: Uint8Array): void;
}

/** As many as the HTTP door takes bytes. */
const MAX_LINE_CHARACTERS = 4 * 1024 * 1024;
/** It also says that `initialize` comes before any batch. */
const BATCH_VERSION = "2025-03-26";

/**
 * MCP's stdio transport without the streams: one JSON-RPC message a line, both ways. The SDK's own passes over what
 * is no JSON without a word, ends at a line that is too long, and knows no batches.
 */
export function createLineTransport(write: (line: string) => Promise<void>): LineTransport {
  const batches = createBatches();
  let version: string | undefined;
  let isClosed = false;

  const writeJson = (value: unknown) => isClosed ? Promise.resolve() : write(`${JSON.stringify(value)}\n`);
  const refuse = (code: number, message: string, id: string | number | null = null) =>
    void writeJson({ jsonrpc: "2.0", id, error: { code, message } }).catch(report);
  const report = (error: unknown) =>
    transport.onerror?.(error instanceof Error ? error : new Error(String(error)));

  function onLine(line: string): void {
    const body = parse(line);
    if (body === undefined) {
      return refuse(
        RPC.parse,
        `Expected one JSON-RPC message a line, nested at most ${MAX_NESTING} levels deep`,
      );
    }
    if (Array.isArray(body) && version !== BATCH_VERSION) {
      return refuse(RPC.invalidRequest, `Expected a single message: only ${BATCH_VERSION} has batches`);
    }
    const read = readMessages(body);
    if ("problem" in read && isAnswer(body)) return report(read.problem);
    if ("problem" in read) return refuse(RPC.invalidRequest, read.problem, requestIdOf(body));
    if (Array.isArray(body)) batches.begin(read.messages.filter(isJSONRPCRequest).map(({ id }) => id));
    read.messages.forEach(deliver);
  }

  function deliver(message: JSONRPCMessage): void {
    // A cancelled request gets no answer, and its batch must not wait for one.
    const cancelled = cancelledBy(message);
    if (cancelled !== undefined) void settle(cancelled)?.catch(report);
    transport.onmessage?.(message);
  }

  /** Undefined when the request is of no batch. */
  function settle(id: string | number, answer?: JSONRPCMessage): Promise<void> | undefined {
    const settled = batches.settle(id, answer);
    if (settled === undefined) return undefined;
    return settled === "incomplete" || settled.length === 0 ? Promise.resolve() : writeJson(settled);
  }

  const transport: LineTransport = {
    receive: createLineReader({
      maxCharacters: MAX_LINE_CHARACTERS,
      onLine,
      onTooLong: () =>
        refuse(RPC.invalidRequest, `Expected at most ${MAX_LINE_CHARACTERS} characters a line`),
    }),
    start: () => Promise.resolve(),
    setProtocolVersion: (negotiated) => void (version = negotiated),
    async send(message) {
      const inBatch = isJSONRPCResponse(message) && message.id !== undefined
        ? settle(message.id, message)
        : undefined;
      await (inBatch ?? writeJson(message));
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      transport.onclose?.();
    },
  };
  return transport;
}

function cancelledBy(message: JSONRPCMessage): string | number | undefined {
  if (!isJSONRPCNotification(message) || message.method !== "notifications/cancelled") return undefined;
  const id = message.params?.requestId;
  return typeof id === "string" || typeof id === "number" ? id : undefined;
}

/** Undefined is no JSON value, so it stands for what is none. */
function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
