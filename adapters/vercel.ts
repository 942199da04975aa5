import { createApp, type Peer } from "../src/app.ts";
import { type Config, ConfigError, parseConfig } from "../src/config.ts";
import { createLog } from "../src/lib/log.ts";
import { createMemoryStore } from "../src/store/memory.ts";
import { openUpstash } from "./upstash.ts";

/** Vercel's edge runtime offers `process.env` and nothing else of `process`. */
declare const process: { env: Record<string, string | undefined> };

const config = readConfig();
const log = createLog({ level: config.logLevel, write: (line) => console.log(line), now: Date.now });

const app = createApp({
  config,
  store: openStore(config),
  storeName: config.store.kind,
  runtime: "vercel",
  fetch: (input, init) => fetch(input, init),
  now: Date.now,
  log,
});

/** Vercel overwrites this header with the client's address (vercel.com/docs/headers/request-headers). */
const peerOf = ({ headers }: Request): Peer => ({ peerAddress: headers.get("x-real-ip") ?? undefined });

export default (request: Request): Response | Promise<Response> => app.fetch(request, peerOf(request));

/** Nothing answers without a configuration; the log says what it lacks. */
function readConfig(): Config {
  try {
    return parseConfig(process.env, { sandbox: false, listens: false, stores: ["upstash", "memory"] });
  } catch (error) {
    if (error instanceof ConfigError) console.error(error.message);
    throw error;
  }
}

function openStore({ store: settings, shared }: Config) {
  const { store, where } = settings.kind === "upstash"
    ? openUpstash(settings)
    : { store: createMemoryStore({ now: Date.now, oneOfMany: true }), where: "this instance" };
  log.info("store.opened", { store: settings.kind, consistency: store.consistency, where });
  if (settings.kind === "memory" && !shared) {
    log.warn("store.memory", {
      note: "Grants live as long as this instance: clients sign in again after it ends",
    });
  }
  return store;
}
