import { describe, expect, it } from "vitest";
import { readAccessToken } from "../../src/oauth/access-token.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { StoreUnavailable } from "../../src/store/store.ts";
import { countOf } from "./fake-sentry.ts";
import { createHarness, errorOf, type Harness, refresh, signedIn, tokensOf } from "./harness.ts";

const DAY_MS = 86_400_000;

const sentryTokenIn = async (harness: Harness, accessToken: string) =>
  (await readAccessToken(accessToken, harness.sealer, () => 0))?.sentryToken ?? "";

describe("Sentry's own token", () => {
  const NEAR_ITS_END_MS = 26 * DAY_MS;

  it("is refreshed once, early, however many ask at once, and what is answered works", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    harness.clock.nowMs += NEAR_ITS_END_MS;

    await Promise.all(
      Array.from({ length: 20 }, () => refresh(harness, clientId, tokens.refresh_token).then(tokensOf)),
    );
    const after = await tokensOf(await refresh(harness, clientId, tokens.refresh_token));

    expect(countOf(harness.sentry, "refresh_token")).toBe(1);
    expect(harness.sentry.isValid(await sentryTokenIn(harness, after.access_token))).toBe(true);
  });

  it("that has expired is waited for by those who did not get to refresh it", async () => {
    const harness = createHarness();
    harness.sentry.lifetimeSeconds = 3000;
    const { clientId, tokens } = await signedIn(harness);
    harness.clock.nowMs += 3_000_000;

    const answers = await Promise.all(
      Array.from({ length: 5 }, () => refresh(harness, clientId, tokens.refresh_token).then(tokensOf)),
    );

    expect(countOf(harness.sentry, "refresh_token")).toBe(1);
    for (const { access_token } of answers) {
      expect(harness.sentry.isValid(await sentryTokenIn(harness, access_token))).toBe(true);
    }
  });

  it("is left alone while it has long to live", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    await refresh(harness, clientId, tokens.refresh_token);

    expect(countOf(harness.sentry, "refresh_token")).toBe(0);
  });

  it("never ends before the access token that carries it", async () => {
    const harness = createHarness();
    harness.sentry.lifetimeSeconds = 600;

    expect((await signedIn(harness)).tokens.expires_in).toBe(540);
  });

  it("may fail to be refreshed while it lives", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    harness.clock.nowMs += NEAR_ITS_END_MS;
    harness.sentry.nextAnswers.push(...[1, 2].map(() => () => new Response("down", { status: 500 })));

    const next = await tokensOf(await refresh(harness, clientId, tokens.refresh_token));
    await tokensOf(await refresh(harness, clientId, next.refresh_token));

    expect(countOf(harness.sentry, "refresh_token")).toBe(3);
  });

  it("that cannot be refreshed now makes the client try again, with the same refresh token", async () => {
    const harness = createHarness();
    harness.sentry.lifetimeSeconds = 3000;
    const { clientId, tokens } = await signedIn(harness);
    harness.clock.nowMs += 3_000_000;
    harness.sentry.nextAnswers.push(...[1, 2].map(() => () => Promise.reject(new TypeError("fetch failed"))));

    const refused = await refresh(harness, clientId, tokens.refresh_token);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "2"]);
    harness.clock.nowMs += 1_000_000;
    expect((await refresh(harness, clientId, tokens.refresh_token)).status).toBe(200);
  });

  it("that Sentry has revoked ends the grant", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    harness.clock.nowMs += NEAR_ITS_END_MS;
    harness.sentry.nextAnswers.push(() => Response.json({ error: "invalid_grant" }, { status: 400 }));

    expect(await errorOf(await refresh(harness, clientId, tokens.refresh_token))).toBe("400 invalid_grant");
    expect(await errorOf(await refresh(harness, clientId, tokens.refresh_token))).toBe("400 invalid_grant");
  });

  it("survives a store that fails as it is written down", async () => {
    let failures = 0;
    const harness = createHarness({
      store: (now) => {
        const store = createMemoryStore({ now });
        const put: typeof store.put = async (key, value, options) => {
          if (failures > 0 && !value.includes('"lease"')) {
            failures -= 1;
            throw new StoreUnavailable("Down for a moment");
          }
          return store.put(key, value, options);
        };
        return { ...store, put };
      },
    });
    const { clientId, tokens } = await signedIn(harness);
    harness.clock.nowMs += NEAR_ITS_END_MS;
    failures = 2;

    const next = await tokensOf(await refresh(harness, clientId, tokens.refresh_token));

    expect(harness.sentry.isValid(await sentryTokenIn(harness, next.access_token))).toBe(true);
  });
});
