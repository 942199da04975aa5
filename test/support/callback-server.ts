import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface CallbackServer {
  readonly redirectUri: string;
  /** The query of the next answer that a browser delivers, or of the one that has just arrived. */
  answer(): Promise<URLSearchParams>;
  stop(): Promise<void>;
}

/** A native client's listener on loopback, as RFC 8252 §7.3 has it. */
export async function startCallbackServer(): Promise<CallbackServer> {
  const arrived: URLSearchParams[] = [];
  const waiting: ((answer: URLSearchParams) => void)[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://127.0.0.1");
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end("<!doctype html><title>Client</title><h1>You can close this page</h1>");
    if (pathname !== "/callback") return;
    const next = waiting.shift();
    if (next) next(searchParams);
    else arrived.push(searchParams);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP listener's address is an object.
  const { port } = server.address() as AddressInfo;
  return {
    redirectUri: `http://127.0.0.1:${port}/callback`,
    answer() {
      const early = arrived.shift();
      return early ? Promise.resolve(early) : new Promise((resolve) => waiting.push(resolve));
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
