import { describe, expect, it } from "vitest";
import { readAccessToken } from "../../src/oauth/access-token.ts";
import {
  authorizePath,
  createBrowser,
  createHarness,
  formOf,
  locationOf,
  redeem,
  register,
  signedIn,
  signIn,
  tokensOf,
} from "../oauth/harness.ts";

describe("a whole sign-in", () => {
  it("ends with tokens that carry what was agreed", async () => {
    const harness = createHarness();
    const { tokens } = await signedIn(harness);

    expect(tokens).toMatchObject({ token_type: "Bearer", expires_in: 1800, scope: "inspect seer" });
    const opened = await readAccessToken(tokens.access_token, harness.sealer, harness.now);
    expect(opened).toMatchObject({
      user: "7",
      skills: ["inspect", "seer"],
      readOnly: false,
      constraintVerified: true,
    });
    expect(harness.sentry.isValid(opened?.sentryToken ?? "")).toBe(true);
  });

  it("asks Sentry with PKCE, a state of its own and only the scopes of the chosen skills", async () => {
    const harness = createHarness({ scopes: ["org:read", "project:read", "event:write"] });
    const browser = createBrowser(harness);
    const { client_id } = await register(harness);
    const { path } = await authorizePath(client_id, { scope: "inspect triage" });

    const toSentry = locationOf(await browser.submit(formOf(await (await browser.get(path)).text())));

    expect(toSentry.href).toMatch(/^https:\/\/sentry\.example\/base\/oauth\/authorize\/\?/);
    expect(toSentry.searchParams.get("scope")).toBe("org:read project:read event:read event:write");
    expect(toSentry.searchParams.get("code_challenge")).toMatch(/^[\w-]{43}$/);
    expect(toSentry.searchParams.get("state")).toMatch(/^[\w-]{43}$/);
    expect(toSentry.searchParams.get("redirect_uri")).toBe("https://mcp.example/oauth/callback");
  });

  it("brings an odd state back byte by byte, with the issuer (RFC 9207)", async () => {
    const harness = createHarness();
    const state = "a b+c&d=e%00\u0000\r\nSet-Cookie: x=1 \u{1f600}";
    const { client_id } = await register(harness, { redirect_uris: ["https://app.example/cb?tenant=%7e1"] });
    const browser = createBrowser(harness);
    const { path } = await authorizePath(client_id, {
      state,
      redirect_uri: "https://app.example/cb?tenant=%7e1",
    });
    const toSentry = locationOf(await browser.submit(formOf(await (await browser.get(path)).text())));

    const response = await browser.get(`/oauth/callback?${await harness.sentry.approve(toSentry.href)}`);

    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toMatch(/^https:\/\/app\.example\/cb\?tenant=%7e1&code=/);
    const { searchParams } = locationOf(response);
    expect([...searchParams.keys()]).toEqual(["tenant", "code", "state", "iss"]);
    expect(searchParams.get("state")).toBe(state);
    expect(searchParams.get("iss")).toBe("https://mcp.example");
  });

  it("writes nothing to the store before Sentry has accepted the code", async () => {
    const writes: string[] = [];
    const harness = createHarness({
      store: () => ({
        consistency: "linearizable",
        get: async () => null,
        put: async (key) => {
          writes.push(key);
          return "1";
        },
        delete: async () => {},
      }),
    });
    const browser = createBrowser(harness);
    const { client_id } = await register(harness);
    const { path } = await authorizePath(client_id);
    const toSentry = locationOf(await browser.submit(formOf(await (await browser.get(path)).text())));
    expect(writes).toEqual([]);

    await browser.get(`/oauth/callback?${await harness.sentry.approve(toSentry.href)}`);

    expect(writes).toEqual([expect.stringMatching(/^u:[\w-]{22}$/), expect.stringMatching(/^g:[\w-]{22}$/)]);
  });

  it("logs no token, code or secret", async () => {
    const harness = createHarness();
    const { tokens, code } = await signedIn(harness);

    for (const secret of [tokens.access_token, tokens.refresh_token, code, "c0ffee"]) {
      expect(harness.lines.join("\n")).not.toContain(secret);
    }
  });

  it("works on loopback http, with cookies that Safari keeps", async () => {
    const harness = createHarness({ baseUrl: "http://localhost:3000" });
    const { client_id } = await register(harness);
    const browser = createBrowser(harness);

    const response = await browser.get((await authorizePath(client_id)).path);

    expect(response.headers.getSetCookie()[0]).toMatch(
      /^mcp_browser=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect((await tokensOf(await redeem(harness, await signIn(harness)))).scope).toBe("inspect seer");
  });
});
