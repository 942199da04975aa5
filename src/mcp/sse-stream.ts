import type { Lifecycle } from "../lib/lifecycle.ts";
import type { Log } from "../lib/log.ts";
import { pause } from "../lib/pause.ts";
import type { Session } from "./session.ts";
import type { Line } from "./sse-line.ts";

/** Proxies cut what is silent for half a minute or more. */
const KEEP_ALIVE_MS = 15_000;
/** And one message, whatever its length. */
const MAX_UNREAD_BYTES = 2 * 1024 * 1024;
/** What a cancelled call still says takes less. */
const LAST_WORDS_MS = 300;
/** Says that nothing comes after it; JSON is never empty. */
const END = "";

const encoder = new TextEncoder();
const KEEP_ALIVE = encoder.encode(": keep-alive\n\n");

interface StreamOptions {
  readonly line: Line;
  /** Where the client posts, relative to the stream's own URL. */
  readonly endpoint: string;
  /** Of the request: its client has gone. */
  readonly signal: AbortSignal;
  readonly lifecycle?: Lifecycle;
  readonly log: Log;
  readonly onEnd: () => void;
}

/**
 * The one response of a client of MCP 2024-11-05 (Transports, "HTTP with SSE"). Who reads too slowly, and who has gone,
 * loses the stream; a call that is running goes on without it.
 */
export async function openEventStream(
  session: Session,
  { line, endpoint, signal, lifecycle, log, onEnd }: StreamOptions,
): Promise<ReadableStream<Uint8Array>> {
  const ending = new AbortController();
  const ended = ending.signal;
  const end = () => ending.abort();
  let running = 0;
  let keepAlive: ReturnType<typeof setInterval> | undefined;
  ended.addEventListener("abort", () => {
    clearInterval(keepAlive);
    onEnd();
  }, { once: true });

  const finish = () => void line.say(session, END).catch(end);
  const finishWhenIdle = () => {
    if (running === 0 && lifecycle?.closing.aborted) finish();
  };
  if (signal.aborted) end();
  signal.addEventListener("abort", end, { once: true, signal: ended });
  lifecycle?.closing.addEventListener("abort", finishWhenIdle, { once: true, signal: ended });
  lifecycle?.cancelled.addEventListener("abort", () => void pause(LAST_WORDS_MS).then(finish), {
    once: true,
    signal: ended,
  });

  const { messages, notes } = await line.hear(session, { signal: ended }).catch((error: unknown) => {
    end();
    throw error;
  });
  const attended = line.attend(notes, (count) => {
    running = count;
    finishWhenIdle();
  });
  attended.catch((error: unknown) => log.warn("sse.deaf", { error: String(error) })).finally(end);

  async function pass(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      for await (const message of messages) {
        if (message === END) break;
        if ((controller.desiredSize ?? 0) <= 0) {
          throw new Error(`Cannot go on: expected at most ${MAX_UNREAD_BYTES} bytes unread`);
        }
        controller.enqueue(eventOf("message", message));
      }
      controller.close();
    } catch (error) {
      // Nobody is left to be told when the client has gone.
      if (!ended.aborted) log.info("sse.too_slow", { error: String(error) });
      controller.error(error);
    } finally {
      end();
    }
  }

  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(eventOf("endpoint", endpoint));
      void pass(controller);
      if (ended.aborted) return;
      keepAlive = setInterval(() => {
        // Who has not read the last event needs no other.
        if (controller.desiredSize === MAX_UNREAD_BYTES) controller.enqueue(KEEP_ALIVE);
      }, KEEP_ALIVE_MS);
      finishWhenIdle();
    },
    cancel: end,
  }, { highWaterMark: MAX_UNREAD_BYTES, size: (chunk) => chunk.byteLength });
}

const eventOf = (event: string, data: string) => encoder.encode(`event: ${event}\ndata: ${data}\n\n`);
