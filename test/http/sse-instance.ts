import { Hono } from "hono";
import type { Channel } from "../../src/channel/channel.ts";
import { createMemoryChannel } from "../../src/channel/memory.ts";
import type { VerifyConstraint } from "../../src/constraint/verified-constraints.ts";
import type { Target } from "../../src/http/challenge.ts";
import type { Peer } from "../../src/http/client-address.ts";
import { limitBody } from "../../src/http/limits.ts";
import { createRateLimits } from "../../src/http/rate-limits.ts";
import { sseRoutes } from "../../src/http/sse-routes.ts";
import type { Lifecycle } from "../../src/lib/lifecycle.ts";
import { createSealer } from "../../src/lib/seal.ts";
import type { Caller } from "../../src/mcp/caller.ts";
import type { CreateServer } from "../../src/mcp/serving.ts";
import { createSessions } from "../../src/mcp/session.ts";
import { createSse } from "../../src/mcp/sse.ts";
import { callerWith, fixtureServers, silent } from "../mcp/fixture.ts";
import { openSse } from "../support/sse.ts";

const BASE = "http://localhost:3000";

interface Setup {
  readonly createServer?: CreateServer;
  readonly channel?: Channel;
  readonly verify?: VerifyConstraint;
  readonly lifecycle?: Lifecycle;
  readonly rateLimitPerMinute?: number;
  readonly grant?: (bearer: string) => Partial<Caller>;
}

/** One instance: whoever comes is called what their bearer token says. */
export function sseInstance(setup: Setup = {}) {
  const { channel = createMemoryChannel(), verify = async () => ({ outcome: "unknown" }) } = setup;
  const { rateLimitPerMinute, lifecycle, grant = () => ({}) } = setup;
  const targets: Target[] = [];
  const { observed, release, ...fixture } = fixtureServers();
  const { createServer = fixture.createServer } = setup;
  const now = () => 0;
  const sealer = createSealer({
    keys: ["a key of the tests, long enough to be accepted"],
    issuer: BASE,
    now,
  });
  const routes = sseRoutes({
    config: { baseUrl: BASE, loopback: true, toolset: "full", trustProxyHops: 0 },
    sse: createSse({ createServer, channel, lifecycle, log: silent }),
    sessions: createSessions({ sealer, now }),
    rateLimits: createRateLimits({ config: { rateLimitPerMinute, trustProxyHops: 0 }, now }),
    authenticate: async (request, target) => {
      targets.push(target);
      const bearer = request.headers.get("authorization")?.replace("Bearer ", "");
      if (bearer === undefined) return { response: new Response("who?", { status: 401 }) };
      return { caller: callerWith({ user: bearer, constraint: target.constraint, ...grant(bearer) }) };
    },
    verifyConstraint: verify,
    now,
    log: silent,
  });
  const app = new Hono().use(limitBody()).route("/", routes);
  const fetch = async (url: string, init: RequestInit = {}, peer: Peer = {}) =>
    await app.fetch(new Request(new URL(url, BASE), init), peer);
  const open = (path = "/sse", user = "ada") =>
    openSse(BASE, { path, fetch, headers: { authorization: `Bearer ${user}` } });
  /** As a client of another instance's stream. */
  const post = (endpoint: URL, body: unknown, user = "ada") =>
    fetch(endpoint.href, {
      method: "POST",
      headers: { authorization: `Bearer ${user}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  return { fetch, open, post, targets, observed, release };
}
