import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { examples } from "../support/examples.ts";
import { callTool, callToolWithProgress, ERAS, type Peer, post, rpc, textOf } from "../support/rpc.ts";
import { besidesSeer } from "../support/seer.ts";
import { type RunningServer, type Runtime, startServer } from "../support/servers.ts";
import { approveAll, beginSignIn, REDIRECT_URI, signIn, type Tokens } from "../support/sign-in.ts";
import { upload } from "../support/upload.ts";
import { type SandboxServer, startSandbox } from "../support/sandbox-server.ts";
import { questionCases } from "./questions.ts";
import { sseCases } from "./sse.ts";
import { startState, type State } from "../support/state.ts";

const STORE_OF: Record<Runtime, string> = {
  node: "sqlite",
  deno: "sqlite",
  bun: "sqlite",
  cloudflare: "durable-object",
  vercel: "upstash",
};

/** What people get from any of the five runtimes: only HTTP is looked at. */
export function httpSuite(runtime: Runtime): void {
  let state: State;
  let sandbox: SandboxServer;
  let server: RunningServer;
  let tokens: Tokens & { clientId: string };
  let reading: Tokens;
  let peer: Peer;

  beforeAll(async () => {
    sandbox = await startSandbox();
    state = await startState(runtime);
    server = await startServer(runtime, { ...sandbox.environment, ...state.environment });
    tokens = await signIn({ baseUrl: server.baseUrl, skills: ["inspect", "seer", "triage"] });
    reading = await signIn({ baseUrl: server.baseUrl, skills: ["inspect"] });
    peer = { baseUrl: server.baseUrl, token: tokens.access_token };
  });
  afterAll(async () => {
    await server?.stop();
    await state?.stop();
    await sandbox?.stop();
  });

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${server.baseUrl}${path}`, { headers, redirect: "manual" });

  describe("health and home", () => {
    it("answers GET /health with ok", async () => {
      const response = await get("/health");

      expect(response.status).toBe(200);
      expect(await response.text()).toBe("ok");
    });

    it("says version, runtime and store when asked for more", async () => {
      const details = await (await get("/health?verbose")).json();

      expect(details).toMatchObject({
        status: "ok",
        version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
        runtime: expect.stringMatching(new RegExp(`^${runtime}`)),
        store: { name: STORE_OF[runtime], consistency: "linearizable" },
      });
    });

    it("shows people how to connect, and curl the same as text", async () => {
      const page = await get("/", { accept: "text/html" });
      const text = await get("/", { accept: "*/*" });

      expect(page.headers.get("content-type")).toContain("text/html");
      expect(await page.text()).toContain(`claude mcp add --transport http sentry ${server.baseUrl}/mcp`);
      expect(text.headers.get("content-type")).toContain("text/plain");
      expect(await text.text()).toContain(`${server.baseUrl}/mcp`);
    });

    it("tells machines that were only given the address", async () => {
      const [about, robots, card, tools] = await Promise.all(
        ["/llms.txt", "/robots.txt", "/mcp.json", "/.mcp/tools.json"].map(async (path) =>
          (await get(path)).text()
        ),
      );

      expect(about).toContain(`${server.baseUrl}/mcp`);
      expect(robots).toContain("Disallow: /oauth/");
      expect(JSON.parse(card ?? "")).toMatchObject({ endpoint: `${server.baseUrl}/mcp` });
      expect(tools).toContain('"get_issue_details"');
    });

    it("sends a browser from /mcp to the page that says what this is", async () => {
      const response = await get("/mcp", { accept: "text/html" });

      expect(response.status).toBe(303);
      expect(new URL(response.headers.get("location") ?? "", server.baseUrl).pathname).toBe("/");
    });
  });

  describe("discovery", () => {
    it.each(["/mcp", "/mcp/acme", "/mcp/acme/checkout"])(
      "leads from a 401 at %s to that path's metadata (RFC 9728)",
      async (path) => {
        const answer = await rpc({ baseUrl: server.baseUrl, path }, "server/discover");
        const url = /resource_metadata="([^"]+)"/.exec(answer.headers.get("www-authenticate") ?? "")?.[1] ??
          "";
        const metadata = await (await fetch(url)).json();

        expect(answer.status).toBe(401);
        expect(metadata).toMatchObject({
          resource: `${server.baseUrl}${path}`,
          authorization_servers: [server.baseUrl],
        });
      },
    );

    it("describes the authorization server (RFC 8414)", async () => {
      const metadata = await (await get("/.well-known/oauth-authorization-server")).json();

      expect(metadata).toMatchObject({
        issuer: server.baseUrl,
        authorization_endpoint: `${server.baseUrl}/oauth/authorize`,
        token_endpoint: `${server.baseUrl}/oauth/token`,
        registration_endpoint: `${server.baseUrl}/oauth/register`,
        response_types_supported: ["code"],
        code_challenge_methods_supported: ["S256"],
        authorization_response_iss_parameter_supported: true,
      });
    });

    it("has no path-suffixed authorization server", async () => {
      expect((await get("/.well-known/oauth-authorization-server/mcp")).status).toBe(404);
    });
  });

  describe("sign-in", () => {
    it("issues short-lived tokens for the skills that were ticked", () => {
      expect(tokens.expires_in).toBeLessThanOrEqual(3600);
      expect(tokens.scope.split(" ").toSorted()).toEqual(["inspect", "seer", "triage"]);
      expect(tokens.access_token.length).toBeLessThanOrEqual(600);
    });

    it("tells the client when the person declines (RFC 6749 §4.1.2.1)", async () => {
      const attempt = await beginSignIn({ baseUrl: server.baseUrl });
      const consent = await attempt.browser.open(attempt.authorizeUrl);

      const landed = await attempt.browser.submit(consent, { press: /deny|cancel|decline/i });

      expect(landed.url.startsWith(REDIRECT_URI)).toBe(true);
      expect(Object.fromEntries(new URL(landed.url).searchParams)).toMatchObject({
        error: "access_denied",
        state: attempt.state,
        iss: server.baseUrl,
      });
    });

    it("names an organization that does not exist, and issues no code for it", async () => {
      const attempt = await beginSignIn({ baseUrl: server.baseUrl, path: "/mcp/no-such-org" });

      const page = await approveAll(attempt.browser, attempt.authorizeUrl);

      expect(page.text).toContain("no-such-org");
      expect(page.text).toContain("access_denied");
      expect(page.url.startsWith(REDIRECT_URI)).toBe(false);
    });

    it("refuses a code the second time and another client's code alike (RFC 6749 §4.1.2)", async () => {
      const attempt = await beginSignIn({ baseUrl: server.baseUrl });
      const landed = await approveAll(attempt.browser, attempt.authorizeUrl);
      const code = new URL(landed.url).searchParams.get("code") ?? "";
      const redeem = () =>
        token({
          grant_type: "authorization_code",
          code,
          redirect_uri: REDIRECT_URI,
          client_id: attempt.clientId,
          code_verifier: attempt.verifier,
        });

      expect((await redeem()).status).toBe(200);
      const again = await redeem();

      expect(again.status).toBe(400);
      expect(await again.json()).toMatchObject({ error: "invalid_grant" });
    });

    it("rotates refresh tokens, and answers a lost response's retry with the same successor", async () => {
      const own = await signIn({ baseUrl: server.baseUrl });
      const refresh = async () => {
        const response = await token({
          grant_type: "refresh_token",
          refresh_token: own.refresh_token,
          client_id: own.clientId,
        });
        // Taken at its word; the fields are compared below.
        return (await response.json()) as Tokens;
      };

      const answers = await Promise.all([refresh(), refresh(), refresh()]);

      expect(new Set(answers.map((answer) => answer.refresh_token)).size).toBe(1);
      expect(answers[0]?.refresh_token).not.toBe(own.refresh_token);
      const answer = await callTool({ baseUrl: server.baseUrl, token: answers[2]?.access_token }, "whoami");
      expect(textOf(answer)).toContain("ada");
    });
  });

  describe.each(ERAS)("MCP %s", (era) => {
    it("connects", async () => {
      const answer = era === "2026-07-28"
        ? await rpc({ ...peer, era }, "server/discover")
        : await rpc({ ...peer, era }, "initialize", {
          protocolVersion: era,
          capabilities: {},
          clientInfo: { name: "test", version: "1" },
        });

      expect(answer.status).toBe(200);
      expect(answer.body.id).toBe(7);
      expect(answer.body.result).toMatchObject(
        era === "2026-07-28" ? { supportedVersions: ["2026-07-28"] } : { protocolVersion: era },
      );
    });

    it("lists the tools of the ticked skills in a stable order", async () => {
      const [first, second] = await Promise.all([
        rpc({ ...peer, era }, "tools/list"),
        rpc({ ...peer, era }, "tools/list"),
      ]);

      expect(first.body.result?.tools?.map((tool) => tool.name).toSorted()).toEqual([
        "analyze_issue_with_seer",
        "execute_sentry_tool",
        "find_organizations",
        "find_projects",
        "get_issue_details",
        "get_sentry_resource",
        "read_sentry_tool",
        "search_events",
        "search_issues",
        "search_sentry_tools",
        "update_issue",
        "whoami",
      ]);
      expect(second.body.result?.tools).toEqual(first.body.result?.tools);
    });

    it("finds a tool beyond the list and calls it", async () => {
      const found = await callTool({ ...peer, era }, "search_sentry_tools", {
        query: "comments of an issue",
      });
      const answer = await callTool({ ...peer, era }, "read_sentry_tool", {
        name: "get_issue_activity",
        arguments: { organizationSlug: "acme", issueId: "CHECKOUT-1" },
      });

      expect(textOf(found)).toContain("get_issue_activity(");
      expect(textOf(answer)).toContain("# Activity of issue `CHECKOUT-1`");
    });

    it.each([["full", "get_event_stacktrace"], ["basic", "resolve_issue"]])(
      "lists the tool set that the URL names: %s",
      async (toolset, name) => {
        const list = await rpc({ ...peer, era, path: `/mcp?toolset=${toolset}` }, "tools/list");

        const names = list.body.result?.tools?.map((tool) => tool.name) ?? [];
        expect(names).toContain(name);
        expect(names).not.toContain("execute_sentry_tool");
      },
    );

    it("calls a tool", async () => {
      const answer = await callTool({ ...peer, era }, "get_issue_details", {
        organizationSlug: "acme",
        issueId: "CHECKOUT-1",
      });

      expect(answer.status).toBe(200);
      expect(textOf(answer)).toContain("CHECKOUT-1");
    });

    it("confines a session to the organization in its path, whatever the arguments say", async () => {
      const confined = { ...peer, era, path: "/mcp/acme" };

      const list = await rpc(confined, "tools/list");
      const search = await callTool(confined, "search_issues", { organizationSlug: "umbra", query: "" });

      const tools = list.body.result?.tools ?? [];
      expect(tools.map((tool) => tool.name)).not.toContain("find_organizations");
      expect(tools.flatMap((tool) => Object.keys(tool.inputSchema.properties ?? {}))).not.toContain(
        "organizationSlug",
      );
      expect(JSON.stringify(search.body)).not.toContain("CANARY");
    });

    it("names an organization that Sentry does not know, with Sentry's status", async () => {
      const lost = { ...peer, era, path: "/mcp/no-such-org" };
      const answer = era === "2026-07-28"
        ? await rpc(lost, "server/discover")
        : await rpc(lost, "initialize", {
          protocolVersion: era,
          capabilities: {},
          clientInfo: { name: "test", version: "1" },
        });

      expect(answer.status).toBe(404);
      expect(JSON.stringify(answer.body)).toContain("no-such-org");
    });

    it("asks for the scopes that a tool beyond the grant needs (RFC 6750 §3.1)", async () => {
      const own = { baseUrl: server.baseUrl, token: reading.access_token, era, path: "/mcp/acme" };
      const answer = await callTool(own, "update_issue", { issueId: "CHECKOUT-1", status: "resolved" });

      expect(answer.status).toBe(403);
      const challenge = answer.headers.get("www-authenticate") ?? "";
      expect(challenge).toContain('error="insufficient_scope"');
      expect(challenge).toContain('scope="inspect triage"');
      expect(challenge).toContain(
        `resource_metadata="${server.baseUrl}/.well-known/oauth-protected-resource/mcp/acme"`,
      );
      expect(answer.body).toMatchObject({ id: 7, error: { message: expect.stringContaining("triage") } });
    });

    it("calls every tool, listed or not", async () => {
      const results = await Promise.all(
        examples().map(async ({ name, args }) => ({
          name,
          answer: await callTool({ ...peer, era }, name, args),
        })),
      );

      const failed = results.filter(({ answer }) => answer.status !== 200 || answer.body.result?.isError);
      expect(failed.map(({ name, answer }) => `${name}: ${textOf(answer)}`)).toEqual([]);
    });

    it("says -32602 for a tool that does not exist", async () => {
      const answer = await callTool({ ...peer, era }, "no_such_tool");

      expect(answer.body).toMatchObject({ id: 7, error: { code: -32602 } });
    });

    it("names the argument that is wrong", async () => {
      const answer = await callTool({ ...peer, era }, "search_issues", {
        organizationSlug: "acme",
        limit: 1000,
      });

      expect(answer.body.result?.isError).toBe(true);
      expect(textOf(answer)).toContain("limit");
    });
  });

  it("goes on in a session that it has sealed, for whoever began it and where", async () => {
    const client = {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "t", version: "1" },
    };
    const message = (method: string, params = {}) =>
      JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const begun = await post(peer, message("initialize", client));
    const sealed = begun.headers.get("mcp-session-id") ?? "";
    const statusIn = async (session: string, path = "/mcp") => {
      const answer = await post({ ...peer, path }, message("tools/list"), { "mcp-session-id": session });
      return answer.status;
    };

    expect(sealed).toMatch(/^[\w-]+$/);
    expect(await statusIn(sealed)).toBe(200);
    expect(await statusIn(sealed, "/mcp/acme")).toBe(404);
    expect(await statusIn(`${sealed}A`)).toBe(404);
    for (const method of ["GET", "DELETE"]) {
      const headers = { authorization: `Bearer ${peer.token}`, "mcp-session-id": sealed };
      expect((await fetch(`${server.baseUrl}/mcp`, { method, headers })).status).toBe(405);
    }
  });

  it("tells a client how a long call gets on while it runs, in both eras", async () => {
    const { access_token } = await signIn({ baseUrl: server.baseUrl, skills: ["seer"] });
    const issues = [["2026-07-28", "CHECKOUT-5"], ["2025-11-25", "CHECKOUT-6"]] as const;

    const answers = await Promise.all(
      issues.map(async ([era, issueId]) => {
        const seer = await besidesSeer(sandbox.baseUrl, issueId);
        const caller = { ...peer, token: access_token, era };
        const args = { organizationSlug: "acme", issueId };
        return callToolWithProgress(caller, "analyze_issue_with_seer", args, {
          async onFirst() {
            await seer.look();
            await seer.look();
          },
        });
      }),
    );

    for (const { first, whole, type } of answers) {
      expect(type).toContain("text/event-stream");
      expect(first).toContain('"method":"notifications/progress"');
      expect(first).toContain('"progressToken":"p1"');
      expect(first).not.toContain('"result"');
      expect(whole).toContain("A value is used before it was checked.");
    }
  });

  questionCases(runtime, () => peer);
  sseCases(runtime, () => peer);

  describe("bad input", () => {
    it("leads from an address with a slash at its end to the one without", async () => {
      const { status } = await rpc({ ...peer, path: "/mcp/" }, "tools/list");

      expect(status).toBe(200);
    });

    it("answers an unknown route with 404 as JSON", async () => {
      const response = await get("/no/such/route");

      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: "not_found" });
    });

    it.each([["DELETE", "/mcp"], ["PUT", "/health"], ["GET", "/oauth/token"], ["PUT", "/oauth/register"]])(
      "answers %s %s with 405 and Allow (RFC 9110 §15.5.6)",
      async (method, path) => {
        const response = await fetch(`${server.baseUrl}${path}`, {
          method,
          headers: { authorization: `Bearer ${tokens.access_token}` },
        });

        expect(response.status).toBe(405);
        expect(response.headers.get("allow")).toBeTruthy();
      },
    );

    it("refuses a body over 4 MiB with 413, announced or chunked", async () => {
      const headers = { authorization: `Bearer ${tokens.access_token}`, "content-type": "application/json" };
      const send = (chunked: boolean) =>
        upload(`${server.baseUrl}/mcp`, { bytes: 4 * 1024 * 1024 + 1, chunked, headers });

      expect(await send(false)).toBe(413);
      expect(await send(true)).toBe(413);
    });

    it("refuses another content type with 415", async () => {
      expect((await post(peer, "{}", { "content-type": "text/plain" })).status).toBe(415);
    });

    it("answers malformed JSON with -32700, and a malformed message with -32600 and its id (JSON-RPC §5.1)", async () => {
      const broken = await post(peer, "{ not json");
      const shapeless = await post(peer, JSON.stringify({ jsonrpc: "2.0", id: 9, method: 5 }));

      expect(broken).toMatchObject({ status: 400, body: { error: { code: -32700 } } });
      expect(shapeless).toMatchObject({ status: 400, body: { id: 9, error: { code: -32600 } } });
    });

    it.each(["", "smat_abc", "a".repeat(2000)])("answers the token %j with one 401", async (token) => {
      const answer = await rpc({ baseUrl: server.baseUrl, token }, "tools/list");

      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toContain("resource_metadata=");
    });

    it("says what to try when Sentry is down", async () => {
      await sandbox.fault({ path: "/api/0/auth/", status: 503, times: 20 });

      const answer = await callTool(peer, "whoami");
      await sandbox.clearFaults();

      expect(answer.body.result?.isError).toBe(true);
      expect(textOf(answer)).toMatch(/try again/i);
    });

    it("refuses a page on another origin with 403", async () => {
      const answer = await post(peer, "{}", { origin: "https://evil.example" });

      expect(answer.status).toBe(403);
    });

    it("lets no other host name through (RFC 9110 §15.5.20)", async () => {
      const { request } = await import("node:http");
      const url = new URL(server.baseUrl);
      const status = await new Promise((resolve, reject) => {
        request(
          { host: url.hostname, port: url.port, path: "/", headers: { host: "evil.example" } },
          (response) => {
            response.resume();
            resolve(response.statusCode);
          },
        ).on("error", reject).end();
      });

      expect(status).toBe(421);
    });
  });

  const token = (form: Record<string, string>) =>
    fetch(`${server.baseUrl}/oauth/token`, { method: "POST", body: new URLSearchParams(form) });

  it("serves many people at once without mixing them up", async () => {
    const count = process.env.SOAK ? 24 : 4;
    const people = await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const user = index % 2 === 0 ? "ada" : "grace";
        const { access_token } = await signIn({ baseUrl: server.baseUrl, user });
        return { user, token: access_token };
      }),
    );
    const rounds = Array.from({ length: process.env.SOAK ? 10 : 3 }, () => people).flat();

    const answers = await Promise.all(
      rounds.map(({ token }, index) =>
        callTool({ baseUrl: server.baseUrl, token, era: ERAS[index % 4] }, "whoami")
      ),
    );

    answers.forEach((answer, index) => {
      const { user } = rounds[index] ?? { user: "" };
      expect(textOf(answer)).toContain(`${user}@`);
      expect(textOf(answer)).not.toContain(user === "ada" ? "grace@" : "ada@");
    });
  });
}
