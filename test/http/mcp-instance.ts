import { Hono } from "hono";
import type { Channel } from "../../src/channel/channel.ts";
import type { ForwardToSession } from "../../src/channel/live-session.ts";
import { createMemoryChannel } from "../../src/channel/memory.ts";
import type { VerifyConstraint } from "../../src/constraint/verified-constraints.ts";
import type { Target } from "../../src/http/challenge.ts";
import type { Peer } from "../../src/http/client-address.ts";
import { limitBody } from "../../src/http/limits.ts";
import { mcpRoutes } from "../../src/http/mcp-routes.ts";
import { createRateLimits } from "../../src/http/rate-limits.ts";
import { sseRoutes } from "../../src/http/sse-routes.ts";
import type { Lifecycle } from "../../src/lib/lifecycle.ts";
import { createSealer } from "../../src/lib/seal.ts";
import type { Caller } from "../../src/mcp/caller.ts";
import { createMcp } from "../../src/mcp/mcp.ts";
import type { CreateServer } from "../../src/mcp/serving.ts";
import { createSessions } from "../../src/mcp/session.ts";
import { createSse } from "../../src/mcp/sse.ts";
import { callerWith, fixtureServers, silent } from "../mcp/fixture.ts";

export const BASE = "http://localhost:3000";

export interface Setup {
  readonly createServer?: CreateServer;
  readonly channel?: Channel;
  /** Instead of a channel. */
  readonly forward?: ForwardToSession;
  readonly verify?: VerifyConstraint;
  readonly lifecycle?: Lifecycle;
  readonly rateLimitPerMinute?: number;
  readonly grant?: (bearer: string) => Partial<Caller>;
}

/** One instance with both transports: whoever comes is called what their bearer token says. */
export function mcpInstance(setup: Setup = {}) {
  const { forward, verify = async () => ({ outcome: "unknown" }), rateLimitPerMinute } = setup;
  const { channel = createMemoryChannel(), lifecycle, grant = () => ({}) } = setup;
  const targets: Target[] = [];
  const { observed, release, ...fixture } = fixtureServers();
  const { createServer = fixture.createServer } = setup;
  const now = () => 0;
  const sealer = createSealer({
    keys: ["a key of the tests, long enough to be accepted"],
    issuer: BASE,
    now,
  });
  const sessions = createSessions({ sealer, now });
  const deps = {
    config: { baseUrl: BASE, loopback: true, toolset: "full" as const, trustProxyHops: 0 },
    rateLimits: createRateLimits({ config: { rateLimitPerMinute, trustProxyHops: 0 }, now }),
    authenticate: async (request: Request, target: Target) => {
      targets.push(target);
      const bearer = request.headers.get("authorization")?.replace("Bearer ", "");
      if (bearer === undefined) return { response: new Response("who?", { status: 401 }) };
      return { caller: callerWith({ user: bearer, constraint: target.constraint, ...grant(bearer) }) };
    },
    verifyConstraint: verify,
    log: silent,
  };
  const reach = forward ? { forward } : { channel };
  const mcp = createMcp({ createServer, sessions, log: silent, ...reach });
  const sse = forward ? { forward } : createSse({ createServer, channel, lifecycle, log: silent });
  const app = new Hono().use(limitBody())
    .route("/", mcpRoutes({ ...deps, mcp }))
    .route("/", sseRoutes({ ...deps, sse, sessions }));
  const fetch = async (url: string, init: RequestInit = {}, peer: Peer = {}) =>
    await app.fetch(new Request(new URL(url, BASE), init), peer);
  /** As a client of another instance's stream. */
  const post = (endpoint: URL, body: unknown, user = "ada") =>
    fetch(endpoint.href, {
      method: "POST",
      headers: { authorization: `Bearer ${user}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  return { app, fetch, post, targets, observed, release };
}
