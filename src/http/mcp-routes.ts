import { isJsonContentType, isLegacyRequest } from "@modelcontextprotocol/server";
import { type Context, Hono } from "hono";
import { ChannelUnavailable } from "../channel/channel.ts";
import type { Config } from "../config.ts";
import { cacheVerifications, type VerifyConstraint } from "../constraint/verified-constraints.ts";
import type { Log } from "../lib/log.ts";
import { constraintOfPath } from "../lib/resource-path.ts";
import type { Caller } from "../mcp/caller.ts";
import { InsufficientScope } from "../mcp/insufficient-scope.ts";
import { requestIdOf, RPC, rpcError } from "../mcp/json-rpc.ts";
import type { Mcp } from "../mcp/mcp.ts";
import { Unauthorized } from "../mcp/unauthorized.ts";
import { StoreUnavailable } from "../store/store.ts";
import type { Authenticate } from "./authenticate.ts";
import { challenge, scopeChallenge } from "./challenge.ts";
import type { RateLimits } from "./rate-limits.ts";
import { readToolset } from "./session-query.ts";

interface McpRoutesDeps {
  readonly config: Pick<Config, "baseUrl" | "loopback" | "shared" | "toolset">;
  readonly mcp: Mcp;
  readonly authenticate: Authenticate;
  readonly rateLimits: Pick<RateLimits, "takeMcp">;
  readonly verifyConstraint: VerifyConstraint;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * MCP at `/mcp`, `/mcp/:organization` and `/mcp/:organization/:project`. Who asks comes before everything else,
 * so that neither a method nor a body decides over a 401.
 */
export function mcpRoutes(deps: McpRoutesDeps): Hono {
  const verify = cacheVerifications({ verify: deps.verifyConstraint, now: deps.now });
  const app = new Hono();
  for (const path of ["/mcp", "/mcp/:organization", "/mcp/:organization/:project"]) {
    app.all(path, (c) => serve(c, { ...deps, verifyConstraint: verify }));
  }
  return app;
}

async function serve(c: Context, deps: McpRoutesDeps): Promise<Response> {
  if (c.req.method === "GET" && c.req.header("accept")?.includes("text/html")) return c.redirect("/", 303);

  const resourcePath = new URL(c.req.url).pathname;
  const constraint = constraintOfPath(resourcePath);
  if (!constraint) return c.json(NO_SUCH_PLACE, 404);
  const target = { constraint, resourcePath };
  const authenticated = await deps.authenticate(c.req.raw, target);
  const caller = "caller" in authenticated ? authenticated.caller : undefined;
  const turn = await deps.rateLimits.takeMcp(c, caller?.signedIn ? caller.credential.id : undefined);
  if (!turn.ok) {
    const message = `Too many requests: try again in ${turn.retryAfterSeconds} s`;
    const headers = { "retry-after": String(turn.retryAfterSeconds) };
    return rpcError(429, { code: RPC.http, message }, { headers });
  }
  if ("response" in authenticated) return authenticated.response;

  const chosen = readToolset(c.req.url, deps.config.toolset);
  if ("response" in chosen) return chosen.response;
  if (c.req.method !== "POST") {
    const message = `Method ${c.req.method} is not allowed: expected POST`;
    return rpcError(405, { code: RPC.http, message }, { headers: { allow: "POST" } });
  }
  if (!isJsonContentType(c.req.header("content-type"))) {
    const type = c.req.header("content-type") ?? "";
    const message = `Unsupported Content-Type "${type}": expected application/json`;
    return rpcError(415, { code: RPC.http, message });
  }
  const body = parse(await c.req.text());
  if (body === undefined) return rpcError(400, { code: RPC.parse, message: "Expected a body of JSON" });

  try {
    const { caller, refused } = await confine(authenticated.caller, body, deps);
    if (refused && !(await callsInSession(c, body))) {
      const { organizationSlug, projectSlug } = caller.constraint;
      const error = { code: RPC.http, message: refused.message, data: { organizationSlug, projectSlug } };
      return rpcError(refused.status, error, { id: requestIdOf(body) });
    }
    const { toolset } = chosen;
    const refusal = refused?.message;
    return await deps.mcp.handle(c.req.raw, { caller, parsedBody: body, toolset, refusal });
  } catch (error) {
    const { config } = deps;
    if (error instanceof InsufficientScope) {
      return scopeChallenge(c.req.raw, error, { config, target, id: requestIdOf(body) });
    }
    if (error instanceof Unauthorized && config.shared) return sharedTokenRefused(body, deps.log);
    if (error instanceof Unauthorized) return challenge(c.req.raw, { config, target, presented: true });
    return failed(error, body, deps.log);
  }
}

const NO_SUCH_PLACE = {
  error: "not_found",
  error_description:
    "Expected /mcp, /mcp/<organization> or /mcp/<organization>/<project>, with slugs as Sentry has them",
};

/** Undefined is no JSON value, so it stands for what is none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** In a session a 404 would say that the session has ended (2025-11-25, Transports); 2026-07-28 has no sessions. */
async function callsInSession(c: Context, body: unknown): Promise<boolean> {
  if (c.req.header("mcp-session-id") === undefined || !calls(body, ["tools/call"])) return false;
  return await isLegacyRequest(c.req.raw, body);
}

/** Whether any of the messages asks for one of these methods. */
function calls(body: unknown, methods: readonly string[]): boolean {
  const messages: readonly unknown[] = Array.isArray(body) ? body : [body];
  return messages.some((message) =>
    typeof message === "object" && message !== null && "method" in message &&
    typeof message.method === "string" &&
    methods.includes(message.method)
  );
}

/**
 * Asks Sentry about a constraint that nobody has verified yet. Courtesy, so that a mistyped path is told at once:
 * what keeps a session inside is `SentryAccess`.
 *
 * @throws {Unauthorized} Sentry does not take the token.
 */
async function confine(
  caller: Caller,
  body: unknown,
  deps: McpRoutesDeps,
): Promise<{ caller: Caller; refused?: { status: 403 | 404; message: string } }> {
  const { constraint, credential } = caller;
  if (caller.constraintVerified || constraint.organizationSlug === undefined) return { caller };
  if (!calls(body, ["initialize", "server/discover", "tools/call"])) return { caller };

  // The verifier has a time limit of its own, and before 2026-07-28 a disconnect cancels nothing.
  const { signal } = new AbortController();
  const verification = await deps.verifyConstraint(constraint, { credential, signal });
  const { outcome } = verification;
  if (outcome === "unauthorized") throw new Unauthorized("Sentry does not accept the token");
  if (outcome === "refused") return { caller, refused: verification };
  if (outcome === "unknown") return { caller };
  return { caller: { ...caller, constraint: verification.constraint, constraintVerified: true } };
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
