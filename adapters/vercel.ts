import { createApp } from "../src/app.ts";
import { parseConfig } from "../src/config.ts";
import { createLog } from "../src/lib/log.ts";
import { createMemoryStore } from "../src/store/memory.ts";

/** Vercel's edge runtime offers `process.env` and nothing else of `process`. */
declare const process: { env: Record<string, string | undefined> };

const config = parseConfig(process.env, { sandbox: false });
const log = createLog({ level: config.logLevel, write: (line) => console.log(line), now: Date.now });
const store = createMemoryStore({ now: Date.now });
log.warn("store.memory", {
  note: "Grants live as long as this instance: clients sign in again after it ends",
});

const app = createApp({
  config,
  store,
  storeName: "memory",
  runtime: "vercel",
  fetch: (input, init) => fetch(input, init),
  now: Date.now,
  log,
});

export default (request: Request): Response | Promise<Response> => app.fetch(request);
