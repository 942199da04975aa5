import { describe, expect, it } from "vitest";
import { Hono } from "hono";
import type { VerifyConstraint } from "../../src/constraint/verified-constraints.ts";
import type { Verification } from "../../src/constraint/verify.ts";
import { limitBody } from "../../src/http/limits.ts";
import type { Peer } from "../../src/http/client-address.ts";
import type { Target } from "../../src/http/challenge.ts";
import { mcpRoutes } from "../../src/http/mcp-routes.ts";
import { createRateLimits } from "../../src/http/rate-limits.ts";
import type { Caller } from "../../src/mcp/caller.ts";
import { ChannelUnavailable } from "../../src/channel/channel.ts";
import { StoreUnavailable } from "../../src/store/store.ts";
import {
  answerOf,
  callerWith,
  fixtureMcp,
  initialize,
  modern,
  type Post,
  post,
  rpc,
  silent,
} from "../mcp/fixture.ts";

interface Setup {
  readonly grant?: Partial<Caller>;
  readonly shared?: { sentryToken: string };
  readonly rateLimitPerMinute?: number;
  readonly verify?: VerifyConstraint;
}

function server(setup: Setup = {}) {
  const { grant = {}, verify = async () => ({ outcome: "unknown" }), shared, rateLimitPerMinute } = setup;
  const targets: Target[] = [];
  const fixture = fixtureMcp();
  const routes = mcpRoutes({
    config: { baseUrl: "http://localhost:3000", loopback: true, shared, toolset: "full" },
    mcp: fixture.mcp,
    rateLimits: createRateLimits({ config: { rateLimitPerMinute, trustProxyHops: 0 }, now: () => 0 }),
    authenticate: async (request, target) => {
      targets.push(target);
      if (!request.headers.has("authorization")) return { response: new Response("who?", { status: 401 }) };
      return { caller: callerWith({ constraint: target.constraint, ...grant }) };
    },
    verifyConstraint: verify,
    log: silent,
  });
  const app = new Hono().use(limitBody()).route("/", routes);
  const fetch = async (path: string, init: RequestInit = {}, peer: Peer = {}) =>
    await app.fetch(new Request(`http://localhost:3000${path}`, init), peer);
  const send = async ({ headers, ...rest }: Post, peer: Peer = {}) =>
    await app.fetch(post({ ...rest, headers: { authorization: "Bearer x", ...headers } }), peer);
  return { fetch, send, targets, observed: fixture.observed };
}

const signedIn = { authorization: "Bearer x" };
const jsonHeaders = { ...signedIn, "content-type": "application/json" };

describe("who asks comes first", () => {
  it.each(["GET", "DELETE", "PUT", "POST", "HEAD"])(
    "%s without a token is 401, on every path",
    async (method) => {
      for (const path of ["/mcp", "/mcp/acme", "/mcp/acme/checkout"]) {
        expect((await server().fetch(path, { method })).status).toBe(401);
      }
    },
  );

  it("hands the path's constraint and its resource to authenticate", async () => {
    const { send, targets } = server();
    await send({ body: rpc("ping"), path: "/mcp/acme/checkout?skills=inspect" });

    expect(targets).toEqual([{
      constraint: { organizationSlug: "acme", projectSlug: "checkout" },
      resourcePath: "/mcp/acme/checkout",
    }]);
  });

  it("sends a browser that looks at the address to the page that explains it", async () => {
    const response = await server().fetch("/mcp/acme", { headers: { accept: "text/html,*/*;q=0.8" } });

    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("/");
  });
});

