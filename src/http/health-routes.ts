import { type Context, Hono } from "hono";
import type { Lifecycle } from "../lib/lifecycle.ts";
import { SERVER_NAME, VERSION } from "../lib/version.ts";
import type { Store } from "../store/store.ts";
import { methodNotAllowed } from "./method.ts";
import { createStoreCheck } from "./store-check.ts";

interface HealthDeps {
  readonly runtime: string;
  readonly storeName: string;
  readonly store: Store;
  readonly lifecycle?: Lifecycle;
  readonly now: () => number;
}

/**
 * For load balancers and orchestrators, who ask without a name: `/health` says whether to send traffic here (with
 * `?verbose` also what runs where), `/health/ready` looks at the store as well, `/health/live` only says that the
 * process answers, because a restart cures neither an end that was announced nor a store that is away.
 */
export function healthRoutes(deps: HealthDeps): Hono {
  const { runtime, storeName: name, store, lifecycle, now } = deps;
  const check = createStoreCheck({ store, now });
  const details = { name: SERVER_NAME, version: VERSION, runtime };
  const app = new Hono();

  app.use("/health/*", async (c, next) => {
    c.header("Cache-Control", "no-store");
    await next();
  });

  app.get("/health", (c) => {
    if (c.req.query("verbose") === undefined) return lifecycle?.isDraining ? draining(c) : c.text("ok");
    const status = lifecycle?.isDraining ? "draining" : "ok";
    const known = { name, consistency: store.consistency, ...check.known() };
    return c.json({ status, ...details, store: known }, status === "ok" ? 200 : 503);
  });

  app.get("/health/live", (c) => c.text("ok"));

  app.get("/health/ready", async (c) => {
    if (lifecycle?.isDraining) return draining(c);
    return (await check.isReachable()) ? c.text("ok") : unready(c, "The store does not answer");
  });

  for (const path of ["/health", "/health/live", "/health/ready"]) {
    app.all(path, methodNotAllowed("GET, HEAD"));
  }
  return app;
}

const draining = (c: Context) => unready(c, "The server is about to end");

function unready(c: Context, reason: string): Response {
  const error = { error: "temporarily_unavailable", error_description: reason };
  return c.json(error, 503, { "retry-after": "5" });
}
