import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import type { Config } from "../config.ts";
import { isLoopback, ownOrigins } from "../lib/origins.ts";

const MAX_BODY_BYTES = 4 * 1024 * 1024;

/**
 * Holds a body to 4 MiB. An announced length is believed, because every platform cuts a body at it; a chunked one is
 * counted as it arrives. (Touching the stream of each request would take Node off its fast path.)
 */
export function limitBody(): MiddlewareHandler {
  const tooLarge = (c: Context) =>
    c.json({ error: "payload_too_large", error_description: `Send at most ${MAX_BODY_BYTES} bytes` }, 413);
  const count = bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge });
  return async (c, next) => {
    const length = c.req.header("content-length");
    if (c.req.header("transfer-encoding") !== undefined) return count(c, next);
    if (length === undefined) {
      return c.req.method === "GET" || c.req.method === "HEAD" ? next() : count(c, next);
    }
    if (Number(length) <= MAX_BODY_BYTES) return next();
    return tooLarge(c);
  };
}

/**
 * Refuses a request for another host, which stops DNS rebinding and poisoned links. Load balancers ask for
 * health by address, so `/health` is exempt.
 *
 * @see RFC 9110 §15.5.20 (421 Misdirected Request)
 */
export function checkHost(config: Pick<Config, "baseUrl" | "loopback">): MiddlewareHandler {
  const hosts = new Set(ownOrigins(config).map((origin) => new URL(origin).host));
  // A proxy may have taken the TLS off.
  const starts = [...hosts].flatMap((host) => [`https://${host}/`, `http://${host}/`]);
  return async (c, next) => {
    if (starts.some((start) => c.req.url.startsWith(start))) return next();
    const url = new URL(c.req.url);
    if (hosts.has(url.host) || url.pathname === "/health" || url.pathname.startsWith("/health/")) {
      return next();
    }
    return c.json(
      { error: "misdirected_request", error_description: `This server answers for ${config.baseUrl} only` },
      421,
    );
  };
}

/**
 * CORS for `/mcp`, and a 403 for browsers on other origins (MCP transports: servers MUST validate `Origin`).
 * No `Origin` means no browser, which is fine.
 */
export function checkOrigin(
  config: Pick<Config, "baseUrl" | "loopback" | "allowedOrigins">,
): MiddlewareHandler {
  const allowed = (origin: string): boolean => {
    if (origin === config.baseUrl || config.allowedOrigins.includes(origin)) return true;
    if (config.allowedOrigins.includes("*")) return origin !== "null";
    return config.loopback && URL.canParse(origin) && isLoopback(new URL(origin));
  };
  const forBrowsers = cors({
    origin: (origin) => (allowed(origin) ? origin : null),
    allowMethods: ["GET", "POST", "DELETE"],
    // Requested headers are echoed: `Mcp-Param-*` names are open-ended.
    exposeHeaders: ["WWW-Authenticate", "Mcp-Session-Id", "Retry-After"],
    maxAge: 86_400,
  });
  return async (c, next) => {
    const origin = c.req.header("origin");
    // Hono's middleware makes every answer anew for its headers, which takes Node off its fast path.
    if (origin === undefined && c.req.method !== "OPTIONS") return next();
    if (origin === undefined || allowed(origin)) return forBrowsers(c, next);
    return c.json(
      {
        error: "forbidden_origin",
        error_description: "Add this origin to ALLOWED_ORIGINS to let its pages connect",
      },
      403,
    );
  };
}
