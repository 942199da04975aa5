import { expect } from "vitest";
import { readForm } from "../../support/browser.ts";
import type { Cases } from "./cases.ts";

const MAX_JAR_LENGTH = 8192;
const MAX_COOKIE_LENGTH = 4096;
const MAX_TRANSACTION_SECONDS = 15 * 60;

/** D, continued: what a browser keeps while a sign-in is under way. */
export function cookieCases({ everywhere, whole }: Cases): void {
  everywhere("sets short-lived cookies for this host alone, out of reach of scripts", async (d) => {
    await d.upstream();

    expect(d.j1.cookies.size).toBeGreaterThanOrEqual(2);
    for (const { name, value, attributes } of d.j1.cookies.values()) {
      expect([attributes.has("httponly"), attributes.get("path"), attributes.has("domain")], name)
        .toEqual([true, "/", false]);
      expect(attributes.get("samesite"), name).toMatch(/^(lax|strict)$/i);
      expect(Number(attributes.get("max-age")), name).toBeGreaterThan(0);
      expect(Number(attributes.get("max-age")), name).toBeLessThanOrEqual(MAX_TRANSACTION_SECONDS);
      expect(name.length + value.length, name).toBeLessThan(MAX_COOKIE_LENGTH);
    }
  });

  whole("sets Secure cookies with the __Host- prefix behind https (RFC 6265bis §4.1.3.2)", async (d) => {
    const server = await d.target.another({ BASE_URL: "https://mcp.example" });
    const secure = d.at({ baseUrl: server.address });
    const headers = { host: "mcp.example" };
    const registered = await secure.sendRaw("/oauth/register", {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ redirect_uris: ["http://127.0.0.1/cb"], token_endpoint_auth_method: "none" }),
    });
    const client = { clientId: String(registered.json().client_id), redirectUri: "http://127.0.0.1/cb" };
    const { url, jar } = await secure.begin({ client, parameters: { resource: "https://mcp.example/mcp" } });
    const page = await secure.sendRaw(url.slice(server.address.length), { headers });
    jar.keep(page.headers.getSetCookie());
    const approved = await secure.sendRaw("/oauth/authorize", {
      method: "POST",
      headers: {
        ...headers,
        origin: "https://mcp.example",
        cookie: jar.header() ?? "",
        "content-type": "application/x-www-form-urlencoded",
      },
      body: readForm(page, /approve/i).fields,
    });
    jar.keep(approved.headers.getSetCookie());

    expect(approved.location, approved.text).toContain(d.sentry.baseUrl);
    expect(jar.cookies.size).toBeGreaterThanOrEqual(2);
    for (const { name, attributes } of jar.cookies.values()) {
      expect(name).toMatch(/^__Host-/);
      expect([attributes.has("secure"), attributes.get("path"), attributes.has("domain")]).toEqual([
        true,
        "/",
        false,
      ]);
    }
  });

  everywhere("keeps the jar small when sign-ins are left unfinished, and the next one works", async (d) => {
    const client = await d.register();
    for (let started = 0; started < 20; started += 1) await d.upstream({ client });

    expect((d.j1.header() ?? "").length).toBeLessThan(MAX_JAR_LENGTH);
    expect((await d.signIn({ client })).accessToken).not.toBe("");
  });
}
