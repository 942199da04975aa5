import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createGrantWatch } from "../../src/http/grant-watch.ts";
import { readAccessToken } from "../../src/oauth/access-token.ts";
import { StoreUnavailable } from "../../src/store/store.ts";
import { countOf } from "../oauth/fake-sentry.ts";
import { createHarness, errorOf, type Harness, refresh, signedIn, tokensOf } from "../oauth/harness.ts";
import { createUnreliableStore } from "../oauth/unreliable-store.ts";

/** From here on Sentry's token is refreshed: a fifth of its 30 days is left. */
const NEAR_ITS_END_MS = 24 * 86_400_000;

function unreliableHarness() {
  let unreliable: ReturnType<typeof createUnreliableStore> | undefined;
  const harness = createHarness({ store: (now) => (unreliable = createUnreliableStore(now)).store });
  if (!unreliable) throw new Error("The harness has made no store");
  return { harness, state: unreliable.state };
}

function watchOf(harness: Harness, sleep?: (durationMs: number) => Promise<void>) {
  const watch = createGrantWatch({ ...harness, endAtSentry: harness.server.endAtSentry, sleep });
  return async (accessToken: string) => {
    const token = await readAccessToken(accessToken, harness.sealer, harness.now);
    if (!token) throw new Error("Expected an access token that is good");
    return watch(token);
  };
}

/** What a tool call does with its credential: at most two calls at Sentry. */
async function callSentry(harness: Harness, { credential }: Awaited<ReturnType<ReturnType<typeof watchOf>>>) {
  if (harness.sentry.isValid(credential.token)) return "answered";
  const newer = await credential.renew?.();
  return newer !== undefined && harness.sentry.isValid(newer) ? "answered after a renewal" : "401";
}

describe("the Sentry token of an access token", () => {
  it("is found again, whichever of twenty parallel refreshes and of those before them it came from", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    harness.clock.nowMs += NEAR_ITS_END_MS - 1000;
    const before = await tokensOf(await refresh(harness, clientId, tokens.refresh_token));
    harness.clock.nowMs += 1000;
    // Sentry has not been asked yet, so this one's token dies when it is.
    expect(harness.sentry.isValid((await watchOf(harness)(before.access_token)).credential.token)).toBe(true);

    const parallel = await Promise.all(
      Array.from({ length: 20 }, () => refresh(harness, clientId, before.refresh_token).then(tokensOf)),
    );

    expect(countOf(harness.sentry, "refresh_token")).toBe(1);
    for (const { access_token } of [before, ...parallel]) {
      expect(await callSentry(harness, await watchOf(harness)(access_token))).toMatch(/^answered/);
    }
  });

  it("is remembered, so that only the first call after a rotation meets a 401", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    harness.clock.nowMs += NEAR_ITS_END_MS - 1000;
    const before = await tokensOf(await refresh(harness, clientId, tokens.refresh_token));
    harness.clock.nowMs += 1000;
    await refresh(harness, clientId, before.refresh_token);
    const watch = watchOf(harness);

    expect(await callSentry(harness, await watch(before.access_token))).toBe("answered after a renewal");
    expect(await callSentry(harness, await watch(before.access_token))).toBe("answered");
  });

  it("is waited for while somebody is refreshing it", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    harness.clock.nowMs += NEAR_ITS_END_MS - 1000;
    const before = await tokensOf(await refresh(harness, clientId, tokens.refresh_token));
    harness.clock.nowMs += 1000;
    const rotated = { access_token: "d".repeat(64), refresh_token: "e".repeat(64), token_type: "bearer" };
    let answer: () => void = () => {};
    harness.sentry.nextAnswers.push(() =>
      new Promise((resolve) => (answer = () => resolve(Response.json(rotated))))
    );
    const refreshing = refresh(harness, clientId, before.refresh_token);
    const sleep = async () => {
      answer();
      await refreshing;
    };
    while (countOf(harness.sentry, "refresh_token") === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }

    expect(await (await watchOf(harness, sleep)(before.access_token)).credential.renew?.()).toBe(
      "d".repeat(64),
    );
  });

  it("that Sentry has ended is one 401, and then invalid_grant, not the same token again", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    const caller = await watchOf(harness)(tokens.access_token);
    await harness.sentry.fetch("https://sentry.example/base/oauth/revoke/", {
      method: "POST",
      body: new URLSearchParams({ token: caller.credential.token }),
    });

    expect(await callSentry(harness, caller)).toBe("401");
    expect(await errorOf(await refresh(harness, clientId, tokens.refresh_token))).toBe("400 invalid_grant");
    expect(await caller.isLive({ fresh: true })).toBe(false);
  });

  it("that Sentry has only dropped comes back with the next refresh", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    const caller = await watchOf(harness)(tokens.access_token);
    expect(await caller.credential.renew?.()).toBeUndefined();

    const next = await tokensOf(await refresh(harness, clientId, tokens.refresh_token));
    await tokensOf(await refresh(harness, clientId, next.refresh_token));

    expect(countOf(harness.sentry, "refresh_token")).toBe(1);
    expect(await callSentry(harness, await watchOf(harness)(next.access_token))).toBe("answered");
  });

  it("that Sentry has dropped is not handed out again while Sentry is away", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    await (await watchOf(harness)(tokens.access_token)).credential.renew?.();
    harness.sentry.nextAnswers.push(...[1, 2].map(() => () => new Response("down", { status: 502 })));

    expect((await refresh(harness, clientId, tokens.refresh_token)).status).toBe(503);
    expect((await refresh(harness, clientId, tokens.refresh_token)).status).toBe(200);
  });
});

