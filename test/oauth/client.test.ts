import { describe, expect, it } from "vitest";
import { createSealer } from "../../src/lib/seal.ts";
import { createHarness, errorOf } from "./harness.ts";
import { authenticateClient, findClient, registerClient } from "../../src/oauth/client.ts";

const KEY = "k".repeat(32);
const signerOf = (...keys: string[]) => createSealer({ keys, issuer: "https://mcp.example", now: () => 0 });
const signer = signerOf(KEY);

const register = (metadata: unknown, signedBy = signer) =>
  registerClient(metadata, { signer: signedBy, now: () => 1_800_000_000_000, patterns: [] });
const config = { baseUrl: "https://mcp.example", loopback: false, cimdHosts: ["assistant.example"] };
const authenticate = (request: Parameters<typeof authenticateClient>[0], signedBy = signer) =>
  authenticateClient(request, { signer: signedBy, config });
const basic = (id: unknown, secret: unknown) => `Basic ${btoa(`${String(id)}:${String(secret)}`)}`;

const PUBLIC = {
  redirect_uris: ["http://127.0.0.1:3/cb"],
  token_endpoint_auth_method: "none",
  client_name: "A client",
};

describe("registerClient()", () => {
  it("gives a public client an id and no secret (RFC 7591 §3.2.1)", async () => {
    const answer = await register(PUBLIC);

    expect(answer).toEqual({
      client_id: expect.stringMatching(/^smc_[\w-]+$/),
      client_id_issued_at: 1_800_000_000,
      client_name: "A client",
      redirect_uris: ["http://127.0.0.1:3/cb"],
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
    });
  });

  it("gives a confidential client a secret, which is the default method (RFC 7591 §2)", async () => {
    const answer = await register({ redirect_uris: ["https://app.example/cb"] });

    expect(answer).toMatchObject({
      token_endpoint_auth_method: "client_secret_basic",
      client_secret: expect.stringMatching(/^smcs_/),
      client_secret_expires_at: 0,
    });
  });

  const refused: [name: string, metadata: unknown, code: string][] = [
    ["no JSON object", null, "invalid_client_metadata"],
    ["a list", [], "invalid_client_metadata"],
    ["a text", "x", "invalid_client_metadata"],
    ["no redirect URI", { redirect_uris: [] }, "invalid_redirect_uri"],
    ["a missing list of redirect URIs", {}, "invalid_redirect_uri"],
    [
      "fifty redirect URIs",
      { redirect_uris: Array.from({ length: 50 }, () => "https://app.example/cb") },
      "invalid_redirect_uri",
    ],
    ["a dangerous redirect URI", { redirect_uris: ["javascript:alert(1)"] }, "invalid_redirect_uri"],
    ["redirect URIs that make the id too long", {
      redirect_uris: [1, 2, 3].map((n) => `https://app.example/${n}${"x".repeat(400)}`),
    }, "invalid_client_metadata"],
    [
      "an unknown method",
      { ...PUBLIC, token_endpoint_auth_method: "tls_client_auth" },
      "invalid_client_metadata",
    ],
    ["another grant type alone", { ...PUBLIC, grant_types: ["password"] }, "invalid_client_metadata"],
    ["another response type alone", { ...PUBLIC, response_types: ["token"] }, "invalid_client_metadata"],
    ["a name that is no text", { ...PUBLIC, client_name: 1 }, "invalid_client_metadata"],
  ];
  refused.push(
    ["an unknown application type", { ...PUBLIC, application_type: "desktop" }, "invalid_client_metadata"],
    ["a web application on loopback", { ...PUBLIC, application_type: "web" }, "invalid_redirect_uri"],
    [
      "a web application with an editor's scheme",
      { ...PUBLIC, redirect_uris: ["https://app.example/cb", "cursor://x/cb"], application_type: "web" },
      "invalid_redirect_uri",
    ],
  );
  for (const [name, metadata, code] of refused) {
    it(`refuses ${name}`, async () => {
      await expect(register(metadata)).rejects.toMatchObject({ name: "OAuthError", code });
    });
  }

  it("takes native and web applications, and tells the type back (OpenID Connect Registration §2)", async () => {
    const types: [redirectUri: string, type: string][] = [
      ["http://localhost:1/cb", "native"],
      ["cursor://anysphere.cursor-mcp/oauth/callback", "native"],
      ["https://app.example/cb", "native"],
      ["https://app.example/cb", "web"],
    ];
    for (const [uri, application_type] of types) {
      expect(await register({ ...PUBLIC, redirect_uris: [uri], application_type })).toMatchObject({
        application_type,
      });
    }
  });

  it("says the same about the same fault, and what would be right", async () => {
    const faults: [metadata: Record<string, unknown>, message: string][] = [
      [{ redirect_uris: "x" }, 'Send "redirect_uris": a list of 1 to 8 URIs'],
      [{ redirect_uris: ["/cb"] }, "A redirect URI is not an absolute URI with a lower-case scheme"],
      [{ redirect_uris: ["https://a.example/#x"] }, "A redirect URI has a fragment"],
      [
        { redirect_uris: ["http://a.example/"] },
        "A redirect URI is http outside localhost, 127.0.0.1 and [::1]",
      ],
      [{ token_endpoint_auth_method: "tls" }, '"token_endpoint_auth_method" is not supported as sent'],
    ];
    for (const [change, message] of faults) {
      await expect(register({ ...PUBLIC, ...change })).rejects.toMatchObject({ message });
    }
  });

  it("drops what it neither shows nor fetches", async () => {
    const links = {
      logo_uri: "javascript:alert(1)",
      client_uri: "https://x.example",
      contacts: ["a@b.example"],
    };
    const answer = await register({ ...PUBLIC, ...links, tos_uri: "data:,x", policy_uri: "file:///x" });

    expect(JSON.stringify(answer)).not.toMatch(/javascript|x\.example|b\.example|data:|file:/);
  });

  it("trims a name to 64 characters without control or direction characters", async () => {
    const { client_name } = await register({ ...PUBLIC, client_name: `a\u202Eb\nc${"x".repeat(10_000)}` });

    expect(client_name).toBe(`a b c${"x".repeat(59)}`);
  });
});

