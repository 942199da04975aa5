import {
  isJSONRPCResponse,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type Server,
  type Transport,
} from "@modelcontextprotocol/server";
import { withinTime } from "../lib/time-limit.ts";
import type { ToolResult } from "../tools/call.ts";
import type { Cancellations } from "./cancellations.ts";
import type { Questions } from "./questions.ts";
import type { Session } from "./session.ts";
import { joinSession } from "./session-transport.ts";
import { Unauthorized } from "./unauthorized.ts";

/** Some clients post nothing else until a post was answered, not even that a call is cancelled. */
const ACCEPT_LIMIT_MS = 1000;

const SIGN_IN_AGAIN = "The sign-in has ended: the user has to sign in again";

interface CallOptions {
  readonly session: Session;
  readonly createServer: (fail: (error: unknown) => ToolResult | undefined) => Server;
  readonly questions: Questions;
  readonly cancellations: Cancellations;
  /** To the client, in its stream. */
  readonly say: (message: string) => Promise<void>;
  /** Comes once, when nothing more will be said. */
  readonly onEnd: () => void;
  /** What came too late for an HTTP status. */
  readonly onLateFault: (error: unknown) => void;
}

/**
 * Runs a request whose answer goes to a stream. Its POST is accepted at the first word, or soon in any case: what is
 * refused before that has a status of its own, so that a client can sign in again and repeat the request.
 *
 * @throws What HTTP has to say instead.
 */
export async function callInStream(request: JSONRPCRequest, options: CallOptions): Promise<void> {
  const { session, createServer, questions, cancellations, say, onEnd, onLateFault } = options;
  let isAccepted = false;
  let refusal: { readonly error: unknown } | undefined;
  let settle = () => {};
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });

  function fail(error: unknown): ToolResult | undefined {
    if (!isAccepted) {
      refusal ??= { error };
      settle();
      return undefined;
    }
    if (error instanceof Unauthorized) {
      return { content: [{ type: "text", text: SIGN_IN_AGAIN }], isError: true };
    }
    onLateFault(error);
    return undefined;
  }

  const ending = new AbortController();
  const inner: Transport = {
    start: () => Promise.resolve(),
    async send(message: JSONRPCMessage) {
      if (ending.signal.aborted) return;
      // A request that is refused is sent again, and must not have been answered.
      if (!refusal) await say(JSON.stringify(message)).catch(fail);
      settle();
      if (isJSONRPCResponse(message)) await inner.close();
    },
    async close() {
      if (ending.signal.aborted) return;
      ending.abort();
      settle();
      onEnd();
      inner.onclose?.();
    },
  };

  try {
    const joined = joinSession(inner, { session, questions, request });
    await createServer(fail).connect(joined.transport);
    cancellations.watch({ session, requestId: request.id }, {
      signal: ending.signal,
      onCancelled: () => void inner.close(),
    });
    if (request.method !== "initialize") await joined.replay();
    inner.onmessage?.(request);
  } catch (error) {
    await inner.close();
    throw error;
  }

  await withinTime(settled, { limitMs: ACCEPT_LIMIT_MS, late: () => {} });
  if (refusal) throw refusal.error;
  isAccepted = true;
}
