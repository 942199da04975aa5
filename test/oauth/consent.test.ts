import { describe, expect, it } from "vitest";
import { SKILLS } from "../../src/lib/skills.ts";
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
} from "./harness.ts";

describe("the consent page", () => {
  async function page(parameters: Record<string, string> = {}, metadata: Record<string, unknown> = {}) {
    const harness = createHarness();
    const { client_id } = await register(harness, metadata);
    return harness.send((await authorizePath(client_id, parameters)).path);
  }

  it("says who asks, where the access goes and what it is limited to", async () => {
    const text = await (await page({ resource: "https://mcp.example/mcp/acme/checkout" })).text();

    for (
      const part of [
        "Test client",
        "unverified",
        "127.0.0.1:8123",
        "this computer",
        "sentry.example",
        "acme",
        "checkout",
      ]
    ) {
      expect(text).toContain(part);
    }
  });

  it("ticks inspect and seer when no scope is asked, else what is asked", async () => {
    const ticked = async (parameters: Record<string, string>) =>
      formOf(await (await page(parameters)).text()).getAll("skill");

    expect(await ticked({})).toEqual(["inspect", "seer"]);
    expect(await ticked({ scope: "triage offline_access" })).toEqual(["triage"]);
    expect(await ticked({ scope: "openid" })).toEqual(["inspect", "seer"]);
  });

  it("ticks what a step-up asks for, and marks what is more than usual", async () => {
    const stepUp = await (await page({ scope: "inspect seer triage" })).text();

    expect(formOf(stepUp).getAll("skill")).toEqual(["inspect", "seer", "triage"]);
    expect(stepUp.match(/\w+(?=\s*<em>\(the application asks for this\))/g)).toEqual(["Triage"]);
    expect(await (await page()).text()).not.toContain("asks for this");
  });

  it("says of each skill what it reads and what it changes, and offers to change nothing", async () => {
    const text = await (await page()).text();

    for (const { label, reads, writes } of SKILLS) {
      expect(text).toContain(label);
      expect(text).toContain(`Reads ${reads}`);
      if (writes) expect(text).toContain(`<strong>Changes</strong> ${writes}`);
    }
    expect(text).toContain('name="readonly"');
  });

  it("warns of a program on this computer for loopback alone", async () => {
    const remote = { redirect_uris: ["https://app.example/cb"] };
    const text = await (await page({ redirect_uri: "https://app.example/cb" }, remote)).text();

    expect(text).toContain("<strong>app.example</strong>");
    expect(text).not.toContain("this computer");
  });

  it("shows no characters that turn or hide text", async () => {
    const hidden =
      "\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069\u200B\u200E\u200F\u2028\uFEFF\u0000\u001B\u0085";
    const text = await (await page({}, { client_name: `Tr${hidden}usted` })).text();

    expect(text).toContain("Tr usted");
    for (const character of hidden) expect(text).not.toContain(character);
  });

  it("has a name for a client without one", async () => {
    expect(await (await page({}, { client_name: " \u202E " })).text()).toContain(
      "An application without a name",
    );
  });

  it("cannot be framed, cached, or made to load anything", async () => {
    const { headers } = await page();

    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.has("access-control-allow-origin")).toBe(false);
  });

  it("escapes what the client chose", async () => {
    const text = await (await page({}, { client_name: `<img src=x onerror=alert(1)>"'` })).text();

    expect(text).not.toContain("<img");
    expect(text).toContain("&lt;img");
  });

  it("sets a cookie that no neighbour can plant", async () => {
    const [cookie] = (await page()).headers.getSetCookie();

    expect(cookie).toMatch(
      /^__Host-mcp_browser=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });
});

