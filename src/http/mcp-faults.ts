import { ChannelUnavailable } from "../channel/channel.ts";
import type { Config } from "../config.ts";
import type { Log } from "../lib/log.ts";
import type { Caller } from "../mcp/caller.ts";
import { InsufficientScope } from "../mcp/insufficient-scope.ts";
import { requestIdOf, RPC, rpcError } from "../mcp/json-rpc.ts";
import { Unauthorized } from "../mcp/unauthorized.ts";
import { StoreUnavailable } from "../store/store.ts";
import { challenge, scopeChallenge, type Target } from "./challenge.ts";

interface Asked {
  readonly config: Pick<Config, "baseUrl" | "loopback" | "shared">;
  readonly target: Target;
  /** Of the request, with the id that an error has to echo. */
  readonly body?: unknown;
  readonly log: Log;
}

/** What was thrown while MCP was served, as HTTP has to say it. */
export function answerFault(request: Request, error: unknown, asked: Asked): Response {
  const { config, target, body, log } = asked;
  if (error instanceof InsufficientScope) {
    return scopeChallenge(request, error, { config, target, id: requestIdOf(body) });
  }
  if (error instanceof Unauthorized && config.shared) return sharedTokenRefused(body, log);
  if (error instanceof Unauthorized) return challenge(request, { config, target, presented: true });
  return failed(error, body, log);
}

/** The organization or project of the path is out of the caller's reach. */
export function constraintRefused(
  { constraint }: Caller,
  { status, message }: { status: 403 | 404; message: string },
  body?: unknown,
): Response {
  const { organizationSlug, projectSlug } = constraint;
  const error = { code: RPC.http, message, data: { organizationSlug, projectSlug } };
  return rpcError(status, error, { id: requestIdOf(body) });
}

/** Whoever calls has done nothing wrong and can do nothing about it: no 401. */
function sharedTokenRefused(body: unknown, log: Log): Response {
  log.error("shared_token.refused", { note: "Sentry does not accept SENTRY_AUTH_TOKEN" });
  const message =
    "Sentry does not accept this server's token: whoever runs it has to replace SENTRY_AUTH_TOKEN";
  return rpcError(502, { code: RPC.http, message }, { id: requestIdOf(body) });
}

/** What no room below has turned into an answer, in JSON-RPC so that a client can show it. */
function failed(error: unknown, body: unknown, log: Log): Response {
  const id = requestIdOf(body);
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof StoreUnavailable || error instanceof ChannelUnavailable) {
    const part = error instanceof StoreUnavailable ? "store" : "channel";
    log.error(`${part}.unavailable`, { message });
    const away = {
      code: RPC.internal,
      message: `The ${part} of this server does not answer: try again in seconds`,
    };
    return rpcError(503, away, { id, headers: { "retry-after": "5" } });
  }
  log.error("mcp.failed", { message, stack: error instanceof Error ? error.stack : undefined });
  return rpcError(500, { code: RPC.internal, message: "The server failed; its log says more" }, { id });
}
