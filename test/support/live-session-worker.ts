// A Worker whose live sessions are event streams: what is posted to a session is an event of its stream.
import { forwardToSession, sessionIdOf, type SessionNamespace } from "../../src/channel/live-session.ts";
import { createMemoryChannel } from "../../src/channel/memory.ts";

interface Env {
  readonly LIVE_SESSIONS: SessionNamespace;
}

/** The same for all sessions, so that it is the object that keeps them apart. */
const TOPIC = "messages";

export class EventSession {
  readonly #channel = createMemoryChannel();
  #openStreams = 0;

  async fetch(request: Request): Promise<Response> {
    const sessionId = sessionIdOf(request);
    if (request.method === "POST") {
      await this.#channel.publish(TOPIC, await request.text());
      return Response.json({ sessionId, openStreams: this.#openStreams }, { status: 202 });
    }
    const ended = new AbortController();
    const messages = await this.#channel.subscribe(TOPIC, { signal: ended.signal });
    const iterator = messages[Symbol.asyncIterator]();
    const onEnd = () => {
      this.#openStreams -= 1;
      ended.abort();
    };
    this.#openStreams += 1;
    request.signal.addEventListener("abort", onEnd);
    const stream = new ReadableStream({
      start: (events) => events.enqueue(eventOf("endpoint", `/sse/message?sessionId=${sessionId}`)),
      async pull(events) {
        const { done, value } = await iterator.next();
        if (done) events.close();
        else events.enqueue(eventOf("message", value));
      },
    });
    return new Response(stream, { headers: { "content-type": "text/event-stream" } });
  }
}

const encoder = new TextEncoder();
const eventOf = (event: string, data: string) => encoder.encode(`event: ${event}\ndata: ${data}\n\n`);

// oxlint-disable-next-line import/no-default-export -- what workerd calls
export default {
  fetch: async (request: Request, { LIVE_SESSIONS }: Env): Promise<Response> =>
    forwardToSession(LIVE_SESSIONS, request) ?? new Response("No session", { status: 404 }),
};
