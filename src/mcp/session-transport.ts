import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type Transport,
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
): { readonly transport: Transport; replay(): Promise<void>; readonly ended: AbortSignal } {
  const ended = new AbortController();
  const onStream = { relatedRequestId: request.id };
  const wireIds = new Map<unknown, string>();
  const replayId = crypto.randomUUID();
  let endReplay = () => {};
  /** Questions on their way out, which nothing that is said about them may overtake. */
  const leaving = new Set<Promise<void>>();

  async function ask(question: JSONRPCRequest): Promise<void> {
    if (!questions) throw new Error("Cannot ask: an answer would not arrive here");
    const { wireId, answer } = await questions.open(session, { signal: ended.signal });
    wireIds.set(question.id, wireId);
    await inner.send({ ...question, id: wireId }, onStream);
    answer.then((said) => {
      if (said) transport.onmessage?.({ ...said, id: question.id });
    }, (error) => transport.onerror?.(error));
  }

  const transport: Transport = {
    async start() {
      const heard: Pick<Transport, "onmessage" | "onerror" | "onclose"> = {
        onmessage: (message, extra) => transport.onmessage?.(message, extra),
        onerror: (error) => transport.onerror?.(error),
        onclose() {
          ended.abort();
          transport.onclose?.();
        },
      };
      Object.assign(inner, heard);
      await inner.start();
    },

    async send(message, options) {
      if (isJSONRPCResponse(message) && message.id === replayId) return endReplay();
      if (!isJSONRPCRequest(message)) {
        if (leaving.size > 0) await Promise.allSettled(leaving);
        const withdrawal = withdraw(message, wireIds);
        return inner.send(withdrawal ?? message, withdrawal ? onStream : options);
      }
      const asked = ask(message);
      leaving.add(asked);
      await asked.finally(() => leaving.delete(asked));
    },

    close: () => inner.close(),
  };

  return {
    transport,
    ended: ended.signal,
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

/** That a question was given up, by the id under which the client knows it. */
function withdraw(
  message: JSONRPCMessage,
  wireIds: ReadonlyMap<unknown, string>,
): JSONRPCMessage | undefined {
  if (!isJSONRPCNotification(message) || message.method !== "notifications/cancelled") return undefined;
  const requestId = wireIds.get(message.params?.requestId);
  return requestId === undefined ? undefined : { ...message, params: { ...message.params, requestId } };
}
