import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  type JSONRPCMessage,
  type JSONRPCRequest,
} from "@modelcontextprotocol/server";
import * as v from "valibot";
import type { Channel } from "../channel/channel.ts";
import type { Lifecycle } from "../lib/lifecycle.ts";
import type { Log } from "../lib/log.ts";
import { createSlots } from "../lib/slots.ts";
import { createCancellations } from "./cancellations.ts";
import { readMessages, requestIdOf, RPC, rpcError } from "./json-rpc.ts";
import { createQuestions } from "./questions.ts";
import type { CreateServer, Serving } from "./serving.ts";
import { initializeSchema, type Session } from "./session.ts";
import { callInStream } from "./sse-call.ts";
import { createLine } from "./sse-line.ts";
import { openEventStream } from "./sse-stream.ts";

/** Running at the same time for one stream, here: a client's POST is answered before its call is. */
const MAX_CALLS = 32;

/** As its own POST says it. */
type Served = Pick<Serving, "caller" | "toolset" | "refusal" | "trace">;

interface SseDeps {
  readonly createServer: CreateServer;
  readonly channel: Channel;
  readonly lifecycle?: Lifecycle;
  readonly log: Log;
}

/** MCP 2024-11-05, Transports, "HTTP with SSE": a stream per client, and messages that are posted for it. */
export interface Sse {
  /** @param options `endpoint`: where its client posts, relative to the stream's own URL. */
  open(
    session: Session,
    options: { endpoint: string; signal: AbortSignal; onEnd: () => void },
  ): Promise<Response>;
  /**
   * Answers one POST whose body was parsed.
   *
   * @throws {Unauthorized} To be answered with 401 and a challenge.
   * @throws {InsufficientScope} To be answered with 403 and a challenge.
   */
  post(session: Session, body: unknown, serving: Served): Promise<Response>;
}

export function createSse({ createServer, channel, lifecycle, log }: SseDeps): Sse {
  const line = createLine(channel);
  const questions = createQuestions(channel);
  const cancellations = createCancellations(channel, log);
  const slots = createSlots({ each: MAX_CALLS, all: Infinity });

  function report(error: unknown): void {
    const stack = error instanceof Error ? error.stack : undefined;
    log.error("mcp.failed_in_stream", { message: String(error), stack });
  }

  function call(
    session: Session,
    request: JSONRPCRequest,
    { serving, leave }: { serving: Served; leave: () => void },
  ): Promise<void> {
    return callInStream(request, {
      session,
      questions,
      cancellations,
      createServer: (fail) => createServer({ ...serving, inBatch: false, streams: true, fail }),
      say: (text) => line.say(session, text),
      onEnd() {
        leave();
        line.ended(session).catch(report);
      },
      onLateFault: report,
    });
  }

  async function pass(session: Session, message: JSONRPCMessage): Promise<void> {
    if (isJSONRPCResponse(message)) return questions.answer(session, message);
    if (isJSONRPCNotification(message) && message.method === "notifications/cancelled") {
      await cancellations.cancel(session, message.params?.requestId);
    }
  }

  return {
    async open(session, options) {
      const body = await openEventStream(session, { ...options, line, lifecycle, log });
      return new Response(body, {
        headers: {
          "content-type": "text/event-stream",
          // Proxies that compress, and nginx, would keep events back until a buffer is full.
          "cache-control": "no-store, no-transform",
          "x-accel-buffering": "no",
        },
      });
    },

    async post(session, body, serving) {
      const id = requestIdOf(body);
      const problem = (status: number, code: number, message: string) =>
        rpcError(status, { code, message }, { id });
      const read = readMessages(body);
      if ("problem" in read) return problem(400, RPC.invalidRequest, read.problem);
      const [message] = read.messages;
      if (Array.isArray(body) || !message) {
        return problem(400, RPC.invalidRequest, "Expected a single message: this transport has no batches");
      }
      const leave = isJSONRPCRequest(message) ? slots.take(session.id) : () => {};
      if (!leave) {
        const message = `Expected at most ${MAX_CALLS} calls at the same time`;
        return rpcError(429, { code: RPC.http, message }, { id, headers: { "retry-after": "1" } });
      }
      let isRunning = false;
      try {
        const known = await line.knock(session, {
          begins: isJSONRPCRequest(message),
          initialize: initializeOf(message),
        });
        if (!known) return problem(404, RPC.http, "The stream has ended: open it anew");
        if (isJSONRPCRequest(message)) {
          isRunning = true;
          await call(known, message, { serving, leave });
        } else await pass(known, message);
      } finally {
        if (!isRunning) leave();
      }
      return new Response(null, { status: 202 });
    },
  };
}

/** What the stream has to remember for later posts. */
function initializeOf(message: JSONRPCMessage): Session["initialize"] | undefined {
  if (!isJSONRPCRequest(message) || message.method !== "initialize") return undefined;
  const read = v.safeParse(initializeSchema, message.params);
  return read.success ? read.output : undefined;
}
