import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { REDIRECT_URI } from "./harness.ts";

export type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/** A host that publishes client metadata documents. */
export interface DocumentHost {
  /** Such as `127.0.0.1:4711`, as `CIMD_HOSTS` lists it. */
  readonly host: string;
  readonly origin: string;
  /** Paths that were asked for, with repetitions. */
  readonly asked: readonly string[];
  /** Serves a document at a path; `changes` are merged into what would be valid. Returns its address. */
  publish(path: string, changes?: Record<string, unknown>): string;
  serve(path: string, serve: Serve): string;
  stop(): Promise<void>;
}

export async function startDocumentHost(): Promise<DocumentHost> {
  const served = new Map<string, Serve>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    const serve = served.get(path);
    if (serve) return serve(request, response);
    response.writeHead(404, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server on TCP has an address of this shape.
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  const origin = `http://${host}`;
  return {
    host,
    origin,
    asked,
    publish(path, changes = {}) {
      const document = { ...validDocument(`${origin}${path}`), ...changes };
      served.set(path, sendJson(JSON.stringify(document)));
      return `${origin}${path}`;
    },
    serve(path, serve) {
      served.set(path, serve);
      return `${origin}${path}`;
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** @see draft-ietf-oauth-client-id-metadata-document §4 */
export function validDocument(clientId: string) {
  return {
    client_id: clientId,
    client_name: "Document client",
    redirect_uris: [REDIRECT_URI],
    token_endpoint_auth_method: "none",
  };
}

export const sendJson = (text: string): Serve => (_, response) => {
  response.writeHead(200, { "content-type": "application/json", "cache-control": "max-age=3600" }).end(text);
};

/** Ids that no server may ask for: what they lead to, or what somebody who reads them otherwise would make of them. */
export function innerAddresses(
  { trapPort, listedPort, own }: { trapPort: number; listedPort: string; own: string },
): string[] {
  return [
    `http://127.0.0.1:${trapPort}/client.json`,
    `http://2130706433:${trapPort}/client.json`,
    `http://0x7f000001:${trapPort}/client.json`,
    `http://0177.0.0.1:${trapPort}/client.json`,
    `http://127.1:${trapPort}/client.json`,
    `http://[::1]:${trapPort}/client.json`,
    `http://[::ffff:127.0.0.1]:${trapPort}/client.json`,
    `http://localhost:${trapPort}/client.json`,
    `http://0.0.0.0:${trapPort}/client.json`,
    `http://127.0.0.1.nip.example:${trapPort}/client.json`,
    `https://127.0.0.1:${trapPort}/client.json`,
    "http://169.254.169.254/client.json",
    "https://169.254.169.254/client.json",
    "https://intranet/client.json",
    "https://client.internal/client.json",
    "https://client.local/client.json",
    "https://client.example:8443/client.json",
    "https://evil.example/client.json",
    `${own}/client.json`,
    `http://user:pass@127.0.0.1:${listedPort}/client.json`,
    `http://127.0.0.1:${listedPort}/client.json#part`,
    `http://127.0.0.1:${listedPort}/a/../client.json`,
    `http://127.0.0.1:${listedPort}/%2e/client.json`,
    `http://127.0.0.1:${listedPort}/`,
    `http://127.0.0.1:${listedPort}`,
    `http://2130706433:${listedPort}/client.json`,
    `https://127.0.0.1:${trapPort}@127.0.0.1:${listedPort}/client.json`,
    `HTTP://127.0.0.1:${listedPort}/client.json`,
    `http://127.0.0.1:${listedPort}/${"x".repeat(4000)}`,
  ];
}
