import { describe, expect, it } from "vitest";
import { createSealer } from "../../src/lib/seal.ts";
import { createHarness, errorOf } from "./harness.ts";
import { authenticateClient, findClient, registerClient } from "../../src/oauth/client.ts";

const KEY = "k".repeat(32);
const signerOf = (...keys: string[]) => createSealer({ keys, issuer: "https://mcp.example", now: () => 0 });
const signer = signerOf(KEY);

const register = (metadata: unknown, signedBy = signer) =>
  registerClient(metadata, { signer: signedBy, now: () => 1_800_000_000_000, patterns: [] });
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
  for (const [name, metadata, code] of refused) {
    it(`refuses ${name}`, async () => {
      await expect(register(metadata)).rejects.toMatchObject({ name: "OAuthError", code });
    });
  }

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

    expect((await authenticateClient({ authorization: basic(client_id, client_secret) }, rotated)).id).toBe(
      client_id,
    );
  });
});

describe("authenticateClient()", () => {
  it("takes a public client by its id alone", async () => {
    const clientId = String((await register(PUBLIC)).client_id);

    expect((await authenticateClient({ clientId }, signer)).id).toBe(clientId);
    await expect(authenticateClient({ clientId, clientSecret: "x" }, signer)).rejects.toMatchObject({
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
      (await authenticateClient({ authorization: basic(viaBasic.client_id, viaBasic.client_secret) }, signer))
        .id,
    ).toBe(viaBasic.client_id);
    expect((await authenticateClient(inBody(viaPost), signer)).id).toBe(viaPost.client_id);
    await expect(authenticateClient(inBody(viaBasic), signer)).rejects.toMatchObject({
      code: "invalid_client",
    });
    await expect(
      authenticateClient({ authorization: basic(viaPost.client_id, viaPost.client_secret) }, signer),
    ).rejects.toMatchObject({ code: "invalid_client" });
  });

  it("refuses a wrong, missing or other client's secret", async () => {
    const one = await register({ redirect_uris: ["https://app.example/cb"] });
    const two = await register({ redirect_uris: ["https://app.example/two"] });

    for (const secret of ["", "wrong", two.client_secret]) {
      await expect(authenticateClient({ authorization: basic(one.client_id, secret) }, signer)).rejects
        .toMatchObject({ code: "invalid_client" });
    }
    await expect(authenticateClient({ clientId: String(one.client_id) }, signer)).rejects.toMatchObject({
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
      await expect(authenticateClient({ authorization }, signer)).rejects.toMatchObject({
        code: "invalid_client",
      });
    }
  });

  it("refuses header and body together (RFC 6749 §2.3)", async () => {
    const { client_id, client_secret } = await register({ redirect_uris: ["https://app.example/cb"] });
    const both = { authorization: basic(client_id, client_secret), clientSecret: String(client_secret) };

    await expect(authenticateClient(both, signer)).rejects.toMatchObject({ code: "invalid_request" });
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
});