describe("methods, types and bodies", () => {
  it.each(["GET", "DELETE", "PUT", "PATCH"])("%s is 405 and names what is allowed", async (method) => {
    const response = await server().fetch("/mcp", { method, headers: signedIn });

    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST");
    expect(await response.json()).toMatchObject({ jsonrpc: "2.0", id: null, error: { code: -32_000 } });
  });

  it.each(["text/plain", "application/json-seq", "multipart/form-data"])("%s is 415", async (type) => {
    const headers = { ...signedIn, "content-type": type };
    const response = await server().fetch("/mcp", { method: "POST", headers, body: "{}" });

    expect(response.status).toBe(415);
    expect((await answerOf(response)).error?.message).toContain(type);
  });

  it.each(["gzip", "br"])(
    "a body in %s is 415, and told apart from one that is no JSON",
    async (encoding) => {
      const headers = { ...jsonHeaders, "content-encoding": encoding };
      const response = await server().fetch("/mcp", { method: "POST", headers, body: "{}" });

      expect(response.status).toBe(415);
      expect(response.headers.get("accept-encoding")).toBe("identity");
      expect((await answerOf(response)).error?.message).toContain(encoding);
    },
  );

  it("no Content-Type is 415", async () => {
    const body = new TextEncoder().encode(JSON.stringify(rpc("ping")));

    expect((await server().fetch("/mcp", { method: "POST", headers: signedIn, body })).status).toBe(415);
  });

  it.each(["application/json; charset=utf-8", "Application/JSON"])("%s is JSON", async (type) => {
    expect((await server().send({ body: rpc("ping"), headers: { "content-type": type } })).status).toBe(200);
  });

  it.each(["", "{", "undefined", "[1,", "{'jsonrpc':'2.0'}"])("%j is -32700", async (body) => {
    const response = await server().send({ body });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ jsonrpc: "2.0", id: null, error: { code: -32_700 } });
  });

  it.each([
    ["an answer", '{"jsonrpc":"2.0","id":"x","result":{"deep":@}}'],
    ["a cancellation", '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":@}}'],
    ["initialize", '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":@}}'],
    [
      "tools/list",
      '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/x":@}}}',
    ],
  ])("%s that is nested deeper than any stack is -32700", async (_what, text) => {
    const body = text.replace("@", "[".repeat(50_000) + "]".repeat(50_000));

    const response = await server().send({ body });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ jsonrpc: "2.0", id: null, error: { code: -32_700 } });
  });

  it("what is JSON but no JSON-RPC is -32600 with its id", async () => {
    const response = await server().send({ body: { jsonrpc: "2.0", id: "x1" } });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ id: "x1", error: { code: -32_600 } });
  });

  it("a chunked body past the limit is 413", async () => {
    const chunk = new TextEncoder().encode(" ".repeat(1024 * 1024));
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (++sent > 6) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const init = { method: "POST", headers: jsonHeaders, body, duplex: "half" };

    expect((await server().fetch("/mcp", init)).status).toBe(413);
  });

  it("both eras are served at one address", async () => {
    const { send } = server();

    expect((await answerOf(await send({ body: initialize("2025-11-25") }))).result?.protocolVersion).toBe(
      "2025-11-25",
    );
    expect((await answerOf(await send(modern("server/discover")))).result?.resultType).toBe("complete");
  });
});

describe("paths that are none", () => {
  it.each(["/mcp/..%2fadmin", "/mcp/%61cme", "/mcp/a%20b", "/mcp/acme/x;y"])(
    "%s is 404 in JSON",
    async (path) => {
      const response = await server().fetch(path, { method: "POST", headers: jsonHeaders, body: "{}" });

      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: "not_found" });
    },
  );
});

