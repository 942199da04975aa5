import { type Context, Hono } from "hono";
import type { ForwardToSession } from "../channel/live-session.ts";
import type { Config } from "../config.ts";
import type { VerifyConstraint } from "../constraint/verified-constraints.ts";
import type { Log } from "../lib/log.ts";
import { constraintOfPath } from "../lib/resource-path.ts";
import { createSlots, type Slots } from "../lib/slots.ts";
import { traceOf } from "../lib/trace-context.ts";
import { RPC, rpcError } from "../mcp/json-rpc.ts";
import type { Session, SessionOwner, Sessions } from "../mcp/session.ts";
import type { Sse } from "../mcp/sse.ts";
import type { Authenticate } from "./authenticate.ts";
import { clientAddress } from "./client-address.ts";
import { confine, needsConstraint } from "./confine.ts";
import { letIn, onlyAllowed, readJson, tooMany } from "./mcp-door.ts";
import { answerFault, constraintRefused } from "./mcp-faults.ts";
import type { RateLimits } from "./rate-limits.ts";
import { readToolset } from "./session-query.ts";
import { dropTrailingSlash } from "./trailing-slash.ts";

/** Of one person, or of one address where nobody signs in; and of all, as far as memory goes. */
const STREAMS = { each: 100, all: 2000 };

/** Until its client says who it is, and for a client that never says it, as after a stream that was opened anew. */
const UNKNOWN_CLIENT = {
  protocolVersion: "2024-11-05",
  capabilities: {},
  clientInfo: { name: "unknown", version: "0" },
};

interface SseRoutesDeps {
  readonly config: Pick<Config, "baseUrl" | "loopback" | "shared" | "toolset" | "trustProxyHops">;
  readonly sse: Sse | { readonly forward: ForwardToSession };
  readonly sessions: Sessions;
  readonly authenticate: Authenticate;
  readonly rateLimits: Pick<RateLimits, "takeMcp">;
  readonly verifyConstraint: VerifyConstraint;
  readonly log: Log;
}

/**
 * HTTP+SSE of MCP 2024-11-05: a stream at `/sse`, `/sse/:organization` and `/sse/:organization/:project`, to which
 * `/sse/message` posts. Each of these paths is a resource of its own, as below `/mcp`: clients compare the address that
 * they were given with the one in the metadata. Tokens are for a constraint, so one of `/mcp/acme` is good at
 * `/sse/acme` as well.
 */
export function sseRoutes(deps: SseRoutesDeps): Hono {
  const slots = createSlots(STREAMS);
  const app = new Hono();
  app.post("/sse/message", (c) => post(c, deps));
  for (const path of ["/sse", "/sse/:organization", "/sse/:organization/:project"]) {
    app.all(path, (c) => open(c, { ...deps, slots }));
    app.all(`${path}/`, dropTrailingSlash);
  }
  return app;
}

async function open(c: Context, deps: SseRoutesDeps & { slots: Slots }): Promise<Response> {
  if (c.req.method === "GET" && c.req.header("accept")?.includes("text/html")) return c.redirect("/", 303);

  const { pathname: resourcePath, searchParams: query } = new URL(c.req.url);
  const constraint = constraintOfPath(resourcePath);
  if (!constraint) return c.json(NO_SUCH_PLACE, 404);
  const target = { constraint, resourcePath };
  const entered = await letIn(c, target, deps);
  if ("response" in entered) return entered.response;
  const chosen = readToolset(c.req.url, deps.config.toolset);
  if ("response" in chosen) return chosen.response;
  const refusedMethod = onlyAllowed(c, "GET");
  if (refusedMethod) return refusedMethod;

  const { caller } = entered;
  const owner = { user: caller.user, path: resourcePath };
  const leave = deps.slots.take(caller.signedIn ? caller.user : clientAddress(c, deps.config));
  if (!leave) return tooMany("streams", 60);
  try {
    const { refused } = await confine(caller, deps.verifyConstraint);
    if (refused) {
      leave();
      return constraintRefused(caller, refused);
    }
    const { sealed, session } = await begin(owner, {
      known: query.get("sessionId"),
      sessions: deps.sessions,
    });
    query.set("path", resourcePath);
    query.set("sessionId", sealed);
    if ("forward" in deps.sse) {
      leave();
      return await deps.sse.forward(
        session.id,
        new Request(`${c.req.url.split("?")[0]}?${query.toString()}`, c.req.raw),
      );
    }
    const endpoint = `/sse/message?${query.toString()}`;
    return await deps.sse.open(session, { endpoint, signal: c.req.raw.signal, onEnd: leave });
  } catch (error) {
    leave();
    return answerFault(c.req.raw, error, { ...deps, target });
  }
}

/** @param options `known`: sealed where the request was before it was forwarded. */
async function begin(
  owner: SessionOwner,
  { known, sessions }: { known: string | null; sessions: Sessions },
): Promise<{ sealed: string; session: Session }> {
  const taken = known === null ? undefined : await sessions.open(known, owner);
  if (known !== null && taken) return { sealed: known, session: taken };
  const sealed = await sessions.begin(UNKNOWN_CLIENT, owner);
  const session = sealed === undefined ? undefined : await sessions.open(sealed, owner);
  if (sealed === undefined || !session) throw new Error("The session does not open");
  return { sealed, session };
}

/** The token comes with every message, and the call is made with that one: nothing of the stream's is used. */
async function post(c: Context, deps: SseRoutesDeps): Promise<Response> {
  const { searchParams: query } = new URL(c.req.url);
  const resourcePath = query.get("path") ?? "";
  const constraint = constraintOfPath(resourcePath);
  const target = constraint ? { constraint, resourcePath } : { constraint: {}, resourcePath: "/sse" };
  const entered = await letIn(c, target, deps);
  if ("response" in entered) return entered.response;
  const chosen = readToolset(c.req.url, deps.config.toolset);
  if ("response" in chosen) return chosen.response;
  const owner = { user: entered.caller.user, path: resourcePath };
  const session = constraint && await deps.sessions.open(query.get("sessionId") ?? "", owner);
  if (!session) {
    return rpcError(404, { code: RPC.http, message: "The stream is not known here: open it anew" });
  }
  if ("forward" in deps.sse) return deps.sse.forward(session.id, c.req.raw);
  const read = await readJson(c);
  if ("response" in read) return read.response;
  const { body } = read;

  try {
    const { caller, refused } = needsConstraint(body)
      ? await confine(entered.caller, deps.verifyConstraint)
      : { caller: entered.caller };
    const { toolset } = chosen;
    const trace = traceOf(c.req.raw.headers);
    return await deps.sse.post(session, body, { caller, toolset, refusal: refused?.message, trace });
  } catch (error) {
    return answerFault(c.req.raw, error, { ...deps, target, body });
  }
}

const NO_SUCH_PLACE = {
  error: "not_found",
  error_description:
    "Expected /sse, /sse/<organization> or /sse/<organization>/<project>, with slugs as Sentry has them",
};
