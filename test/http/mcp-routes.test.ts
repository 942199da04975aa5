import { describe, expect, it } from "vitest";
import { Hono } from "hono";
import type { VerifyConstraint } from "../../src/constraint/verified-constraints.ts";
import type { Verification } from "../../src/constraint/verify.ts";
import { limitBody } from "../../src/http/limits.ts";
import type { Target } from "../../src/http/authenticate.ts";
import { mcpRoutes } from "../../src/http/mcp-routes.ts";
import type { Caller } from "../../src/mcp/caller.ts";
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
  readonly verify?: VerifyConstraint;
}

function server({ grant = {}, verify = async () => ({ outcome: "unknown" }) }: Setup = {}) {
  const targets: Target[] = [];
  const routes = mcpRoutes({
    config: { baseUrl: "http://localhost:3000", loopback: true },
    mcp: fixtureMcp().mcp,
    authenticate: async (request, target) => {
      targets.push(target);
      if (!request.headers.has("authorization")) return { response: new Response("who?", { status: 401 }) };
      return { caller: callerWith({ constraint: target.constraint, ...grant }) };
    },
    verifyConstraint: verify,
    now: () => 0,
    log: silent,
  });
  const app = new Hono().use(limitBody()).route("/", routes);
  const fetch = async (path: string, init: RequestInit = {}) =>
    await app.fetch(new Request(`http://localhost:3000${path}`, init));
  const send = async ({ headers, ...rest }: Post) =>
    await app.fetch(post({ ...rest, headers: { authorization: "Bearer x", ...headers } }));
  return { fetch, send, targets };
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

  it("is asked about once", async () => {
    let asked = 0;
    const verify = async (): Promise<Verification> => {
      asked++;
      return { outcome: "verified", constraint: { organizationSlug: "acme", organizationId: "1" } };
    };
    const { send } = server({ verify });
    for (const body of [initialize("2025-11-25"), call, call]) await send({ body, path: "/mcp/acme" });

    expect(asked).toBe(1);
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

  it("is 503 with the request's id while the store cannot say so", async () => {
    const isLive = () => Promise.reject(new StoreUnavailable("no answer"));
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
