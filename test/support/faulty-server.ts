import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface FaultyServer {
  readonly baseUrl: string;
  /** What was asked for since the last `answer()`, as `METHOD path`. */
  readonly requests: readonly string[];
  /** Connections whose answer is still being written. */
  open(): number;
  /** Written to all answers since the last `answer()`. */
  bytesWritten(): number;
  /** From now on every request gets this; what was left of the ones before is cut. */
  answer(answer: Answer): void;
  stop(): Promise<void>;
}

/** A server on loopback that does with its connections what no well-behaved one would. */
export async function startFaultyServer(): Promise<FaultyServer> {
  let current: Answer = (_, response) => response.end();
  let requests: string[] = [];
  const open = new Set<ServerResponse>();
  let written = 0;
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    // One request a connection, so that cutting one never meets the next.
    response.shouldKeepAlive = false;
    open.add(response);
    response.on("close", () => {
      open.delete(response);
      written += request.socket.bytesWritten;
    });
    current(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Listening on TCP, so it has an address of that kind.
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/inner`,
    get requests() {
      return requests;
    },
    open: () => open.size,
    bytesWritten: () => written,
    answer(answer) {
      open.forEach((response) => response.destroy());
      current = answer;
      requests = [];
      written = 0;
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
