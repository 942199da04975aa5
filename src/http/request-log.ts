import type { MiddlewareHandler } from "hono";
import { requestId } from "hono/request-id";
import type { Log } from "../lib/log.ts";

/** One line a request: path without its query (which may carry a code), status and duration. */
export function logRequests(log: Log, now: () => number): MiddlewareHandler[] {
  return [
    requestId(),
    async (c, next) => {
      const startedAtMs = now();
      await next();
      const fields = {
        requestId: c.get("requestId"),
        method: c.req.method,
        path: c.req.path,
        status: c.res.status,
        durationMs: Math.round(now() - startedAtMs),
      };
      log.info("request", fields);
    },
  ];
}