describe("a constraint that Sentry has not verified", () => {
  const refused: Verification = {
    outcome: "refused",
    status: 404,
    message: 'Organization "nowhere" was not found',
  };
  const call = rpc("tools/call", { name: "look", arguments: {} }, 5);
  const session = { "mcp-session-id": "left over" };

  it.each<[string, Post]>([
    ["initialize", { body: initialize("2025-11-25") }],
    ["initialize, even with a session's id", { body: initialize("2025-11-25"), headers: session }],
    ["server/discover", modern("server/discover")],
    ["a call without a session", { body: call }],
    ["a call of 2026-07-28, which knows no sessions", {
      body: modern("tools/call", { name: "look" }).body,
      headers: { ...modern("tools/call", { name: "look" }).headers, ...session },
    }],
  ])("refuses %s with Sentry's status and names the place", async (_name, request) => {
    const response = await server({ verify: async () => refused }).send({ ...request, path: "/mcp/nowhere" });

    expect(response.status).toBe(404);
    const { error, id } = await answerOf(response);
    expect(error).toMatchObject({ message: refused.message, data: { organizationSlug: "nowhere" } });
    expect(id).toBe((request.body as { id: unknown }).id);
  });

  it("refuses with 403 where Sentry forbids", async () => {
    const verify = async (): Promise<Verification> => ({ ...refused, status: 403 });

    expect((await server({ verify }).send({ body: call, path: "/mcp/nowhere/x" })).status).toBe(403);
  });

  it("is a tool error within a session, whose end a 404 would be", async () => {
    const { send } = server({ verify: async () => refused });
    const response = await send({ body: call, headers: session, path: "/mcp/nowhere" });

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      id: 5,
      result: { isError: true, content: [{ text: refused.message }] },
    });
  });

  it("goes on when Sentry gives no answer", async () => {
    expect((await server().send({ body: call, path: "/mcp/acme" })).status).toBe(200);
  });

  it("is challenged when Sentry does not take the token", async () => {
    const { send } = server({ verify: async () => ({ outcome: "unauthorized" }) });

    expect((await send({ body: call, path: "/mcp/acme" })).status).toBe(401);
  });

  it.each<[string, Post, Partial<Caller>]>([
    ["there is none", { body: call, path: "/mcp" }, {}],
    ["the grant is for it", { body: call, path: "/mcp/acme" }, { constraintVerified: true }],
    ["nothing of it is asked for", { body: rpc("tools/list"), path: "/mcp/acme" }, {}],
  ])("is not asked about when %s", async (_name, request, grant) => {
    const verify = () => Promise.reject(new Error("asked"));

    expect((await server({ grant, verify }).send(request)).status).toBe(200);
  });
});

describe("a tool beyond the grant", () => {
  const change = { name: "change", arguments: {} };
  const eras: [string, Post][] = [
    ["2026-07-28", modern("tools/call", change)],
    ["before", { body: rpc("tools/call", change, 7) }],
    ["before, in a session", { body: rpc("tools/call", change, 7), headers: { "mcp-session-id": "s" } }],
  ];

  it.each(eras)("is 403 with the scopes to ask for, and does not run (%s)", async (_era, request) => {
    const { send, observed } = server({ grant: { skills: ["seer"] } });
    const response = await send({ ...request, path: "/mcp/acme" });

    expect(response.status).toBe(403);
    expect(response.headers.get("www-authenticate")).toBe(
      'Bearer error="insufficient_scope", ' +
        'error_description="Tool change needs the skill triage, which was not granted", ' +
        'resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/mcp/acme", ' +
        'scope="seer triage"',
    );
    expect(await answerOf(response)).toMatchObject({
      id: 7,
      error: { code: -32_000, data: { scopes: ["seer", "triage"] } },
    });
    expect(observed.started).toEqual([]);
  });

  it("asks for the skill that may least where several bring the tool", async () => {
    const { send } = server({ grant: { skills: ["project-management"] } });
    const response = await send({ body: rpc("tools/call", { name: "look" }) });

    expect(response.headers.get("www-authenticate")).toContain('scope="inspect project-management"');
  });

  it.each<[string, Post, Partial<Caller>, RegExp]>([
    ["in a batch", { body: [rpc("tools/call", change), rpc("ping", {}, 2)] }, {}, /outside a batch/],
    ["for a brought token", { body: rpc("tools/call", change) }, { signedIn: false }, /"disable-skills"/],
    ["in a batch of one", { body: [rpc("tools/call", change)] }, {}, /outside a batch/],
  ])("is a tool error %s, because no challenge could help", async (_name, request, grant, advice) => {
    const { send, observed } = server({ grant: { skills: ["inspect"], ...grant } });
    const response = await send(request);

    expect(response.status).toBe(200);
    const answer: unknown = await response.json();
    const [first] = (Array.isArray(answer) ? answer : [answer]) as [{ result: object }];
    expect(first.result).toMatchObject({ isError: true, content: [{ text: expect.stringMatching(advice) }] });
    expect(observed.started).toEqual([]);
  });

  it("is -32602 where no grant would help, because the path or the server has no such tool", async () => {
    for (const name of ["nonsense", "find_organizations"]) {
      const { send } = server({ grant: { skills: [] } });
      const response = await send({ body: rpc("tools/call", { name }), path: "/mcp/acme" });

      expect((await answerOf(response)).error?.code).toBe(-32_602);
    }
  });
});

