import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { registerClient } from "../../src/oauth/client.ts";
import {
  authorizePath,
  createBrowser,
  createHarness,
  formOf,
  locationOf,
  REDIRECT,
  register,
} from "./harness.ts";

describe("an authorization request", () => {
  async function ask(parameters: Record<string, string | undefined>, metadata = {}) {
    const harness = createHarness();
    const { client_id } = await register(harness, metadata);
    const { path } = await authorizePath(client_id, parameters);
    return harness.send(path);
  }

  it("gets a page and no redirect while client or redirect URI are in doubt (RFC 6749 §4.1.2.1)", async () => {
    for (
      const doubt of [{ client_id: "smc_x" }, { client_id: undefined }, {
        redirect_uri: "https://evil.example/",
      }, { redirect_uri: undefined }]
    ) {
      const response = await ask(doubt);
      expect(response.status, JSON.stringify(doubt)).toBe(400);
      expect(response.headers.has("location")).toBe(false);
    }
  });

  const faults: [parameters: Record<string, string | undefined>, error: string][] = [
    [{ code_challenge: undefined }, "invalid_request"],
    [{ code_challenge: "a" }, "invalid_request"],
    [{ code_challenge_method: "plain" }, "invalid_request"],
    [{ code_challenge_method: undefined }, "invalid_request"],
    [{ response_type: "token" }, "unsupported_response_type"],
    [{ response_type: "code id_token" }, "unsupported_response_type"],
    [{ response_type: "" }, "unsupported_response_type"],
    [{ response_mode: "fragment" }, "invalid_request"],
    [{ resource: "https://evil.example/mcp" }, "invalid_target"],
    [{ scope: 'inspect "x"' }, "invalid_scope"],
    [{ request: "x.y.z" }, "request_not_supported"],
    [{ request_uri: "https://evil.example/r" }, "request_uri_not_supported"],
  ];
  for (const [parameters, error] of faults) {
    it(`with ${JSON.stringify(parameters)} goes back to loopback as ${error}`, async () => {
      const location = locationOf(await ask(parameters));

      expect(location.origin + location.pathname).toBe(REDIRECT);
      expect(Object.fromEntries(location.searchParams)).toMatchObject({
        error,
        state: "client-state",
        iss: "https://mcp.example",
      });
    });
  }

  it("is answered with a description in the characters that OAuth allows (RFC 6749 §4.1.2.1)", async () => {
    const description = locationOf(await ask({ response_type: "token" })).searchParams.get(
      "error_description",
    );

    expect(description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  });

  it("never forwards to a host that nobody has approved (RFC 9700 §4.11.2)", async () => {
    const response = await ask(
      { response_type: "bogus", redirect_uri: "https://evil.example/cb" },
      { redirect_uris: ["https://evil.example/cb"] },
    );

    expect(response.status).toBe(400);
    expect(response.headers.has("location")).toBe(false);
    expect(await response.text()).toContain("Return to evil.example");
  });

  it("refuses a parameter that is sent twice (RFC 6749 §3.1)", async () => {
    const harness = createHarness();
    const { client_id } = await register(harness);
    const { path } = await authorizePath(client_id);

    expect((await harness.send(`${path}&redirect_uri=https://evil.example/`)).status).toBe(400);
    expect(locationOf(await harness.send(`${path}&scope=a&scope=b`)).searchParams.get("error")).toBe(
      "invalid_request",
    );
  });

  it("shows the page whatever prompt says, also the second time", async () => {
    const response = await ask({ prompt: "none" });

    expect(response.status).toBe(200);
    expect(await response.text()).toContain('name="decision" value="approve"');
  });

  it("goes back with an error, not a broken cookie, when its state is too long", async () => {
    expect(locationOf(await ask({ state: "x".repeat(8192) })).searchParams.get("error")).toBe(
      "invalid_request",
    );
  });

  it("gets a page for loopback on a port that there is not", async () => {
    for (const port of ["65536", "99999", "00000", "x"]) {
      const response = await ask({ redirect_uri: `http://127.0.0.1:${port}/cb` });
      expect([response.status, response.headers.has("location")], port).toEqual([
        port === "00000" ? 200 : 400,
        false,
      ]);
    }
  });

  it("is refused for a redirect URI that a pattern allowed once and no longer does", async () => {
    const harness = createHarness();
    const { client_id } = await registerClient(
      { redirect_uris: ["myapp://cb"], token_endpoint_auth_method: "none" },
      { signer: harness.signer, now: harness.now, patterns: ["myapp://*"] },
    );
    const { path } = await authorizePath(String(client_id), { redirect_uri: "myapp://cb" });

    expect((await harness.send(path)).status).toBe(400);
  });

  it("is never a server error, nor a way to a host that nobody approved, whatever a stranger sends", async () => {
    const harness = createHarness({ cimdHosts: ["assistant.example"] });
    const { client_id } = await register(harness);
    const { path } = await authorizePath(client_id);
    const odd = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.constantFrom(
        REDIRECT,
        client_id,
        "https://assistant.example/c",
        "http://127.0.0.1:1/cb",
        "\0",
        "\r\nx: y",
      ),
    );
    const names = new URL(path, "https://mcp.example").searchParams;
    const changed = fc.tuple(fc.constantFrom(...names.keys(), "resource", "scope", "prompt"), odd);

    await fc.assert(
      fc.asyncProperty(fc.array(changed, { minLength: 1, maxLength: 3 }), async (changes) => {
        const parameters = new URLSearchParams(names);
        for (const [name, value] of changes) parameters.set(name, value);
        const response = await harness.send(`/oauth/authorize?${parameters}`);
        expect(response.status).toBeLessThan(500);
        if (response.headers.has("location")) expect(locationOf(response).hostname).toBe("127.0.0.1");
      }),
    );
  });
});