describe("findClient()", () => {
  it("reads a client from its id", async () => {
    const { client_id } = await register(PUBLIC);

    expect(await findClient(String(client_id), signer)).toEqual({
      id: client_id,
      name: "A client",
      redirectUris: ["http://127.0.0.1:3/cb"],
      authMethod: "none",
    });
  });

  it("knows no id that it did not sign", async () => {
    const { client_id } = await register(PUBLIC);
    const changed = `${String(client_id).slice(0, -2)}AA`;

    for (const id of ["", "smc_", "https://client.example/id", changed, "smc_%%"]) {
      expect(await findClient(id, signer)).toBeUndefined();
    }
    expect(await findClient(String(client_id), signerOf("o".repeat(32)))).toBeUndefined();
  });

  it("knows its clients after the keys were rotated, and their secrets stay", async () => {
    const { client_id, client_secret } = await register({ redirect_uris: ["https://app.example/cb"] });
    const rotated = signerOf("o".repeat(32), KEY);

    expect((await authenticate({ authorization: basic(client_id, client_secret) }, rotated)).id).toBe(
      client_id,
    );
  });
});

describe("authenticateClient()", () => {
  it("takes a public client by its id alone", async () => {
    const clientId = String((await register(PUBLIC)).client_id);

    expect((await authenticate({ clientId })).id).toBe(clientId);
    await expect(authenticate({ clientId, clientSecret: "x" })).rejects.toMatchObject({
      code: "invalid_client",
    });
  });

  it("takes a confidential client by the method it registered only", async () => {
    const viaBasic = await register({ redirect_uris: ["https://app.example/cb"] });
    const viaPost = await register({
      redirect_uris: ["https://app.example/cb"],
      token_endpoint_auth_method: "client_secret_post",
    });
    const inBody = (client: Record<string, unknown>) => ({
      clientId: String(client.client_id),
      clientSecret: String(client.client_secret),
    });

    expect(
      (await authenticate({ authorization: basic(viaBasic.client_id, viaBasic.client_secret) }))
        .id,
    ).toBe(viaBasic.client_id);
    expect((await authenticate(inBody(viaPost))).id).toBe(viaPost.client_id);
    await expect(authenticate(inBody(viaBasic))).rejects.toMatchObject({
      code: "invalid_client",
    });
    await expect(
      authenticate({ authorization: basic(viaPost.client_id, viaPost.client_secret) }),
    ).rejects.toMatchObject({ code: "invalid_client" });
  });

  it("refuses a wrong, missing or other client's secret", async () => {
    const one = await register({ redirect_uris: ["https://app.example/cb"] });
    const two = await register({ redirect_uris: ["https://app.example/two"] });

    for (const secret of ["", "wrong", two.client_secret]) {
      await expect(authenticate({ authorization: basic(one.client_id, secret) })).rejects
        .toMatchObject({ code: "invalid_client" });
    }
    await expect(authenticate({ clientId: String(one.client_id) })).rejects.toMatchObject({
      code: "invalid_client",
    });
  });

  it("takes a client of a metadata document by its id, without asking its host", async () => {
    const clientId = "https://assistant.example/client.json";

    expect(await authenticate({ clientId })).toEqual({ id: clientId, authMethod: "none" });
    for (const id of ["https://other.example/client.json", "https://assistant.example/x/../client.json"]) {
      await expect(authenticate({ clientId: id })).rejects.toMatchObject({ code: "invalid_client" });
    }
    await expect(authenticate({ clientId, clientSecret: "x" })).rejects.toMatchObject({
      code: "invalid_client",
    });
  });

  it("refuses a malformed Basic header", async () => {
    for (
      const authorization of [
        "Basic %%%",
        "Basic",
        `Basic ${btoa("no colon")}`,
        `Basic ${btoa("\xff\xfe:\xff")}`,
        `Basic ${btoa("%E0%A4%A:x")}`,
        "Bearer x",
      ]
    ) {
      await expect(authenticate({ authorization })).rejects.toMatchObject({
        code: "invalid_client",
      });
    }
  });

  it("refuses header and body together (RFC 6749 §2.3)", async () => {
    const { client_id, client_secret } = await register({ redirect_uris: ["https://app.example/cb"] });
    const both = { authorization: basic(client_id, client_secret), clientSecret: String(client_secret) };

    await expect(authenticate(both)).rejects.toMatchObject({ code: "invalid_request" });
  });
});

