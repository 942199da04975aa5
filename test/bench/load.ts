import { once } from "node:events";
import { connect } from "node:net";

export interface Target {
  readonly port: number;
  /** The whole HTTP/1.1 request, sent again and again on kept-alive connections. */
  readonly request: string;
}

/**
 * Requests per second that a server answers with 200 while each connection always has one in flight.
 *
 * Speaks HTTP over plain sockets: on two cores a full HTTP client would take more time than the server it measures.
 */
export async function requestsPerSecond(
  target: Target,
  { connections, durationMs }: { connections: number; durationMs: number },
): Promise<number> {
  const startedAtMs = performance.now();
  const untilMs = startedAtMs + durationMs;
  const counts = await Promise.all(Array.from({ length: connections }, () => hammer(target, untilMs)));
  return (counts.reduce((sum, count) => sum + count, 0) * 1000) / (performance.now() - startedAtMs);
}

const NOTHING = Buffer.alloc(0);

async function hammer({ port, request }: Target, untilMs: number): Promise<number> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  let received: Buffer = NOTHING;
  let answers = 0;
  socket.setTimeout(10_000, () => socket.destroy(new Error("No answer in 10 s")));
  socket.on("data", (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const status = completeStatus(received);
    if (status === undefined) return;
    if (status !== "200") {
      socket.destroy(new Error(`Expected 200, got ${received.toString("utf8", 0, 1000)}`));
      return;
    }
    received = NOTHING;
    answers += 1;
    if (performance.now() < untilMs) socket.write(request);
    else socket.destroy();
  });
  socket.write(request);
  // Rejects when the socket fails instead.
  await once(socket, "close");
  return answers;
}

/** The status of an answer that has arrived whole, by its length or by the last chunk's mark. */
function completeStatus(received: Buffer): string | undefined {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = received.toString("latin1", 0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  const whole = length === undefined
    ? received.subarray(-5).toString("latin1") === "0\r\n\r\n"
    : received.length >= end + 4 + Number(length);
  return whole ? head.slice(9, 12) : undefined;
}
