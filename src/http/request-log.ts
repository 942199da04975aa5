import type { MiddlewareHandler } from "hono";
import type { Log } from "../lib/log.ts";

const HEADER = "x-request-id";

/**
 * One line a request: path without its query (which may carry a code), status and duration. An answer that is an error
 * names its line: on all others the header would cost as much as everything else here.
 */
export function logRequests(log: Log, now: () => number): MiddlewareHandler {
  return async (c, next) => {
    const startedAtMs = now();
    const requestId = readRequestId(c.req.header(HEADER)) ?? crypto.randomUUID();
    await next();
    const { status } = c.res;
    if (status >= 400) c.res.headers.set(HEADER, requestId);
    const { method, path } = c.req;
    log.info("request", { requestId, method, path, status, durationMs: Math.round(now() - startedAtMs) });
  };
}

/** What a proxy in front has given the request, unless it could be something else. */
function readRequestId(text: string | undefined): string | undefined {
  return text !== undefined && /^[\w=-]{1,255}$/.test(text) ? text : undefined;
}
