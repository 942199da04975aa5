import { describe, expect, it } from "vitest";
import { readAccessToken } from "../../src/oauth/access-token.ts";
import { countOf } from "./fake-sentry.ts";
import {
  authorizePath,
  createBrowser,
  createHarness,
  formOf,
  locationOf,
  REDIRECT,
  register,
  signedIn,
} from "./harness.ts";

describe("the callback", () => {
  async function approved(
    options: Parameters<typeof createHarness>[0] = {},
    parameters: Record<string, string> = {},
  ) {
    const harness = createHarness(options);
    const { client_id } = await register(harness);
    const browser = createBrowser(harness);
    const { path } = await authorizePath(client_id, parameters);
    const toSentry = locationOf(await browser.submit(formOf(await (await browser.get(path)).text())));
    const back = await harness.sentry.approve(toSentry.href);
    return { harness, browser, back };
  }

  it("belongs to the browser that agreed", async () => {
    const { harness, browser, back } = await approved();

    for (const other of [createBrowser(harness), browser]) {
      const state = other === browser ? `${back.get("state")?.slice(1)}A` : back.get("state") ?? "";
      const response = await other.get(`/oauth/callback?${new URLSearchParams({ code: "x", state })}`);
      expect(response.status).toBe(400);
      expect(response.headers.has("location")).toBe(false);
    }
    expect((await browser.get("/oauth/callback?code=x")).status).toBe(400);
    expect(harness.sentry.calls).toEqual([]);
  });

  it("works once, also for a browser that kept its cookies", async () => {
    const { harness, browser, back } = await approved();
    const jar = new Map(browser.jar);
    await browser.get(`/oauth/callback?${back}`);
    for (const [name, value] of jar) browser.jar.set(name, value);

    const again = await browser.get(`/oauth/callback?${back}`);

    expect(again.status).toBe(400);
    expect(countOf(harness.sentry, "authorization_code")).toBe(1);
  });

  it("tells the client when the user said no at Sentry, an error beside a code included", async () => {
    const { harness, browser, back } = await approved();
    back.set("error", "access_denied");
    back.set("error_description", "<svg onload=alert(1)>");

    const location = locationOf(await browser.get(`/oauth/callback?${back}`));

    expect(location.searchParams.get("error")).toBe("access_denied");
    expect(location.href).not.toContain("svg");
    expect(harness.sentry.calls).toEqual([]);
  });

  it("refuses an answer of another authorization server (RFC 9207 §2.4)", async () => {
    const { harness, browser, back } = await approved();
    back.set("iss", "https://evil.example");

    expect(locationOf(await browser.get(`/oauth/callback?${back}`)).searchParams.has("code")).toBe(false);
    expect(harness.sentry.calls).toEqual([]);
  });

  const faults: [name: string, answer: () => Response | Promise<Response>, error: string][] = [
    ["500", () => new Response("<h1>Oops</h1>", { status: 500 }), "temporarily_unavailable"],
    [
      "a page",
      () => new Response("<h1>Hi</h1>", { headers: { "content-type": "text/html" } }),
      "temporarily_unavailable",
    ],
    [
      "broken JSON",
      () => new Response("{", { headers: { "content-type": "application/json" } }),
      "temporarily_unavailable",
    ],
    [
      "another token type",
      () => Response.json({ access_token: "x", token_type: "mac" }),
      "temporarily_unavailable",
    ],
    ["no token", () => Response.json({ token_type: "bearer" }), "temporarily_unavailable"],
    [
      "2 MB",
      () => Response.json({ access_token: "x".repeat(2e6), token_type: "bearer" }),
      "temporarily_unavailable",
    ],
    [
      "a redirect",
      () => new Response(null, { status: 307, headers: { location: "https://evil.example/" } }),
      "temporarily_unavailable",
    ],
    ["invalid_grant", () => Response.json({ error: "invalid_grant" }, { status: 400 }), "server_error"],
    ["nothing", () => Promise.reject(new TypeError("fetch failed")), "temporarily_unavailable"],
  ];
  for (const [name, answer, error] of faults) {
    it(`tells the client ${error} when Sentry answers the code with ${name}`, async () => {
      const { harness, browser, back } = await approved();
      harness.sentry.nextAnswers.push(answer);

      const location = locationOf(await browser.get(`/oauth/callback?${back}`));

      expect(Object.fromEntries(location.searchParams)).toMatchObject({
        error,
        state: "client-state",
        iss: "https://mcp.example",
      });
      expect(harness.sentry.calls).toHaveLength(1);
    });
  }

  const inAcme = { resource: "https://mcp.example/mcp/acme" };

  it("seals the ids that Sentry has for the organization", async () => {
    const harness = createHarness({
      verification: (constraint) => ({
        outcome: "verified",
        constraint: { ...constraint, organizationId: "42" },
      }),
    });
    const { tokens } = await signedIn(harness, { parameters: inAcme });

    expect(await readAccessToken(tokens.access_token, harness.sealer, harness.now)).toMatchObject({
      constraint: { organizationSlug: "acme", organizationId: "42" },
      constraintVerified: true,
    });
  });

  it("names the organization that was not found, on a page that leads back to the client", async () => {
    const refused = {
      outcome: "refused",
      status: 404,
      message: 'Organization "acme" was not found',
    } as const;
    const { harness, browser, back } = await approved({ verification: () => refused }, inAcme);

    const response = await browser.get(`/oauth/callback?${back}`);
    const text = await response.text();

    expect(response.status).toBe(404);
    expect(text).toContain("Organization &quot;acme&quot; was not found");
    expect(text).toContain(`${REDIRECT}?error=access_denied`);
    expect(harness.sentry.calls.map(({ path }) => path)).toContain("/base/oauth/revoke/");
  });

  it("goes on unverified when Sentry does not say", async () => {
    const harness = createHarness({ verification: () => ({ outcome: "unknown" }) });
    const { tokens } = await signedIn(harness, { parameters: inAcme });

    expect(await readAccessToken(tokens.access_token, harness.sealer, harness.now)).toMatchObject({
      constraint: { organizationSlug: "acme" },
      constraintVerified: false,
    });
  });

  it("grants no skill that Sentry's scopes do not carry", async () => {
    const harness = createHarness();
    harness.sentry.scopes = "org:read project:read team:read event:read";
    const { tokens } = await signedIn(harness, { parameters: { scope: "inspect triage" } });

    expect(tokens.scope).toBe("inspect");
  });
});
