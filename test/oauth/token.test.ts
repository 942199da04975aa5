import { describe, expect, it } from "vitest";
import { readAccessToken } from "../../src/oauth/access-token.ts";
import {
  createHarness,
  errorOf,
  type Harness,
  redeem,
  refresh,
  register,
  signedIn,
  signIn,
  tokensOf,
} from "./harness.ts";

const sentryTokenIn = async (harness: Harness, accessToken: string) =>
  (await readAccessToken(accessToken, harness.sealer, () => 0))?.sentryToken ?? "";

describe("an authorization code", () => {
  it("answers tokens that nobody may cache, once (RFC 6749 §4.1.2, §5.1)", async () => {
    const harness = createHarness();
    const started = await signIn(harness);

    const response = await redeem(harness, started);

    expect(response.headers.get("cache-control")).toBe("no-store");
    expect((await tokensOf(response)).refresh_token).toMatch(/^smrt_[\w-]+$/);
    expect(await errorOf(await redeem(harness, started))).toBe("400 invalid_grant");
  });

  it("ends what was issued for it when it comes a second time (RFC 6749 §4.1.2)", async () => {
    const harness = createHarness();
    const { tokens, ...started } = await signedIn(harness);
    await redeem(harness, started);

    expect(await errorOf(await refresh(harness, started.clientId, tokens.refresh_token))).toBe(
      "400 invalid_grant",
    );
    expect(harness.sentry.isValid(await sentryTokenIn(harness, tokens.access_token))).toBe(false);
  });

  it("is worth one answer, however many ask at once", async () => {
    const harness = createHarness();
    const started = await signIn(harness);

    const answers = await Promise.all(Array.from({ length: 8 }, () => redeem(harness, started)));

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it("is not burned by who cannot use it", async () => {
    const harness = createHarness();
    const started = await signIn(harness);
    const other = await register(harness, { client_name: "Other" });
    const wrong: [changes: Record<string, string>, error: string][] = [
      [{ code_verifier: "x".repeat(43) }, "400 invalid_grant"],
      [{ code_verifier: "x".repeat(42) }, "400 invalid_request"],
      [{ code_verifier: "" }, "400 invalid_request"],
      [{ client_id: other.client_id }, "400 invalid_grant"],
      [{ redirect_uri: "http://127.0.0.1:8124/cb" }, "400 invalid_grant"],
      [{ redirect_uri: "" }, "400 invalid_grant"],
      [{ resource: "https://evil.example/mcp" }, "400 invalid_target"],
      [
        { code: `${started.code.slice(0, -1)}${started.code.endsWith("A") ? "B" : "A"}` },
        "400 invalid_grant",
      ],
      [{ code: started.code.slice(0, -4) }, "400 invalid_grant"],
      [{ code: "smco_" }, "400 invalid_grant"],
      [{ code: "" }, "400 invalid_request"],
    ];

    for (const [changes, error] of wrong) {
      expect(await errorOf(await redeem(harness, started, changes)), JSON.stringify(changes)).toBe(error);
    }

    expect((await redeem(harness, started)).status).toBe(200);
  });

  it("expires", async () => {
    const harness = createHarness();
    const started = await signIn(harness);
    harness.clock.nowMs += 300_000;

    expect(await errorOf(await redeem(harness, started))).toBe("400 invalid_grant");
  });

  it("of another deployment with the same key is unknown", async () => {
    const other = createHarness({ baseUrl: "https://other.example" });
    const harness = createHarness();
    const { client_id: clientId } = await register(harness);

    expect(await errorOf(await redeem(harness, { ...(await signIn(other)), clientId }))).toBe(
      "400 invalid_grant",
    );
  });
});

describe("a token request", () => {
  const cases: [name: string, form: string, error: string][] = [
    ["without a grant type", "", "400 invalid_request"],
    ["for a password", "grant_type=password", "400 unsupported_grant_type"],
    ["with a duplicate", "grant_type=refresh_token&grant_type=refresh_token", "400 invalid_request"],
  ];
  for (const [name, form, error] of cases) {
    it(`${name} is answered ${error}`, async () => {
      const harness = createHarness();
      const { client_id } = await register(harness);

      expect(await errorOf(await harness.post("/oauth/token", `client_id=${client_id}&${form}`))).toBe(error);
    });
  }

  it("of an unknown client is 401, with a challenge when it used Basic (RFC 6749 §5.2)", async () => {
    const { post } = createHarness();
    const plain = await post("/oauth/token", { client_id: "smc_x", grant_type: "refresh_token" });
    const basic = await post("/oauth/token", { grant_type: "refresh_token" }, {
      authorization: `Basic ${btoa("a:b")}`,
    });

    expect([plain.status, plain.headers.get("www-authenticate")]).toEqual([401, null]);
    expect([basic.status, basic.headers.get("www-authenticate")]).toEqual([401, 'Basic realm="oauth"']);
  });

  it("by GET, as JSON, or with credentials in the query gets nothing", async () => {
    const harness = createHarness();
    const { client_id } = await register(harness);

    const get = await harness.send(`/oauth/token?grant_type=refresh_token&client_id=${client_id}`);
    expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
    expect(await errorOf(await harness.postJson("/oauth/token", { grant_type: "refresh_token", client_id })))
      .toBe("400 invalid_request");
    expect(
      await errorOf(
        await harness.post(`/oauth/token?client_id=${client_id}`, { grant_type: "refresh_token" }),
      ),
    ).toBe("401 invalid_client");
  });

  it("over 64 kB is 413, chunked too", async () => {
    const harness = createHarness();
    const body = () => new Blob([`a=${"x".repeat(100_000)}`]).stream();
    const headers = { "content-type": "application/x-www-form-urlencoded" };

    expect((await harness.post("/oauth/token", { a: "x".repeat(100_000) })).status).toBe(413);
    // Node asks for `duplex` with a stream; the type does not know it yet.
    const chunked = { method: "POST", body: body(), headers, duplex: "half" } as RequestInit;
    expect((await harness.send("/oauth/token", chunked)).status).toBe(413);
  });

  it("from a page of any origin works, without credentials", async () => {
    const harness = createHarness();
    const preflight = await harness.send("/oauth/token", {
      method: "OPTIONS",
      headers: { origin: "https://page.example", "access-control-request-method": "POST" },
    });

    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.has("access-control-allow-credentials")).toBe(false);
  });
});
