import { describe, expect, it } from "vitest";
import { readAccessToken } from "../../src/oauth/access-token.ts";
import { countOf } from "./fake-sentry.ts";
import { createHarness, errorOf, type Harness, refresh, signedIn, tokensOf } from "./harness.ts";
import { createUnreliableStore } from "./unreliable-store.ts";

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

  it("is asked for again only when nobody else has a newer one, after an answer that got lost", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    harness.clock.nowMs += NEAR_ITS_END_MS;
    harness.sentry.nextAnswers.push(() => Promise.reject(new TypeError("fetch failed")));

    const next = await tokensOf(await refresh(harness, clientId, tokens.refresh_token));

    expect(countOf(harness.sentry, "refresh_token")).toBe(2);
    expect(harness.sentry.isValid(await sentryTokenIn(harness, next.access_token))).toBe(true);
  });

  it("that another request has stored meanwhile is taken instead of asking again", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    harness.clock.nowMs += NEAR_ITS_END_MS;
    // The first one's answer takes so long that its lease ends.
    harness.sentry.nextAnswers.push(async () => {
      harness.clock.nowMs += 31_000;
      await tokensOf(await refresh(harness, clientId, tokens.refresh_token));
      throw new TypeError("fetch failed");
    });

    const next = await tokensOf(await refresh(harness, clientId, tokens.refresh_token));

    expect(countOf(harness.sentry, "refresh_token")).toBe(2);
    expect(harness.sentry.isValid(await sentryTokenIn(harness, next.access_token))).toBe(true);
  });

  it("is revoked at Sentry when the grant has ended while it was fetched", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    harness.clock.nowMs += NEAR_ITS_END_MS;
    const revoke = { client_id: clientId, token: tokens.refresh_token };
    harness.sentry.nextAnswers.push(async () => {
      await harness.post("/oauth/revoke", revoke);
      return Response.json({ access_token: "a", refresh_token: "rotated", token_type: "bearer" });
    });

    expect(await errorOf(await refresh(harness, clientId, tokens.refresh_token))).toBe("400 invalid_grant");
    expect(harness.sentry.calls.at(-1)?.path).toBe("/base/oauth/revoke/");
    expect(harness.sentry.calls.at(-1)?.form.get("token")).toBe("rotated");
  });
});

describe("Sentry's new tokens, when the store does not take them,", () => {
  const PERSIST_ATTEMPTS = 3;

  async function unsavedGrant(failures: number) {
    const { harness, state } = unreliable();
    const { clientId, tokens } = await signedIn(harness);
    harness.clock.nowMs += 26 * DAY_MS;
    let left = failures;
    state.failsPut = (value) => !value.includes('"lease"') && left-- > 0;
    const next = await tokensOf(await refresh(harness, clientId, tokens.refresh_token));
    state.failsPut = () => false;
    return { harness, state, clientId, tokens, next };
  }

  function unreliable() {
    let unreliable: ReturnType<typeof createUnreliableStore> | undefined;
    const harness = createHarness({ store: (now) => (unreliable = createUnreliableStore(now)).store });
    if (!unreliable) throw new Error("The harness has made no store");
    return { harness, state: unreliable.state };
  }

  const unsavedIn = async (harness: Harness, accessToken: string) =>
    (await readAccessToken(accessToken, harness.sealer, () => 0))?.unsaved;

  it("are tried again, and then stored with the turn itself", async () => {
    for (const failures of [1, 2, PERSIST_ATTEMPTS]) {
      const { harness, next, clientId } = await unsavedGrant(failures);

      expect(harness.sentry.isValid(await sentryTokenIn(harness, next.access_token))).toBe(true);
      expect(await unsavedIn(harness, next.access_token)).toBeUndefined();
      const later = await tokensOf(await refresh(harness, clientId, next.refresh_token));
      expect(await sentryTokenIn(harness, later.access_token)).toBe(
        await sentryTokenIn(harness, next.access_token),
      );
    }
  });

  it("ride in the answered tokens, and are stored by the next refresh", async () => {
    const { harness, next, clientId } = await unsavedGrant(PERSIST_ATTEMPTS + 1);
    expect(await unsavedIn(harness, next.access_token)).toBeDefined();
    expect(next.access_token.length).toBeLessThanOrEqual(600);
    expect(next.refresh_token).toMatch(/^smrt_[\w-]+$/);
    expect(next.refresh_token.length).toBeLessThanOrEqual(512);
    expect(harness.sentry.isValid(await sentryTokenIn(harness, next.access_token))).toBe(true);

    const second = await tokensOf(await refresh(harness, clientId, next.refresh_token));
    const third = await tokensOf(await refresh(harness, clientId, second.refresh_token));

    expect(second.refresh_token.length).toBeLessThan(150);
    for (const { access_token } of [second, third]) {
      expect(await unsavedIn(harness, access_token)).toBeUndefined();
      expect(harness.sentry.isValid(await sentryTokenIn(harness, access_token))).toBe(true);
    }
    expect(countOf(harness.sentry, "refresh_token")).toBe(1);
  });

  it("are not lost when the turn was stored all the same, or asked for twice", async () => {
    const { harness, state } = unreliable();
    const { clientId, tokens } = await signedIn(harness);
    harness.clock.nowMs += 26 * DAY_MS;
    let puts = 0;
    state.failsPut = (value) => !value.includes('"lease"') && (++puts <= PERSIST_ATTEMPTS || "after");
    const next = await tokensOf(await refresh(harness, clientId, tokens.refresh_token));
    state.failsPut = () => false;
    harness.clock.nowMs += 1_700_000;

    const later = await tokensOf(await refresh(harness, clientId, next.refresh_token));
    const again = await tokensOf(await refresh(harness, clientId, next.refresh_token));

    expect(again.refresh_token).toBe(later.refresh_token);
    expect(harness.sentry.isValid(await sentryTokenIn(harness, again.access_token))).toBe(true);
    expect(countOf(harness.sentry, "refresh_token")).toBe(1);
  });

  it("still save the grant after another process was refused at Sentry with the old ones", async () => {
    const { harness, clientId, tokens, next } = await unsavedGrant(PERSIST_ATTEMPTS + 1);
    harness.clock.nowMs += 31_000;

    expect(await errorOf(await refresh(harness, clientId, tokens.refresh_token))).toBe("400 invalid_grant");
    const later = await tokensOf(await refresh(harness, clientId, next.refresh_token));

    expect(harness.sentry.isValid(await sentryTokenIn(harness, later.access_token))).toBe(true);
  });

  it("are revoked at Sentry with the grant", async () => {
    for (const which of ["access_token", "refresh_token"] as const) {
      const { harness, clientId, next } = await unsavedGrant(PERSIST_ATTEMPTS + 1);
      await harness.post("/oauth/revoke", { client_id: clientId, token: next[which] });

      expect(harness.sentry.isValid(await sentryTokenIn(harness, next.access_token))).toBe(false);
    }
  });

  it("ride under the grant's secret and the server's key: changed ones are no refresh token", async () => {
    const { harness, clientId, next } = await unsavedGrant(PERSIST_ATTEMPTS + 1);
    const text = next.refresh_token;

    for (
      const changed of [
        text.slice(0, -1),
        `${text}A`,
        text.slice(0, 150) + text.slice(151),
        text.slice(0, 102),
      ]
    ) {
      expect(await errorOf(await refresh(harness, clientId, changed))).toBe("400 invalid_grant");
    }
    expect((await refresh(harness, clientId, text)).status).toBe(200);
  });
});
