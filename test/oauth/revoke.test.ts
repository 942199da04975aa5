import { describe, expect, it } from "vitest";
import { readAccessToken } from "../../src/oauth/access-token.ts";
import { StoreUnavailable } from "../../src/store/store.ts";
import { createHarness, errorOf, type Harness, refresh, register, signedIn, tokensOf } from "./harness.ts";

const sentryTokenIn = async (harness: Harness, accessToken: string) =>
  (await readAccessToken(accessToken, harness.sealer, () => 0))?.sentryToken ?? "";

describe("revocation (RFC 7009)", () => {
  it("ends the grant here and at Sentry, by either token", async () => {
    for (const which of ["access_token", "refresh_token"] as const) {
      const harness = createHarness();
      const { clientId, tokens } = await signedIn(harness);

      const response = await harness.post("/oauth/revoke", { client_id: clientId, token: tokens[which] });

      expect(response.status).toBe(200);
      expect(await errorOf(await refresh(harness, clientId, tokens.refresh_token))).toBe("400 invalid_grant");
      expect(harness.sentry.isValid(await sentryTokenIn(harness, tokens.access_token))).toBe(false);
    }
  });

  it("answers 200 for what is unknown or another client's, and leaves that alone", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    const other = await register(harness, { client_name: "Other" });

    for (const token of [tokens.access_token, tokens.refresh_token, "x", "x".repeat(20_000)]) {
      expect((await harness.post("/oauth/revoke", { client_id: other.client_id, token })).status).toBe(200);
    }
    expect((await refresh(harness, clientId, tokens.refresh_token)).status).toBe(200);
  });

  it("takes a token that is used up or expired: it still tells its grant", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    const next = await tokensOf(await refresh(harness, clientId, tokens.refresh_token));
    harness.clock.nowMs += 3_600_000;
    await harness.post("/oauth/revoke", { client_id: clientId, token: tokens.access_token });

    expect(await errorOf(await refresh(harness, clientId, next.refresh_token))).toBe("400 invalid_grant");
    expect(harness.sentry.isValid(await sentryTokenIn(harness, next.access_token))).toBe(false);
  });

  it("of a confidential client wants its secret (RFC 7009 §2.1)", async () => {
    const harness = createHarness();
    const { client_id } = await register(harness, { token_endpoint_auth_method: "client_secret_post" });

    expect(await errorOf(await harness.post("/oauth/revoke", { client_id, token: "x" }))).toBe(
      "401 invalid_client",
    );
  });

  it("that Sentry does not confirm is tried again when the client comes back", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    const { fetch } = harness.sentry;
    let away = true;
    Object.assign(harness.sentry, {
      fetch: (...args: Parameters<typeof fetch>) =>
        away ? Promise.reject(new TypeError("down")) : fetch(...args),
    });
    await harness.post("/oauth/revoke", { client_id: clientId, token: tokens.refresh_token });
    expect(harness.sentry.isValid(await sentryTokenIn(harness, tokens.access_token))).toBe(true);
    away = false;

    expect(await errorOf(await refresh(harness, clientId, tokens.refresh_token))).toBe("400 invalid_grant");
    expect(harness.sentry.isValid(await sentryTokenIn(harness, tokens.access_token))).toBe(false);
  });

  it("is 503 while the store is away, so that the client knows to come back (RFC 7009 §2.2.1)", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    const away = () => Promise.reject(new StoreUnavailable("No answer"));
    Object.assign(harness.store, { get: away });

    const response = await harness.post("/oauth/revoke", {
      client_id: clientId,
      token: tokens.refresh_token,
    });
    expect(response.status).toBe(503);
    expect(response.headers.has("retry-after")).toBe(true);
  });

  it("wants a token, a client and POST", async () => {
    const harness = createHarness();
    const { client_id } = await register(harness);

    expect(await errorOf(await harness.post("/oauth/revoke", { client_id }))).toBe("400 invalid_request");
    expect(await errorOf(await harness.post("/oauth/revoke", { token: "x" }))).toBe("401 invalid_client");
    expect((await harness.send("/oauth/revoke")).status).toBe(405);
  });
});
