import { describe, expect, it } from "vitest";
import { challengeOf } from "../../src/lib/crypto.ts";
import { EVERY_SCOPE, REDIRECT_URI, startSandbox } from "./sandbox-client.ts";

const DAY_MS = 86_400_000;
const VERIFIER = "v".repeat(43);

async function ask(sandbox: ReturnType<typeof startSandbox>, more: Record<string, string>) {
  const response = await sandbox.send(sandbox.authorizeUrl(more));
  return { status: response.status, location: new URL(response.headers.get("Location") ?? "about:blank") };
}

describe("the approve page", () => {
  it("is a form that works without JavaScript, with a choice of people and every scope", async () => {
    const { send, authorizeUrl } = startSandbox();
    const response = await send(authorizeUrl());
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(page).toContain(`<form method="post">`);
    for (const part of [`value="ada" checked`, `value="grace"`, "event:read", `value="deny"`]) {
      expect(page).toContain(part);
    }
    expect(page).not.toContain("<script");
  });

  it("escapes what comes from the address", async () => {
    const { send, authorizeUrl } = startSandbox();
    const page = await (await send(authorizeUrl({ redirect_uri: "http://127.0.0.1/<b>/oauth/callback" })))
      .text();
    expect(page).not.toContain("<b>");
  });

  it("sends code and state to the client on approval", async () => {
    const to = await startSandbox().approve("grace");
    expect(to.href.startsWith(`${REDIRECT_URI}?`)).toBe(true);
    expect(to.searchParams.get("code")).toMatch(/^[0-9a-f]{64}$/);
    expect(to.searchParams.get("state")).toBe("state-1");
  });

  it("sends access_denied on denial (RFC 6749 §4.1.2.1)", async () => {
    const { send, authorizeUrl } = startSandbox();
    const response = await send(authorizeUrl(), {
      method: "POST",
      body: new URLSearchParams({ op: "deny" }),
    });
    expect(response.headers.get("Location")).toBe(`${REDIRECT_URI}?error=access_denied&state=state-1`);
  });

  it("refuses people who cannot sign in, and forms from other sites", async () => {
    const { send, authorizeUrl } = startSandbox();
    const body = () => new URLSearchParams({ user: "niko", op: "approve" });
    expect((await send(authorizeUrl(), { method: "POST", body: body() })).status).toBe(400);
    const headers = { "Sec-Fetch-Site": "cross-site" };
    expect((await send(authorizeUrl(), { method: "POST", body: body(), headers })).status).toBe(403);
  });

  it.each([
    ["another client", { client_id: "other" }],
    ["another host", { redirect_uri: "http://example.test/oauth/callback" }],
    ["another path", { redirect_uri: "http://127.0.0.1:4000/oauth/callback/x" }],
    ["a query", { redirect_uri: "http://127.0.0.1:4000/oauth/callback?x=1" }],
    ["user info", { redirect_uri: "http://127.0.0.1:4000@example.test/oauth/callback" }],
  ])("is an error page, never a redirect, for %s", async (_, more) => {
    const { status, location } = await ask(startSandbox(), more);
    expect([status, location.href]).toEqual([400, "about:blank"]);
  });

  it("takes any loopback port (RFC 8252 §7.3)", async () => {
    for (const redirect_uri of ["http://localhost:1/oauth/callback", "http://[::1]:65535/oauth/callback"]) {
      expect((await ask(startSandbox(), { redirect_uri })).status).toBe(200);
    }
  });

  it.each([
    ["unsupported_response_type", { response_type: "token" }],
    ["invalid_scope", { scope: "event:read event:everything" }],
    ["invalid_request", { code_challenge: VERIFIER, code_challenge_method: "plain" }],
    ["invalid_request", { code_challenge: "short", code_challenge_method: "S256" }],
  ])("redirects with %s", async (error, more) => {
    const { location } = await ask(startSandbox(), more);
    expect(location.searchParams.get("error")).toBe(error);
    expect(location.searchParams.get("state")).toBe("state-1");
  });
});

