import { describe, expect, it } from "vitest";
import { createApp } from "../src/app.ts";
import type { Channel } from "../src/channel/channel.ts";
import { createMemoryChannel } from "../src/channel/memory.ts";
import { parseConfig } from "../src/config.ts";
import { createMemoryStore } from "../src/store/memory.ts";
import { silent } from "./mcp/fixture.ts";

const PAGE = "https://app.example";

const noSentry = () => Promise.reject(new Error("Nothing here asks Sentry"));

function appWith(
  env: Record<string, string>,
  { channel, fetch = noSentry }: { channel?: Channel; fetch?: () => Promise<Response> } = {},
) {
  const config = parseConfig(
    { BASE_URL: "https://mcp.example", ALLOWED_ORIGINS: PAGE, STORE: "memory", ...env },
    { sandbox: false, listens: false, stores: ["memory"] },
  );
  const now = () => 1_800_000_000_000;
  const store = createMemoryStore({ now });
  const app = createApp({
    config,
    store,
    storeName: "memory",
    runtime: "test",
    fetch,
    channel,
    now,
    log: silent,
  });
  return async (path: string, init: RequestInit = {}) =>
    await app.request(`https://mcp.example${path}`, init);
}

const signIn = {
  SENTRY_CLIENT_ID: "id",
  SENTRY_CLIENT_SECRET: "secret",
  ENCRYPTION_KEY: "k".repeat(32),
};

describe("pages of other origins (CORS)", () => {
  const headers = { origin: PAGE };
  const from = (origin: string, method = "POST") => ({ method, headers: { origin } });

  it("may call /mcp where they are allowed, and read its challenges and waits", async () => {
    const send = appWith({ ...signIn, RATE_LIMIT_PER_MINUTE: "20" });
    const answers = [];
    for (let n = 0; n < 450; n++) answers.push(await send("/mcp/acme", { method: "POST", headers }));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 429]));
    for (const answer of [answers[0], answers.at(-1)]) {
      expect(answer?.headers.get("access-control-allow-origin")).toBe(PAGE);
      expect(answer?.headers.get("access-control-expose-headers")).toMatch(/WWW-Authenticate.*Retry-After/);
      expect(answer?.headers.has("access-control-allow-credentials")).toBe(false);
      expect(answer?.headers.get("vary")).toContain("Origin");
    }
  });

  it("are refused at /mcp otherwise, before anything else is looked at", async () => {
    const send = appWith(signIn);

    for (const origin of ["https://evil.example", "null", "http://localhost:6274", `${PAGE}, ${PAGE}`]) {
      for (const method of ["POST", "OPTIONS", "GET"]) {
        const answer = await send("/mcp", from(origin, method));
        expect(answer.status).toBe(403);
        expect(answer.headers.has("access-control-allow-origin")).toBe(false);
      }
    }
  });

  it.each([
    ["/oauth/token", "POST"],
    ["/oauth/register", "POST"],
    ["/oauth/revoke", "POST"],
    ["/.well-known/oauth-authorization-server", "GET"],
    ["/.well-known/oauth-protected-resource/mcp/acme", "GET"],
  ])("may use %s from anywhere, without credentials", async (path, method) => {
    const answer = await appWith(signIn)(path, from("https://anywhere.example", method));

    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
  });

  it.each(["/oauth/authorize", "/oauth/callback", "/grants", "/", "/health"])(
    "may not read %s",
    async (path) => {
      const answer = await appWith(signIn)(path, { headers });

      expect(answer.headers.has("access-control-allow-origin")).toBe(false);
    },
  );
});

