import { createApp, type Peer } from "../src/app.ts";
import { parseConfig } from "../src/config.ts";
import { createLog } from "../src/lib/log.ts";
import { createMemoryStore } from "../src/store/memory.ts";

/** Vercel's edge runtime offers `process.env` and nothing else of `process`. */
declare const process: { env: Record<string, string | undefined> };

const config = parseConfig(process.env, { sandbox: false, listens: false });
const log = createLog({ level: config.logLevel, write: (line) => console.log(line), now: Date.now });
const store = createMemoryStore({ now: Date.now, oneOfMany: true });
if (!config.shared) {
  log.warn("store.memory", {
    note: "Grants live as long as this instance: clients sign in again after it ends",
  });
}

const app = createApp({
  config,
  store,
  storeName: "memory",
  runtime: "vercel",
  fetch: (input, init) => fetch(input, init),
  now: Date.now,
  log,
});

/** Vercel overwrites this header with the client's address (vercel.com/docs/headers/request-headers). */
const peerOf = ({ headers }: Request): Peer => ({ peerAddress: headers.get("x-real-ip") ?? undefined });

export default (request: Request): Response | Promise<Response> => app.fetch(request, peerOf(request));
