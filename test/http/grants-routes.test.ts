import { describe, expect, it } from "vitest";
import { createMemoryStore } from "../../src/store/memory.ts";
import { type Store, StoreUnavailable } from "../../src/store/store.ts";
import {
  authorizePath,
  createBrowser,
  formOf,
  type Harness,
  locationOf,
  register,
  signedIn,
} from "../oauth/harness.ts";
import { COOKIE, createGrantsHarness, createVisitor, isAlive, visited } from "./grants-visitor.ts";

describe("/grants before signing in", () => {
  it("shows one button, nobody's grants, and pages that nothing can be laid over", async () => {
    const harness = createGrantsHarness();
    await signedIn(harness);

    const response = await harness.send("/grants");
    const text = await response.text();

    expect(response.status).toBe(200);
    expect(text.match(/<button/g)).toHaveLength(1);
    expect(text).toContain("Sign in with Sentry");
    expect(text).not.toContain("Test client");
    expect(text).not.toContain("<script");
    expect(response.headers.get("content-security-policy")).toMatch(
      /default-src 'none'.*frame-ancestors 'none'/,
    );
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it("asks Sentry for one reading scope, with PKCE and the callback of every sign-in", async () => {
    const harness = createGrantsHarness();
    const { searchParams } = locationOf(await createVisitor(harness).post("/grants/sign-in"));

    expect(Object.fromEntries(searchParams)).toMatchObject({
      scope: "org:read",
      redirect_uri: "https://mcp.example/oauth/callback",
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it("stays below the operator's ceiling of scopes", async () => {
    const harness = createGrantsHarness({ scopes: ["project:read", "event:read"] });
    const { searchParams } = locationOf(await createVisitor(harness).post("/grants/sign-in"));

    expect(searchParams.get("scope")).toBe("project:read");
  });

  it("sends loopback's other names to the one that Sentry comes back to", async () => {
    const harness = createGrantsHarness({ baseUrl: "http://localhost:3000" });

    const response = await harness.send("http://127.0.0.1:3000/grants");

    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("http://localhost:3000/grants");
  });

  it("names what is allowed for another method", async () => {
    const harness = createGrantsHarness();
    const visitor = createVisitor(harness);

    expect((await visitor.post("/grants")).headers.get("allow")).toBe("GET, HEAD");
    expect((await visitor.get("/grants/revoke")).headers.get("allow")).toBe("POST");
  });
});

describe("signing in at /grants", () => {
  it("writes nothing to the store, revokes Sentry's token at once and keeps a cookie for 15 minutes", async () => {
    const writes: string[] = [];
    const harness = createGrantsHarness({
      store: (now) => {
        const store = createMemoryStore({ now });
        const put: Store["put"] = (key, value, options) => {
          writes.push(key);
          return store.put(key, value, options);
        };
        return { ...store, put };
      },
    });
    const visitor = createVisitor(harness);

    const response = await visitor.signIn();

    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("https://mcp.example/grants");
    expect(response.headers.getSetCookie().at(-1)).toMatch(
      /^__Host-mcp_grants=[\w-]+; Max-Age=900; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect([...visitor.jar.keys()]).toEqual([COOKIE]);
    expect(writes).toEqual([]);
    expect(harness.sentry.calls.map(({ path }) => path)).toEqual([
      "/base/oauth/token/",
      "/base/oauth/revoke/",
    ]);
    const revoked = harness.sentry.calls[1]?.form.get("token") ?? "";
    expect(revoked).toMatch(/^[0-9a-f]{64}$/);
    expect(await visitor.page()).toContain("No application is connected");
    expect(harness.lines.join("\n")).not.toContain(revoked);
  });

  it("has a cookie that Safari keeps on loopback http", async () => {
    const visitor = createVisitor(createGrantsHarness({ baseUrl: "http://localhost:3000" }));
    await visitor.signIn();

    expect([...visitor.jar.keys()]).toEqual(["mcp_grants"]);
  });

  it("belongs to the browser that pressed the button (login CSRF)", async () => {
    const harness = createGrantsHarness();
    const attacker = createVisitor(harness);
    const toSentry = locationOf(await attacker.post("/grants/sign-in"));
    const back = await harness.sentry.approve(toSentry.href);
    const victim = createVisitor(harness);

    const response = await victim.get(`/oauth/callback?${back}`);

    expect(response.status).toBe(400);
    expect(victim.jar.size).toBe(0);
    expect(harness.sentry.calls).toEqual([]);
  });

  it("cannot be begun from another site", async () => {
    const visitor = createVisitor(createGrantsHarness());
    const foreign: Record<string, string>[] = [
      { origin: "https://evil.example" },
      { "sec-fetch-site": "cross-site" },
    ];
    for (const headers of foreign) {
      expect((await visitor.post("/grants/sign-in", {}, headers)).status).toBe(403);
    }
    expect(visitor.jar.size).toBe(0);
  });

  it("says on a page what went wrong at Sentry, and keeps nothing", async () => {
    const faults: [change: (harness: Harness, back: URLSearchParams) => void, status: number][] = [
      [(_, back) => back.set("error", "access_denied"), 403],
      [({ sentry }) => sentry.nextAnswers.push(() => new Response("Oops", { status: 500 })), 502],
      [
        ({ sentry }) =>
          sentry.nextAnswers.push(() => Response.json({ error: "invalid_grant" }, { status: 400 })),
        502,
      ],
      [(_, back) => back.set("code", "another"), 502],
    ];
    for (const [change, status] of faults) {
      const harness = createGrantsHarness();
      const visitor = createVisitor(harness);
      const back = await harness.sentry.approve(locationOf(await visitor.post("/grants/sign-in")).href);
      change(harness, back);

      const response = await visitor.get(`/oauth/callback?${back}`);

      expect(response.status).toBe(status);
      expect(await response.text()).toContain('href="/grants"');
      expect(visitor.jar.size).toBe(0);
    }
  });

  it("does not open a client's sign-in, nor the other way round", async () => {
    const harness = createGrantsHarness();
    const visitor = createVisitor(harness);
    const back = await harness.sentry.approve(locationOf(await visitor.post("/grants/sign-in")).href);

    const response = await visitor.get(`/oauth/callback?${back}`);

    expect(locationOf(response).searchParams.has("code")).toBe(false);
    expect(await harness.server.grantsDesk.list({ user: "7", formToken: "", expiresAtMs: 0 })).toEqual([]);
  });
});

describe("/grants", () => {
  it("shows the user's clients: name, redirect host, skills, place, times", async () => {
    const harness = createGrantsHarness();
    await signedIn(harness, {
      parameters: { resource: "https://mcp.example/mcp/acme/web", scope: "inspect triage" },
      form: (form) => form.set("readonly", "1"),
    });
    const visitor = createVisitor(harness);
    await visitor.signIn();

    const text = (await visitor.page()).replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

    expect(text).toContain("Sentry user 7");
    expect(text).toContain("Test client Gets access at 127.0.0.1:8123 May use Inspect, Triage (read only)");
    expect(text).toContain(
      "Project web of organization acme Connected 2027-01-15 08:00 UTC Last refreshed 2027-01-15",
    );
    expect(text).toContain("revoked at Sentry the next time the application calls this server");
  });

  it("shows what a client calls itself as text", async () => {
    const harness = createGrantsHarness();
    const name = `"><img src=x onerror=alert(1)>'</bdi>`;
    const { client_id } = await register(harness, { client_name: name });
    const browser = createBrowser(harness);
    const { path } = await authorizePath(client_id);
    const toSentry = locationOf(await browser.submit(formOf(await (await browser.get(path)).text())));
    await browser.get(`/oauth/callback?${await harness.sentry.approve(toSentry.href)}`);
    const visitor = createVisitor(harness);
    await visitor.signIn();

    const text = await visitor.page();

    expect(text).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(text).not.toContain("<img");
    expect(text).toContain("has not finished its sign-in");
  });

  it("ends after 15 minutes", async () => {
    const { harness, visitor, form, first } = await visited();
    harness.clock.nowMs += 900_000;

    expect(await visitor.page()).toContain("Sign in with Sentry");
    expect((await visitor.post("/grants/revoke", { form, all: "1" })).status).toBe(403);
    expect(await isAlive(harness, first)).toBe(true);
  });

  it("does not open for a cookie that was changed or made of another token", async () => {
    const { harness, visitor, first } = await visited();
    const good = visitor.jar.get(COOKIE) ?? "";
    const changed = (good.startsWith("A") ? "B" : "A") + good.slice(1);
    for (
      const value of [
        changed,
        `${good}AAAA`,
        good.slice(0, -4),
        good.slice(0, 40),
        "",
        "%00",
        first.tokens.access_token.slice(5),
      ]
    ) {
      visitor.jar.set(COOKIE, value);
      expect(await visitor.page()).toContain("Sign in with Sentry");
    }
    expect(harness.lines.join("\n")).not.toContain(good);
  });

  it("forgets the user at sign-out, which wants the page's form", async () => {
    const { visitor, form } = await visited();

    expect((await visitor.post("/grants/sign-out")).status).toBe(403);
    expect(visitor.jar.has(COOKIE)).toBe(true);
    expect((await visitor.post("/grants/sign-out", { form })).status).toBe(303);
    expect(visitor.jar.has(COOKIE)).toBe(false);
  });

  it("is a page when the store does not answer", async () => {
    const state = { away: false };
    const { visitor, form } = await visited({
      store: (now) => {
        const store = createMemoryStore({ now });
        const get: Store["get"] = (key) =>
          state.away ? Promise.reject(new StoreUnavailable("Cannot reach it")) : store.get(key);
        return { ...store, get };
      },
    });
    state.away = true;

    for (
      const response of [
        await visitor.get("/grants"),
        await visitor.post("/grants/revoke", { form, all: "1" }),
      ]
    ) {
      expect(response.status).toBe(503);
      expect(response.headers.get("retry-after")).toBe("5");
      expect(response.headers.get("content-type")).toMatch(/^text\/html/);
    }
  });
});