describe("silent re-approval", () => {
  async function approvedOnce() {
    const sandbox = startSandbox();
    const body = new URLSearchParams({ user: "grace", op: "approve" });
    const response = await sandbox.send(sandbox.authorizeUrl({ scope: "event:write" }), {
      method: "POST",
      body,
    });
    const setCookie = response.headers.get("Set-Cookie") ?? "";
    const again = (more: Record<string, string>) =>
      sandbox.send(sandbox.authorizeUrl(more), { headers: { Cookie: setCookie.split(";")[0] ?? "" } });
    return { sandbox, setCookie, again };
  }

  it("keeps its cookie to the base path", async () => {
    const { setCookie } = await approvedOnce();
    expect(setCookie).toContain("Path=/sandbox");
    expect(setCookie).toContain("HttpOnly");
  });

  it("goes straight through when the scopes were approved before, as the same user", async () => {
    const { sandbox, again } = await approvedOnce();
    const response = await again({ scope: "event:read" });
    expect(response.status).toBe(302);
    const code = new URL(response.headers.get("Location") ?? "").searchParams.get("code") ?? "";
    const form = {
      ...sandbox.credentials,
      grant_type: "authorization_code",
      code,
      redirect_uri: REDIRECT_URI,
    };
    expect((await sandbox.postForm("/oauth/token/", form)).body).toMatchObject({ user: { id: "102" } });
  });

  it("asks again for more scopes, for force_prompt and in another browser", async () => {
    const { sandbox, again } = await approvedOnce();
    expect((await again({ scope: "event:read org:read" })).status).toBe(200);
    expect((await again({ scope: "event:read", force_prompt: "1" })).status).toBe(200);
    expect((await sandbox.send(sandbox.authorizeUrl({ scope: "event:read" }))).status).toBe(200);
  });
});

describe("the token endpoint", () => {
  it("answers in Sentry's shape", async () => {
    expect(await startSandbox().signIn("ada", "event:read org:read")).toEqual({
      access_token: expect.stringMatching(/^[0-9a-f]{64}$/),
      refresh_token: expect.stringMatching(/^[0-9a-f]{64}$/),
      expires_in: 2_591_999,
      expires_at: "2026-03-31T12:00:00.000Z",
      token_type: "Bearer",
      scope: "event:read org:read",
      user: { id: "101", name: "Ada Lindqvist", email: "ada@example.test" },
    });
  });

  it("takes client credentials from the header or the body, not from both", async () => {
    const { postForm, approve, credentials } = startSandbox();
    const basic = { Authorization: `Basic ${btoa(`${credentials.client_id}:${credentials.client_secret}`)}` };
    const form = { grant_type: "authorization_code", code: "", redirect_uri: REDIRECT_URI };
    const redeem = async (more: Record<string, string>, headers: Record<string, string>) => {
      const code = (await approve("ada")).searchParams.get("code") ?? "";
      return await postForm("/oauth/token/", { ...form, code, ...more }, headers);
    };
    expect((await redeem({}, basic)).status).toBe(200);
    expect((await redeem(credentials, {})).status).toBe(200);
    expect(await redeem(credentials, basic)).toMatchObject({
      status: 400,
      body: { error: "invalid_request" },
    });
  });

  it("challenges a wrong client (RFC 6749 §5.2)", async () => {
    const { postForm, credentials } = startSandbox();
    const answer = await postForm("/oauth/token/", {
      ...credentials,
      client_secret: "x",
      grant_type: "refresh_token",
    });
    expect(answer).toMatchObject({ status: 401, body: { error: "invalid_client" } });
    expect(answer.headers.get("WWW-Authenticate")).toBe('Basic realm="oauth"');
  });

  it("checks the PKCE verifier and spends the code on a wrong one", async () => {
    const { approve, postForm, credentials } = startSandbox();
    const pkce = { code_challenge: await challengeOf(VERIFIER), code_challenge_method: "S256" };
    const redeem = (code: string, code_verifier: string) => {
      const form = {
        ...credentials,
        grant_type: "authorization_code",
        code,
        redirect_uri: REDIRECT_URI,
        code_verifier,
      };
      return postForm("/oauth/token/", form);
    };
    const code = async () => (await approve("ada", pkce)).searchParams.get("code") ?? "";
    expect((await redeem(await code(), VERIFIER)).status).toBe(200);
    const spent = await code();
    expect((await redeem(spent, "w".repeat(43))).body).toEqual({ error: "invalid_grant" });
    expect((await redeem(spent, VERIFIER)).body).toEqual({ error: "invalid_grant" });
  });

  it("refuses a code that was used, is ten minutes old or belongs to another address", async () => {
    const { approve, postForm, credentials, clock } = startSandbox();
    const code = async () => (await approve("ada")).searchParams.get("code") ?? "";
    const redeem = (code: string, redirect_uri = REDIRECT_URI) =>
      postForm("/oauth/token/", { ...credentials, grant_type: "authorization_code", code, redirect_uri });
    const used = await code();
    expect((await redeem(used)).status).toBe(200);
    expect((await redeem(used)).body).toEqual({ error: "invalid_grant" });
    expect((await redeem(await code(), "http://localhost/oauth/callback")).body).toEqual({
      error: "invalid_grant",
    });
    const old = await code();
    clock.nowMs += 600_000;
    expect((await redeem(old)).body).toEqual({ error: "invalid_grant" });
  });

  it.each([
    ["invalid_request", {}],
    ["unsupported_grant_type", { grant_type: "password" }],
    ["invalid_request", { grant_type: "authorization_code" }],
    ["invalid_request", { grant_type: "refresh_token" }],
    ["invalid_request", { grant_type: "refresh_token", refresh_token: "x", scope: "event:read" }],
    ["invalid_grant", { grant_type: "refresh_token", refresh_token: "x" }],
  ])("says %s to %j", async (error, form) => {
    const { postForm, credentials } = startSandbox();
    expect(await postForm("/oauth/token/", { ...credentials, ...form })).toMatchObject({
      status: 400,
      body: { error },
    });
  });
});

