import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";

/** For what holds no cookie and no secret of a browser: metadata, registration, token, revocation. Any page may ask. */
export function anyOrigin(methods: readonly ("GET" | "POST")[]): MiddlewareHandler {
  return cors({
    origin: "*",
    allowMethods: [...methods],
    exposeHeaders: ["WWW-Authenticate", "Retry-After"],
    maxAge: 86_400,
  });
}
