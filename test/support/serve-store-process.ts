// `<runtime> serve-store-process.ts <store> <file>`: a driver on its engine, for `remoteStore()` in another process.
// Prints its port. POST /close takes the engine away from under the driver.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createDenoKvStore, type DenoKv } from "../../src/store/deno-kv.ts";
import { createSqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { serveStore } from "./store-server.ts";

/** The part of Deno that this file uses. */
declare const Deno: { openKv(path: string): Promise<DenoKv & { close(): void }> };

interface Engine {
  open(options: { now: () => number }): Store;
  close(): void;
}

const [kind, file = ""] = process.argv.slice(2);
const { open, close } = kind === "deno-kv" ? await openDenoKv() : await openSqlite();
const answer = serveStore((skewSeconds) => open({ now: () => Date.now() + skewSeconds * 1000 }));

const server = createServer((incoming, outgoing) => void respond(incoming, outgoing));
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object") console.log(`port ${address?.port}`);
});

async function respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  if (incoming.url === "/close") {
    close();
    outgoing.end();
    return;
  }
  const headers = { "x-clock-skew-seconds": String(incoming.headers["x-clock-skew-seconds"] ?? "0") };
  const request = new Request("http://store", { method: "POST", headers, body: Buffer.concat(chunks) });
  outgoing.end(await (await answer(request)).text());
}

async function openSqlite(): Promise<Engine> {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(file);
  return { open: (options) => createSqliteStore(database, options), close: () => database.close() };
}

async function openDenoKv(): Promise<Engine> {
  const kv = await Deno.openKv(file);
  return { open: (options) => createDenoKvStore(kv, options), close: () => kv.close() };
}