describe("the life of tokens", () => {
  it("ends both old tokens the moment one is refreshed", async () => {
    const { signIn, postForm, credentials, api } = startSandbox();
    const old = await signIn("ada");
    const refresh = (refresh_token: string) =>
      postForm("/oauth/token/", { ...credentials, grant_type: "refresh_token", refresh_token });
    const { body } = await refresh(old.refresh_token);
    const { access_token } = body as typeof old;
    expect((await api(access_token, "/auth/")).status).toBe(200);
    expect((await api(old.access_token, "/auth/")).status).toBe(401);
    expect((await refresh(old.refresh_token)).body).toEqual({ error: "invalid_grant" });
  });

  it("survives a restart", async () => {
    const { signIn, storage } = startSandbox();
    const { access_token } = await signIn("ada");
    expect((await startSandbox({ storage }).api(access_token, "/auth/")).status).toBe(200);
  });

  it("ends after 30 days, while a refresh still works", async () => {
    const { signIn, clock, api, postForm, credentials } = startSandbox();
    const { access_token, refresh_token } = await signIn("ada");
    clock.nowMs += 30 * DAY_MS;
    expect(await api(access_token, "/auth/")).toMatchObject({
      status: 401,
      body: { detail: "User token expired" },
    });
    const form = { ...credentials, grant_type: "refresh_token", refresh_token };
    expect((await postForm("/oauth/token/", form)).status).toBe(200);
  });

  it("ends with a revocation of either token, which always answers 200 (RFC 7009 §2.2)", async () => {
    for (const which of ["access_token", "refresh_token"] as const) {
      const { signIn, postForm, credentials, api } = startSandbox();
      const tokens = await signIn("ada");
      expect((await postForm("/oauth/revoke/", { ...credentials, token: "unknown" })).status).toBe(200);
      expect((await postForm("/oauth/revoke/", { ...credentials, token: tokens[which] })).status).toBe(200);
      expect((await api(tokens.access_token, "/auth/")).status).toBe(401);
    }
  });

  it("is cut short by the switch, or by taking the grant away", async () => {
    const { signIn, switchOn, api, postForm, credentials, tokenOf } = startSandbox();
    const personal = await tokenOf("ada", EVERY_SCOPE);
    const { access_token, refresh_token } = await signIn("ada");
    await switchOn("expire", { user: "grace" });
    expect((await api(access_token, "/auth/")).status).toBe(200);
    await switchOn("expire", { user: "ada" });
    expect((await api(access_token, "/auth/")).status).toBe(401);
    await switchOn("expire", { user: "ada", remove: true });
    const form = { ...credentials, grant_type: "refresh_token", refresh_token };
    expect((await postForm("/oauth/token/", form)).body).toEqual({ error: "invalid_grant" });
    expect((await api(personal, "/auth/")).status).toBe(200);
  });
});
