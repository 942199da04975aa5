import { createApp, type Peer, type PlatformRateLimit } from "../src/app.ts";
import { ConfigError, parseConfig } from "../src/config.ts";
import { createLog } from "../src/lib/log.ts";
import { createMemoryStore } from "../src/store/memory.ts";

type Env = Record<string, unknown>;

let app: ReturnType<typeof start> | undefined;

export default {
  /** Bindings arrive with the first request, so the app is made then, once per isolate. */
  async fetch(request: Request, env: Env): Promise<Response> {
    try {
      app ??= start(env);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      console.error(error.message);
      return Response.json({ error: "server_error", error_description: "Not configured; see the log" }, {
        status: 503,
      });
    }
    const peer: Peer = { peerAddress: request.headers.get("cf-connecting-ip") ?? undefined };
    return app.fetch(request, peer);
  },
};

function start(env: Env) {
  const text = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
  const config = parseConfig(text, { sandbox: false, listens: false });
  const log = createLog({ level: config.logLevel, write: (line) => console.log(line), now: Date.now });
  const store = createMemoryStore({ now: Date.now, oneOfMany: true });
  if (!config.shared) {
    log.warn("store.memory", {
      note: "Grants live as long as this isolate: clients sign in again after it ends",
    });
  }
  return createApp({
    config,
    store,
    storeName: "memory",
    runtime: "cloudflare",
    // `fetch` must not lose its receiver in workerd.
    fetch: (input, init) => fetch(input, init),
    platformRateLimit: isRateLimit(env.RATE_LIMIT) ? env.RATE_LIMIT : undefined,
    now: Date.now,
    log,
  });
}

function isRateLimit(binding: unknown): binding is PlatformRateLimit {
  return typeof binding === "object" && binding !== null && "limit" in binding;
}
