import { Hono } from "hono";
import { SERVER_NAME, VERSION } from "../lib/version.ts";
import type { Store } from "../store/store.ts";
import { methodNotAllowed } from "./method.ts";

/** `GET /health`: `ok`; with `?verbose` what runs where, as JSON. */
export function healthRoutes(deps: { runtime: string; storeName: string; store: Store }): Hono {
  const details = {
    status: "ok",
    name: SERVER_NAME,
    version: VERSION,
    runtime: deps.runtime,
    store: { name: deps.storeName, consistency: deps.store.consistency },
  };
  return new Hono()
    .get("/health", (c) => {
      c.header("Cache-Control", "no-store");
      return c.req.query("verbose") === undefined ? c.text("ok") : c.json(details);
    })
    .all("/health", methodNotAllowed("GET, HEAD"));
}
