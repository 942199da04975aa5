import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type Transport,
  type TransportSendOptions,
} from "@modelcontextprotocol/server";
import type { Questions } from "./questions.ts";
import type { Session } from "./session.ts";

/**
 * Brings a session to a server that lives for one request: it hears `initialize` as if it had been there, and what
 * it asks goes out in the answer to that request.
 *
 * @param request The only one that `inner` answers.
 * @returns `replay` is to be awaited between connecting the server and handing the request over.
 */
export function joinSession(
  inner: Transport,
  { session, questions, request }: { session: Session; questions?: Questions; request: JSONRPCRequest },
): { readonly transport: Transport; replay(): Promise<void> } {
  const ended = new AbortController();
  const wireIds = new Map<unknown, string>();
  const replayId = crypto.randomUUID();
  let endReplay = () => {};

  async function ask(question: JSONRPCRequest, options?: TransportSendOptions): Promise<void> {
    if (!questions) throw new Error("Cannot ask: an answer would not arrive here");
    const { wireId, answer } = await questions.open(session, { signal: ended.signal });
    wireIds.set(question.id, wireId);
    await inner.send({ ...question, id: wireId }, { ...options, relatedRequestId: request.id });
    answer.then((said) => {
      if (said) transport.onmessage?.({ ...said, id: question.id });
    }, (error) => transport.onerror?.(error));
  }

  const transport: Transport = {
    async start() {
      inner.onmessage = (message, extra) => transport.onmessage?.(message, extra);
      inner.onerror = (error) => transport.onerror?.(error);
      inner.onclose = () => {
        ended.abort();
        transport.onclose?.();
      };
      await inner.start();
    },

    async send(message, options) {
      if (isJSONRPCResponse(message) && message.id === replayId) return endReplay();
      if (isJSONRPCRequest(message)) return ask(message, options);
      await inner.send(underWireId(message, wireIds), options);
    },

    close: () => inner.close(),
  };

  return {
    transport,
    async replay() {
      const { capabilities } = session.initialize;
      // What cannot be answered is not asked.
      const params = { ...session.initialize, capabilities: questions ? capabilities : {} };
      const answered = new Promise<void>((resolve) => {
        endReplay = resolve;
      });
      transport.onmessage?.({ jsonrpc: "2.0", id: replayId, method: "initialize", params });
      await answered;
    },
  };
}

/** A question that is given up is known to the client by another id. */
function underWireId(message: JSONRPCMessage, wireIds: ReadonlyMap<unknown, string>): JSONRPCMessage {
  if (!isJSONRPCNotification(message) || message.method !== "notifications/cancelled") return message;
  const requestId = wireIds.get(message.params?.requestId);
  return requestId === undefined ? message : { ...message, params: { ...message.params, requestId } };
}
