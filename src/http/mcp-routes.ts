import { isLegacyRequest } from "@modelcontextprotocol/server";
import { type Context, Hono } from "hono";
import type { Config } from "../config.ts";
import type { VerifyConstraint } from "../constraint/verified-constraints.ts";
import type { Log } from "../lib/log.ts";
import { constraintOfPath } from "../lib/resource-path.ts";
import type { Mcp } from "../mcp/mcp.ts";
import type { Authenticate } from "./authenticate.ts";
import { peerOf } from "./client-address.ts";
import { calls, confine, needsConstraint } from "./confine.ts";
import { letIn, onlyAllowed, readJson } from "./mcp-door.ts";
import { answerFault, constraintRefused } from "./mcp-faults.ts";
import type { RateLimits } from "./rate-limits.ts";
import { readToolset } from "./session-query.ts";
import { dropTrailingSlash } from "./trailing-slash.ts";

interface McpRoutesDeps {
  readonly config: Pick<Config, "baseUrl" | "loopback" | "shared" | "toolset">;
  readonly mcp: Mcp;
  readonly authenticate: Authenticate;
  readonly rateLimits: Pick<RateLimits, "takeMcp">;
  readonly verifyConstraint: VerifyConstraint;
  readonly log: Log;
}

/**
 * MCP at `/mcp`, `/mcp/:organization` and `/mcp/:organization/:project`. Who asks comes before everything else,
 * so that neither a method nor a body decides over a 401.
 */
export function mcpRoutes(deps: McpRoutesDeps): Hono {
  const app = new Hono();
  for (const path of ["/mcp", "/mcp/:organization", "/mcp/:organization/:project"]) {
    app.all(path, (c) => serve(c, deps));
    app.all(`${path}/`, dropTrailingSlash);
  }
  return app;
}

async function serve(c: Context, deps: McpRoutesDeps): Promise<Response> {
  if (c.req.method === "GET" && c.req.header("accept")?.includes("text/html")) return c.redirect("/", 303);

  const resourcePath = new URL(c.req.url).pathname;
  const constraint = constraintOfPath(resourcePath);
  if (!constraint) return c.json(NO_SUCH_PLACE, 404);
  const target = { constraint, resourcePath };
  const entered = await letIn(c, target, deps);
  if ("response" in entered) return entered.response;
  const chosen = readToolset(c.req.url, deps.config.toolset);
  if ("response" in chosen) return chosen.response;
  const refusedMethod = onlyAllowed(c, "POST");
  if (refusedMethod) return refusedMethod;
  const read = await readJson(c);
  if ("response" in read) return read.response;
  const { body } = read;

  try {
    const { caller, refused } = needsConstraint(body)
      ? await confine(entered.caller, deps.verifyConstraint)
      : { caller: entered.caller };
    if (refused && !(await callsInSession(c, body))) return constraintRefused(caller, refused, body);
    const { toolset } = chosen;
    const { waitUntil } = peerOf(c);
    const refusal = refused?.message;
    return await deps.mcp.handle(c.req.raw, { caller, parsedBody: body, toolset, refusal, waitUntil });
  } catch (error) {
    return answerFault(c.req.raw, error, { ...deps, target, body });
  }
}

const NO_SUCH_PLACE = {
  error: "not_found",
  error_description:
    "Expected /mcp, /mcp/<organization> or /mcp/<organization>/<project>, with slugs as Sentry has them",
};

/** In a session a 404 would say that the session has ended (2025-11-25, Transports); 2026-07-28 has no sessions. */
async function callsInSession(c: Context, body: unknown): Promise<boolean> {
  if (c.req.header("mcp-session-id") === undefined || !calls(body, ["tools/call"])) return false;
  return await isLegacyRequest(c.req.raw, body);
}
