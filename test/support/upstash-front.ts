import { createServer, type IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { createClient } from "@redis/client";
import { freePort } from "./servers.ts";

export interface UpstashFront {
  readonly port: number;
  readonly url: string;
  readonly token: string;
  /** What was asked with the right token, so far. */
  readonly requests: readonly { command: readonly string[]; headers: IncomingHttpHeaders }[];
  stop(): Promise<void>;
}

/**
 * What Upstash's REST interface does, in front of a real Redis: `POST /` with a bearer token and one command as a
 * JSON array. It knows no pipelines, which nothing of ours may send.
 */
export async function startUpstashFront(redisUrl: string): Promise<UpstashFront> {
  const token = "upstash-token-for-tests";
  const requests: { command: string[]; headers: IncomingHttpHeaders }[] = [];
  const redis = createClient({
    url: redisUrl,
    RESP: 2,
    disableOfflineQueue: true,
    socket: { reconnectStrategy: 50 },
  });
  redis.on("error", () => undefined);
  await redis.connect();

  async function answer(headers: IncomingHttpHeaders, path: string | undefined, body: string) {
    if (headers.authorization !== `Bearer ${token}`) {
      return { status: 401, said: { error: "WRONGPASS invalid or missing auth token" } };
    }
    if (path !== "/") return { status: 404, said: { error: "Not Found" } };
    try {
      // The client sends an array of text and numbers.
      const command = (JSON.parse(body) as (string | number)[]).map(String);
      requests.push({ command, headers });
      return { status: 200, said: { result: await redis.sendCommand(command) } };
    } catch (error) {
      return { status: 400, said: { error: error instanceof Error ? error.message : "ERR" } };
    }
  }

  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const { status, said } = await answer(request.headers, request.url, body);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(said));
    }, () => response.destroy());
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    token,
    requests,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      redis.destroy();
    },
  };
}