describe("Sentry's tokens in an access token, which the store did not take,", () => {
  async function unsaved() {
    const { harness, state } = unreliableHarness();
    const { clientId, tokens } = await signedIn(harness);
    harness.clock.nowMs += NEAR_ITS_END_MS - 1000;
    const before = await tokensOf(await refresh(harness, clientId, tokens.refresh_token));
    harness.clock.nowMs += 1000;
    state.failsPut = (value) => !value.includes('"lease"');
    const next = await tokensOf(await refresh(harness, clientId, before.refresh_token));
    return { harness, state, clientId, before, next };
  }

  it("are stored at its next use, so that older access tokens and refresh tokens find them", async () => {
    const { harness, state, clientId, before, next } = await unsaved();
    state.failsPut = () => false;

    const caller = await watchOf(harness)(next.access_token);
    expect(await callSentry(harness, caller)).toBe("answered");
    expect(await caller.isLive({ fresh: false })).toBe(true);

    expect(await callSentry(harness, await watchOf(harness)(before.access_token))).toBe(
      "answered after a renewal",
    );
    const later = await tokensOf(await refresh(harness, clientId, before.refresh_token));
    expect(await callSentry(harness, await watchOf(harness)(later.access_token))).toBe("answered");
    expect(countOf(harness.sentry, "refresh_token")).toBe(1);
  });

  it("are tried again at every use until the store takes them, once", async () => {
    const { harness, state, before, next } = await unsaved();
    const watch = watchOf(harness);
    expect(await (await watch(next.access_token)).isLive({ fresh: false })).toBe(true);
    let writes = 0;
    state.failsPut = () => (writes++, false);

    for (let use = 0; use < 3; use++) await (await watch(next.access_token)).isLive({ fresh: false });

    expect(writes).toBe(1);
    expect(await callSentry(harness, await watch(before.access_token))).toMatch(/^answered/);
  });

  it("keep nothing waiting before the tool's call at Sentry", async () => {
    const { harness, next } = await unsaved();
    const never = () => new Promise<never>(() => {});
    const { credential } = await watchOf({ ...harness, store: { ...harness.store, get: never, put: never } })(
      next.access_token,
    );

    expect(harness.sentry.isValid(credential.token)).toBe(true);
  });
});

describe("a store that hangs", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function hanging() {
    const harness = createHarness();
    const { tokens } = await signedIn(harness);
    const store = { ...harness.store, get: () => new Promise<never>(() => {}) };
    return { harness, caller: await watchOf({ ...harness, store })(tokens.access_token) };
  }

  it("holds up a read for one second, which then goes on and is logged", async () => {
    const { harness, caller } = await hanging();
    const live = caller.isLive({ fresh: false });
    await vi.advanceTimersByTimeAsync(1000);

    expect(await live).toBe(true);
    expect(harness.lines.join("\n")).toContain("revocation.unknown");
  });

  it("holds up a write for three seconds, which then fails", async () => {
    const { caller } = await hanging();
    const live = expect(caller.isLive({ fresh: true })).rejects.toThrow(StoreUnavailable);
    await vi.advanceTimersByTimeAsync(3000);
    await live;
  });

  it("holds up a renewal for five seconds, and does not pass for the end of the grant", async () => {
    const { caller } = await hanging();
    const renewal = expect(caller.credential.renew?.()).rejects.toThrow("did not answer in time");
    await vi.advanceTimersByTimeAsync(5000);
    await renewal;
  });
});

describe("a revoked grant", () => {
  it("stays revoked without asking the store again, for writes too", async () => {
    const { harness, state } = unreliableHarness();
    const { clientId, tokens } = await signedIn(harness);
    await harness.post("/oauth/revoke", { client_id: clientId, token: tokens.access_token });
    const caller = await watchOf(harness)(tokens.access_token);
    expect(await caller.isLive({ fresh: false })).toBe(false);
    harness.clock.nowMs += 60_000;
    state.failsGet = () => true;

    expect(await caller.isLive({ fresh: false })).toBe(false);
    expect(await caller.isLive({ fresh: true })).toBe(false);
  });
});
