import type { MiddlewareHandler } from "hono";
import type { Lifecycle } from "../lib/lifecycle.ts";
import { pause } from "../lib/pause.ts";
import { RPC, rpcError } from "../mcp/json-rpc.ts";

/** A tool call answers in its own words; these are for what waits elsewhere. */
const OWN_WORDS_MS = 200;

/** Answers what is still running when it is cancelled, so that no client is left with a connection that breaks. */
export function lastAnswer({ cancelled }: Lifecycle): MiddlewareHandler {
  const running = new Set<() => void>();
  // One for all requests: to listen and stop listening takes longer than all the rest here.
  cancelled.addEventListener("abort", () => running.forEach((cancel) => cancel()), { once: true });

  return async (c, next) => {
    let cancel = () => {};
    const late = new Promise<Response>((resolve) => {
      cancel = () => void pause(OWN_WORDS_MS).then(() => resolve(restarting(c.req.path)));
    });
    if (cancelled.aborted) cancel();
    running.add(cancel);
    try {
      return await Promise.race([next(), late]);
    } finally {
      running.delete(cancel);
    }
  };
}

function restarting(path: string): Response {
  const message = "The server is restarting: try again";
  const headers = { "retry-after": "5" };
  if (path.startsWith("/mcp")) return rpcError(503, { code: RPC.internal, message }, { headers });
  const error = { error: "temporarily_unavailable", error_description: message };
  return Response.json(error, { status: 503, headers });
}