describe("too many requests", () => {
  const request = { body: rpc("ping") };
  const from = (last: number): Peer => ({ peerAddress: `192.0.2.${last}` });

  it("are 429 in JSON-RPC with Retry-After, counted for the grant wherever it comes from", async () => {
    const { send } = server({ rateLimitPerMinute: 10 });
    for (let n = 0; n < 10; n++) expect((await send(request, from(n))).status).toBe(200);

    const response = await send(request, from(99));

    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("6");
    expect(await answerOf(response)).toMatchObject({ id: null, error: { code: -32_000 } });
  });

  it("are counted by address without a grant, whatever token is brought", async () => {
    const { send } = server({ rateLimitPerMinute: 10, grant: { signedIn: false } });
    const statusOf = async (peer: Peer, token: number) =>
      (await send({ ...request, headers: { authorization: `Sentry-Bearer ${token}` } }, peer)).status;
    for (let n = 0; n < 10; n++) expect(await statusOf(from(1), n)).toBe(200);

    expect(await statusOf(from(1), 99)).toBe(429);
    expect(await statusOf(from(2), 99)).toBe(200);
  });

  it("of strangers end in 429 instead of 401, and hold no grant behind the same address", async () => {
    const { fetch, send } = server({ rateLimitPerMinute: 10 });
    const guess = async () => (await fetch("/mcp", { method: "POST" }, from(1))).status;
    for (let n = 0; n < 10; n++) expect(await guess()).toBe(401);

    expect(await guess()).toBe(429);
    expect((await send(request, from(1))).status).toBe(200);
  });
});

describe("a shared token that Sentry does not take", () => {
  it("is the operator's fault, not the caller's: no 401", async () => {
    const { send } = server({ shared: { sentryToken: "t" }, grant: { signedIn: false } });
    const response = await send({ body: rpc("tools/call", { name: "locked_out" }, 5) });

    expect(response.status).toBe(502);
    expect(await answerOf(response)).toMatchObject({
      id: 5,
      error: { message: expect.stringContaining("SENTRY_AUTH_TOKEN") },
    });
  });
});

describe("a grant that ended", () => {
  const call = rpc("tools/call", { name: "look", arguments: {} }, 5);

  it("is challenged for this path", async () => {
    const { send } = server({ grant: { isLive: async () => false } });
    const response = await send({ body: call, path: "/mcp/acme" });

    expect(response.status).toBe(401);
    const header = response.headers.get("www-authenticate");
    expect(header).toContain('error="invalid_token"');
    expect(header).toContain("/.well-known/oauth-protected-resource/mcp/acme");
  });

  it.each([
    ["the store", new StoreUnavailable("no answer")],
    ["the channel", new ChannelUnavailable("no answer")],
  ])("is 503 with the request's id while %s does not answer", async (_name, error) => {
    const isLive = () => Promise.reject(error);
    const response = await server({ grant: { isLive } }).send({ body: call });

    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(await response.json()).toMatchObject({ id: 5, error: { code: -32_603 } });
  });

  it("says nothing of what failed inside", async () => {
    const isLive = () => Promise.reject(new Error("inner secret"));
    const response = await server({ grant: { isLive } }).send({ body: call });

    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("inner secret");
  });
});
