import { createServer, type IncomingMessage, request as ask, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";

/** One answer on its way back. */
export interface Passed {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Which of the instances answered. */
  readonly instance: number;
}

export interface RoundRobin {
  /** Oldest first. */
  readonly passed: readonly Passed[];
  stop(): Promise<void>;
}

/**
 * A load balancer at its plainest: each request goes to the next instance, or to the one after when that refuses the
 * connection. What was sent is not sent again: a connection that breaks is a 502. It adds nothing.
 */
export async function startRoundRobin(port: number, instances: readonly number[]): Promise<RoundRobin> {
  const passed: Passed[] = [];
  let turn = 0;

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const first = turn++;
    for (let skipped = 0; skipped < instances.length; skipped++) {
      const instance = (first + skipped) % instances.length;
      const answer = await forward(request, body, instances[instance]).catch((error: unknown) => {
        if (isRefused(error)) return undefined;
        throw error;
      });
      if (!answer) continue;
      passed.push({ method: request.method ?? "", path: pathOf(request), instance });
      response.writeHead(answer.statusCode ?? 502, endToEnd(answer.rawHeaders));
      return pipeline(answer, response);
    }
    throw new Error("Cannot pass a request on: every instance refuses the connection");
  }

  const server = createServer((request, response) => {
    void pass(request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    passed,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** On a connection of its own: one that was kept could close just now, and nobody could tell what was sent on it. */
function forward(
  request: IncomingMessage,
  body: Buffer,
  port: number | undefined,
): Promise<IncomingMessage> {
  const { method, url: path, rawHeaders } = request;
  return new Promise((resolve, reject) => {
    ask({ host: "127.0.0.1", port, method, path, headers: endToEnd(rawHeaders), agent: false }, resolve)
      .once("error", reject)
      .end(body);
  });
}

const HOP_BY_HOP = new Set(["connection", "keep-alive", "transfer-encoding"]);

/** @param raw Names and values in turn. */
function endToEnd(raw: readonly string[]): string[] {
  return raw.filter((_, at) => !HOP_BY_HOP.has(raw[at - at % 2]?.toLowerCase() ?? ""));
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
}

function pathOf({ url = "/" }: IncomingMessage): string {
  return new URL(url, "http://127.0.0.1").pathname;
}