describe("registration over HTTP", () => {
  it("answers 201 that nobody caches, and 400 for what is no JSON", async () => {
    const harness = createHarness();
    const created = await harness.postJson("/oauth/register", { redirect_uris: ["https://app.example/cb"] });

    expect([created.status, created.headers.get("cache-control")]).toEqual([201, "no-store"]);
    for (const body of ["{", "null", "[]", "[".repeat(10_000), "text"]) {
      expect(await errorOf(await harness.send("/oauth/register", { method: "POST", body }))).toBe(
        "400 invalid_client_metadata",
      );
    }
    expect((await harness.send("/oauth/register", { method: "POST", body: "x".repeat(20_000) })).status).toBe(
      413,
    );
    expect((await harness.send("/oauth/register")).status).toBe(405);
  });

  it("can be off: no endpoint, and none named (RFC 8414 §2)", async () => {
    const harness = createHarness({ clientRegistration: false });

    expect((await harness.postJson("/oauth/register", { redirect_uris: ["https://app.example/cb"] })).status)
      .toBe(404);
    expect(harness.server.metadata).not.toHaveProperty("registration_endpoint");
  });

  it("tells the browser how to authenticate after a wrong secret (RFC 6749 §5.2)", async () => {
    const harness = createHarness();
    const created = await harness.postJson("/oauth/register", { redirect_uris: ["https://app.example/cb"] });
    const { client_id } = await created.json() as { client_id: string };

    const response = await harness.post(
      "/oauth/token",
      { grant_type: "refresh_token", refresh_token: "x" },
      { authorization: basic(client_id, "wrong") },
    );

    expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, 'Basic realm="oauth"']);
  });
});
