import {
  type JSONRPCRequest,
  PerRequestHTTPServerTransport,
  type Server,
} from "@modelcontextprotocol/server";
import type { Cancellations } from "./cancellations.ts";
import type { Questions } from "./questions.ts";
import type { Session } from "./session.ts";
import { joinSession } from "./session-transport.ts";

/**
 * Answers one request of the revisions that begin with `initialize` as a stream from its first notification or
 * question on, and as plain JSON when there is none. So what is refused before still has a status of its own.
 */
export async function serveLegacyStream(
  request: JSONRPCRequest,
  { server, session, questions, cancellations, waitUntil }: {
    server: Server;
    session?: Session;
    questions?: Questions;
    cancellations?: Cancellations;
    waitUntil?: (work: Promise<unknown>) => void;
  },
): Promise<Response> {
  const transport = new PerRequestHTTPServerTransport({ classification: { era: "legacy" } });
  let isCancelled = false;
  if (session) {
    const joined = joinSession(transport, { session, questions, request });
    await server.connect(joined.transport);
    cancellations?.watch({ session, requestId: request.id }, {
      signal: joined.ended,
      // It ends the work as well.
      onCancelled() {
        isCancelled = true;
        void transport.close();
      },
    });
    await joined.replay();
  } else {
    await server.connect(transport);
  }
  // It closes itself after the result. Without the HTTP request it does not hear of a disconnect.
  const response = await transport.handleMessage(request).catch((error: unknown) => {
    if (!isCancelled) throw error;
    return withoutAnswer();
  });
  if (!response.body || !response.headers.get("content-type")?.startsWith("text/event-stream")) {
    return response;
  }
  // A reader that leaves does not end the work: here a disconnect is no cancellation (2025-11-25, Transports).
  const [read, drained] = response.body.tee();
  const work = drain(drained);
  waitUntil?.(work);
  return new Response(read, response);
}

/** A cancelled request gets no response (2025-11-25, Cancellation). */
const withoutAnswer = () => new Response("", { headers: { "content-type": "text/event-stream" } });

async function drain(stream: ReadableStream<Uint8Array>): Promise<void> {
  const reader = stream.getReader();
  while (!(await reader.read()).done);
}
