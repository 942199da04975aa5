import { Hono } from "hono";
import type { Config } from "../config.ts";
import { ownOrigin } from "../lib/origins.ts";
import { constraintOfPath } from "../lib/resource-path.ts";

/** Where nothing holds a stream and what is posted for it together, or where it is switched off. */
export function sseGone(config: Pick<Config, "baseUrl" | "loopback">): Hono {
  const app = new Hono();
  app.all("/sse/*", (c) => {
    const { pathname } = new URL(c.req.url);
    if (!constraintOfPath(pathname)) return c.notFound();
    const isPost = pathname === "/sse/message" && c.req.method === "POST";
    const endpoint = ownOrigin(c.req.url, config) + (isPost ? "/mcp" : pathname.replace("/sse", "/mcp"));
    const error_description = `HTTP+SSE is not served here: connect to ${endpoint} (Streamable HTTP)`;
    return c.json({ error: "gone", error_description, endpoint }, 410, { "cache-control": "no-store" });
  });
  return app;
}
