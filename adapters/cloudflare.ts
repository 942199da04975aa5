import { type AppDeps, createApp, type Peer, type PlatformRateLimit } from "../src/app.ts";
import { createForward, type SessionNamespace } from "../src/channel/live-session.ts";
import { createMemoryChannel } from "../src/channel/memory.ts";
import { type Config, ConfigError, parseConfig } from "../src/config.ts";
import { createLog, type Log } from "../src/lib/log.ts";
import type { StoreKind } from "../src/lib/store-settings.ts";
import { createDurableObjectStore, type ObjectNamespace } from "../src/store/durable-object.ts";
import { createMemoryStore } from "../src/store/memory.ts";
import type { Store } from "../src/store/store.ts";
import { createWorkersKvStore, type KeyValueNamespace } from "../src/store/workers-kv.ts";

export { StoreObject } from "../src/store/durable-object.ts";

/** What `wrangler.jsonc` binds; variables and secrets are text beside it. */
interface Env extends Readonly<Record<string, unknown>> {
  readonly STORE_OBJECTS?: ObjectNamespace;
  readonly STORE_KV?: KeyValueNamespace;
  readonly LIVE_SESSIONS?: SessionNamespace;
  readonly RATE_LIMIT?: PlatformRateLimit;
}

interface Context {
  waitUntil(work: Promise<unknown>): void;
}

type App = ReturnType<typeof createApp>;

// Bindings arrive with the first request, so all is made then, once per isolate.
let deps: AppDeps | undefined;
let app: App | undefined;

export default {
  async fetch(request: Request, env: Env, context: Context): Promise<Response> {
    const waitUntil = (work: Promise<unknown>) => context.waitUntil(work);
    const response = serve(request, () => (app ??= start(env)), waitUntil);
    // Else all that was begun stops when its client leaves: a sign-in half way, and calls that only 2026-07-28
    // gives up. Like this it has 30 s more.
    waitUntil(response);
    return response;
  },
};

/**
 * All that belongs to one live session, in an app of its own. What comes here has been counted before. An object's
 * work goes on without its client.
 */
export class LiveSession {
  readonly #env: Env;
  #app: App | undefined;

  constructor(_state: unknown, env: Env) {
    this.#env = env;
  }

  fetch(request: Request): Promise<Response> {
    return serve(request, () => (this.#app ??= startSession(this.#env)));
  }
}

async function serve(
  request: Request,
  started: () => App,
  waitUntil?: Peer["waitUntil"],
): Promise<Response> {
  try {
    const peerAddress = request.headers.get("cf-connecting-ip") ?? undefined;
    const peer: Peer = { peerAddress, waitUntil };
    return await started().fetch(request, peer);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    const body = { error: "server_error", error_description: "Not configured; see the log" };
    return Response.json(body, { status: 503 });
  }
}

function start(env: Env): App {
  deps ??= depsFrom(env);
  return createApp({ ...deps, forward: env.LIVE_SESSIONS && createForward(env.LIVE_SESSIONS) });
}

function startSession(env: Env): App {
  deps ??= depsFrom(env);
  const config = { ...deps.config, rateLimitPerMinute: undefined };
  return createApp({ ...deps, config, platformRateLimit: undefined, channel: createMemoryChannel() });
}

function depsFrom(env: Env): AppDeps {
  const text = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
  const config = parseConfig(text, { sandbox: false, listens: false, stores: storesBoundIn(env) });
  const log = createLog({ level: config.logLevel, write: (line) => console.log(line), now: Date.now });
  return {
    config,
    store: openStore(config, env, log),
    storeName: config.store.kind,
    runtime: "cloudflare",
    // `fetch` must not lose its receiver in workerd.
    fetch: (input, init) => fetch(input, init),
    platformRateLimit: env.RATE_LIMIT,
    now: Date.now,
    log,
  };
}

function storesBoundIn(env: Env): StoreKind[] {
  return [
    ...(env.STORE_OBJECTS ? ["durable-object" as const] : []),
    ...(env.STORE_KV ? ["workers-kv" as const] : []),
    "memory",
  ];
}

function openStore(config: Config, { STORE_OBJECTS, STORE_KV }: Env, log: Log): Store {
  const { kind: store } = config.store;
  const now = Date.now;
  if (store === "durable-object" && STORE_OBJECTS) {
    log.info("store.opened", { store, consistency: "linearizable", where: "STORE_OBJECTS" });
    return createDurableObjectStore(STORE_OBJECTS);
  }
  if (store === "workers-kv" && STORE_KV) {
    const note = "Two who redeem one code at once may both succeed; a revocation may take a minute elsewhere";
    log.warn("store.opened", { store, consistency: "best-effort", where: "STORE_KV", note });
    return createWorkersKvStore(STORE_KV, { now });
  }
  if (!config.shared) {
    const note = "Grants live as long as this isolate: clients sign in again after it ends";
    log.warn("store.opened", { store, consistency: "best-effort", where: "this isolate", note });
  }
  return createMemoryStore({ now, oneOfMany: true });
}