describe("the answer to the consent page", () => {
  async function opened() {
    const harness = createHarness();
    const { client_id } = await register(harness);
    const browser = createBrowser(harness);
    const { path } = await authorizePath(client_id);
    const page = await (await browser.get(path)).text();
    return { harness, browser, path, form: formOf(page), page };
  }

  it("is refused from another browser, or without its cookie", async () => {
    const { harness, form } = await opened();
    const stranger = createBrowser(harness);
    await stranger.get("/oauth/authorize");

    for (const response of [await stranger.submit(form), await harness.post("/oauth/authorize", form)]) {
      expect(response.status).toBe(400);
      expect(response.headers.has("location")).toBe(false);
    }
  });

  it("is refused from another site", async () => {
    const { browser, form } = await opened();

    const foreign: [name: string, value: string][] = [
      ["origin", "https://evil.example"],
      ["origin", "null"],
      ["origin", "http://mcp.example"],
      ["sec-fetch-site", "cross-site"],
      ["sec-fetch-site", "same-site"],
    ];
    for (const [name, value] of foreign) {
      expect((await browser.submit(form, { [name]: value })).status, `${name}: ${value}`).toBe(403);
    }
    expect((await browser.submit(form, { origin: "https://mcp.example" })).status).toBe(303);
  });

  it("is refused when the form was changed by one byte, or is too old", async () => {
    const { harness, browser, form } = await opened();
    const changed = new URLSearchParams(form);
    changed.set("form", (form.get("form") ?? "").replace(/.$/, (last) => (last === "A" ? "B" : "A")));
    expect((await browser.submit(changed)).status).toBe(400);

    harness.clock.nowMs += 600_000;

    expect((await browser.submit(form)).status).toBe(400);
  });

  it("has no effect by GET or PUT", async () => {
    const { harness, browser, form } = await opened();

    expect((await browser.get(`/oauth/authorize?${form}`)).status).toBe(400);
    expect((await harness.send("/oauth/authorize", { method: "PUT", body: form })).status).toBe(405);
  });

  it("goes back with access_denied when it is no, and Sentry hears nothing", async () => {
    const { harness, browser, page } = await opened();

    const location = locationOf(await browser.submit(formOf(page, "deny")));

    expect(location.href).toMatch(/^http:\/\/127\.0\.0\.1:8123\/cb\?/);
    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      error: "access_denied",
      state: "client-state",
      iss: "https://mcp.example",
    });
    expect(harness.sentry.calls).toEqual([]);
  });

  it("counts a skill that was ticked off or made up as not given", async () => {
    const harness = createHarness();
    const started = await signIn(harness, {
      form: (form) => {
        form.delete("skill");
        form.append("skill", "seer");
        form.append("skill", "everything");
      },
    });

    expect((await tokensOf(await redeem(harness, started))).scope).toBe("seer");
  });

  it("asks to tick something when nothing is ticked", async () => {
    const { browser, form } = await opened();
    form.delete("skill");

    expect((await browser.submit(form)).status).toBe(400);
  });

  it("asks Sentry for nothing that writes when read-only", async () => {
    const harness = createHarness();
    const { tokens } = await signedIn(harness, {
      parameters: { scope: "triage" },
      form: (form) => form.set("readonly", "1"),
    });

    expect(await readAccessToken(tokens.access_token, harness.sealer, harness.now)).toMatchObject({
      readOnly: true,
      skills: ["triage"],
    });
  });

  it("given twice leads to one code", async () => {
    const { harness, browser, form } = await opened();
    const [first, second] = [locationOf(await browser.submit(form)), locationOf(await browser.submit(form))];

    const codes = [];
    for (const location of [second, first]) {
      const back = await harness.sentry.approve(location.href);
      codes.push(locationOf(await browser.get(`/oauth/callback?${back}`)).searchParams.get("code"));
    }

    expect(codes.filter((code) => code !== null)).toHaveLength(1);
  });

  it("may be given in two tabs", async () => {
    const { harness, browser, path, form } = await opened();
    const other = formOf(await (await browser.get(path)).text());

    for (const each of [form, other]) {
      const back = await harness.sentry.approve(locationOf(await browser.submit(each)).href);
      expect(locationOf(await browser.get(`/oauth/callback?${back}`)).searchParams.get("code")).toMatch(
        /^smco_/,
      );
    }
  });

  for (const state of ["short", "x".repeat(700), "x".repeat(1500)]) {
    it(`keeps the jar under 8 kB after twenty starts that were given up, state of ${state.length}`, async () => {
      const harness = createHarness();
      const { client_id } = await register(harness);
      const browser = createBrowser(harness);
      const start = async () => {
        const { path } = await authorizePath(client_id, { state });
        return locationOf(await browser.submit(formOf(await (await browser.get(path)).text())));
      };
      for (let count = 0; count < 20; count++) await start();
      const jar = [...browser.jar].map(([name, value]) => `${name}=${value}; `);
      expect(jar.join("").length).toBeLessThan(8000);
      expect(Math.max(...jar.map((cookie) => cookie.length))).toBeLessThan(4096);

      const back = await harness.sentry.approve((await start()).href);

      expect(locationOf(await browser.get(`/oauth/callback?${back}`)).searchParams.get("code")).toMatch(
        /^smco_/,
      );
    });
  }
});
