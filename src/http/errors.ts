import type { ErrorHandler, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Log } from "../lib/log.ts";
import { StoreUnavailable } from "../store/store.ts";

export const notFound: NotFoundHandler = (c) =>
  c.json({ error: "not_found", error_description: `There is nothing at ${c.req.path}: MCP is at /mcp` }, 404);

/** The last resort: what no room has turned into its protocol's own error. Tells the log, never the client. */
export function onError(log: Log): ErrorHandler {
  return (error, c) => {
    if (error instanceof HTTPException) return error.getResponse();
    if (error instanceof StoreUnavailable) {
      log.error("store.unavailable", { path: c.req.path, message: error.message });
      return c.json(
        { error: "temporarily_unavailable", error_description: "The store does not answer" },
        503,
        {
          "retry-after": "5",
        },
      );
    }
    log.error("request.failed", { path: c.req.path, message: error.message, stack: error.stack });
    return c.json({ error: "server_error", error_description: "The server failed; its log says more" }, 500);
  };
}