describe("a sign-in with a document", () => {
  const id = "https://assistant.example/client.json";
  const DOCUMENT = { client_id: id, client_name: "Document client", redirect_uris: [REDIRECT] };
  const answering = (document: unknown) => async () => Response.json(document);

  it("is announced in the metadata while a host is allowed, and only then", () => {
    const supported = (cimdHosts: string[]) =>
      createHarness({ cimdHosts }).server.metadata.client_id_metadata_document_supported;

    expect([supported([]), supported(["assistant.example"])]).toEqual([false, true]);
  });

  it("goes from the consent page, which names the host, to tokens and their refresh", async () => {
    const harness = createHarness({ cimdHosts: ["assistant.example"], documents: answering(DOCUMENT) });
    const browser = createBrowser(harness);
    const { path, verifier } = await authorizePath(id);
    const page = await (await browser.get(path)).text();
    expect(page).toContain("verified: published by <strong>assistant.example</strong>");
    expect(page).not.toContain("unverified");

    const back = await harness.sentry.approve(locationOf(await browser.submit(formOf(page))).href);
    const code = locationOf(await browser.get(`/oauth/callback?${back}`)).searchParams.get("code") ?? "";
    const redeemed = await harness.post("/oauth/token", {
      grant_type: "authorization_code",
      client_id: id,
      code,
      code_verifier: verifier,
      redirect_uri: REDIRECT,
    });
    const { refresh_token } = await redeemed.json() as { refresh_token: string };
    const refresh = (client_id: string) =>
      harness.post("/oauth/token", { grant_type: "refresh_token", client_id, refresh_token });

    expect((await refresh("https://assistant.example/other.json")).status).toBe(400);
    expect((await refresh(id)).status).toBe(200);
  });

  it("says the same about every document that cannot be used, and redirects nowhere", async () => {
    const bad = ["https://evil.example/c", "https://assistant.example/", "https://127.0.0.1/c", id];
    const harness = createHarness({ cimdHosts: ["assistant.example"], documents: answering({}) });
    const pages = await Promise.all(
      bad.map(async (client) => harness.send((await authorizePath(client)).path)),
    );

    expect(pages.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    expect(pages.some(({ headers }) => headers.has("location"))).toBe(false);
    expect(new Set(await Promise.all(pages.map((page) => page.text()))).size).toBe(1);
  });

  it("shows neither the logo nor a link of the document", async () => {
    const document = {
      ...DOCUMENT,
      logo_uri: "https://track.example/l",
      client_uri: "https://track.example",
    };
    const harness = createHarness({ cimdHosts: ["assistant.example"], documents: answering(document) });

    expect(await (await harness.send((await authorizePath(id)).path)).text()).not.toContain("track.example");
  });

  it("warns of a loopback redirect although the host is verified", async () => {
    const harness = createHarness({ cimdHosts: ["assistant.example"], documents: answering(DOCUMENT) });

    expect(await (await harness.send((await authorizePath(id)).path)).text()).toContain("this computer");
  });
});