describe("HTTP+SSE", () => {
  const channel = createMemoryChannel();

  it("asks who is there where there is a channel", async () => {
    const answer = await appWith(signIn, { channel })("/sse/acme");

    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toContain(
      "/.well-known/oauth-protected-resource/sse/acme",
    );
  });

  it.each<[when: string, send: ReturnType<typeof appWith>]>([
    ["without a channel", appWith(signIn)],
    ["where it is switched off", appWith({ ...signIn, SSE: "off" }, { channel })],
  ])("%s is gone, and points to /mcp", async (_, send) => {
    for (
      const [method, path, there] of [
        ["GET", "/sse", "/mcp"],
        ["GET", "/sse/acme/checkout?toolset=full", "/mcp/acme/checkout"],
        ["POST", "/sse/message?sessionId=x", "/mcp"],
        ["GET", "/sse/message", "/mcp/message"],
      ] as const
    ) {
      const answer = await send(path, { method });

      expect(answer.status).toBe(410);
      expect(await answer.json()).toEqual({
        error: "gone",
        error_description:
          `HTTP+SSE is not served here: connect to https://mcp.example${there} (Streamable HTTP)`,
        endpoint: `https://mcp.example${there}`,
      });
    }
    expect((await send("/sse/../x")).status).toBe(404);
    expect((await send("/sse/a/b/c")).status).toBe(404);
  });

  it("is refused to pages on other origins", async () => {
    const send = appWith(signIn, { channel });

    const evil = await send("/sse", { headers: { origin: "https://evil.example" } });
    const allowed = await send("/sse", { headers: { origin: PAGE } });

    expect(evil.status).toBe(403);
    expect(allowed.headers.get("access-control-allow-origin")).toBe(PAGE);
  });
});

describe("paths that look like /mcp", () => {
  it.each(["//mcp", "/mcp//", "/MCP", "/mcp%2f", "/mcp/acme//", "/mcp/acme/x/y", "/mcp;x", "/mcp/..%2f"])(
    "%s is no way around the door",
    async (path) => {
      const answer = await appWith(signIn)(path, { method: "POST" });

      expect([401, 404]).toContain(answer.status);
    },
  );
});

describe("an address that was pasted with a slash at its end", () => {
  it.each([
    ["/mcp/", "/mcp"],
    ["/mcp/acme/", "/mcp/acme"],
    ["/mcp/acme/checkout/?toolset=full", "/mcp/acme/checkout?toolset=full"],
    ["/sse/", "/sse"],
  ])("%s leads to %s, with method and body (RFC 9110 §15.4.9)", async (path, location) => {
    const answer = await appWith(signIn, { channel: createMemoryChannel() })(path, { method: "POST" });

    expect(answer.status).toBe(308);
    expect(answer.headers.get("location")).toBe(location);
  });
});

describe("with one token for all", () => {
  const send = appWith({ SENTRY_AUTH_TOKEN: "sntryu_t", MCP_API_KEY: "k".repeat(16) });

  it.each([
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/mcp",
    "/oauth/authorize",
    "/oauth/token",
    "/oauth/register",
    "/grants",
  ])("there is no %s", async (path) => {
    for (const method of ["GET", "POST", "OPTIONS"]) expect((await send(path, { method })).status).toBe(404);
  });

  it("the home page says what is asked of clients", async () => {
    const page = await (await send("/", { headers: { accept: "text/html" } })).text();

    expect(page).toContain("Authorization: Bearer");
    expect(page).not.toContain("/grants");
    expect(page).not.toContain("signs you in");
    expect(await (await send("/")).text()).toContain("Authorization: Bearer");
  });
});

describe("a constraint that Sentry has not verified", () => {
  it("is asked about once, whatever the transport", async () => {
    let asked = 0;
    const fetch = async () => {
      asked++;
      return Response.json({ id: "1", slug: "acme", name: "Acme" });
    };
    const env = { SENTRY_AUTH_TOKEN: "sntryu_of-ada", MCP_API_KEY: "key-of-a-closed-network" };
    const send = appWith(env, { channel: createMemoryChannel(), fetch });
    const authorization = "Bearer key-of-a-closed-network";
    const headers = { authorization, "content-type": "application/json" };
    const initialize = {
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "t", version: "1" } },
    };
    const body = JSON.stringify(initialize);

    const begun = [
      await send("/mcp/acme", { method: "POST", headers, body }),
      await send("/mcp/acme", { method: "POST", headers, body }),
      await send("/sse/acme", { headers: { authorization } }),
    ];
    await begun.at(-1)?.body?.cancel();

    expect(begun.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(asked).toBe(1);
  });
});
