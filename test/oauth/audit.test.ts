import { describe, expect, it } from "vitest";
import { createGrantWatch } from "../../src/http/grant-watch.ts";
import { type Log, redact } from "../../src/lib/log.ts";
import { readAccessToken } from "../../src/oauth/access-token.ts";
import { CLIENT_SECRET } from "./fake-sentry.ts";
import {
  authorizePath,
  createBrowser,
  createHarness,
  formOf,
  redeem,
  refresh,
  register,
  signedIn,
  tokensOf,
} from "./harness.ts";
import { createUnreliableStore } from "./unreliable-store.ts";

const NEAR_ITS_END_MS = 26 * 86_400_000;

/** Everything that is logged, before `createLog` takes secrets out by their shape. */
function catchLog() {
  const caught: { event: string; fields: Record<string, unknown> }[] = [];
  const write = (event: string, fields: Record<string, unknown> = {}) => void caught.push({ event, fields });
  const log: Log = { debug: write, info: write, warn: write, error: write };
  return { caught, log };
}

/** A server where everything happens that can happen to sign-ins. */
async function liveThroughEverything() {
  const { caught, log } = catchLog();
  const state: ReturnType<typeof createUnreliableStore>["state"][] = [];
  const harness = createHarness({
    log,
    store: (now) => {
      const unreliable = createUnreliableStore(now);
      state.push(unreliable.state);
      return unreliable.store;
    },
  });
  const secrets: string[] = [CLIENT_SECRET];
  const enter = async () => {
    const signIn = await signedIn(harness);
    secrets.push(signIn.code, signIn.verifier, signIn.tokens.access_token, signIn.tokens.refresh_token);
    return signIn;
  };
  const next = async (clientId: string, token: string) => {
    const tokens = await tokensOf(await refresh(harness, clientId, token));
    secrets.push(tokens.access_token, tokens.refresh_token);
    return tokens;
  };
  const watch = async (accessToken: string) => {
    const token = await readAccessToken(accessToken, harness.sealer, harness.now);
    if (!token) throw new Error("Expected an access token that is good");
    return createGrantWatch(harness)(token);
  };

  const { client_id: clientId } = await register(harness);
  const browser = createBrowser(harness);
  const { path } = await authorizePath(clientId, { state: "client-state-0123456789" });
  await browser.submit(formOf(await (await browser.get(path)).text(), "deny"));
  secrets.push(...browser.jar.values(), "client-state-0123456789");

  const replayed = await enter();
  await redeem(harness, replayed);
  const reused = await enter();
  await next(reused.clientId, reused.tokens.refresh_token);
  harness.clock.nowMs += 121_000;
  await refresh(harness, reused.clientId, reused.tokens.refresh_token);

  const refused = await enter();
  await (await watch(refused.tokens.access_token)).credential.renew?.();
  const unsaved = await enter();
  const lost = await enter();
  harness.clock.nowMs += NEAR_ITS_END_MS;
  for (const store of state) store.failsPut = (value) => !value.includes('"lease"');
  const riding = await next(unsaved.clientId, unsaved.tokens.refresh_token);
  for (const store of state) store.failsPut = () => false;
  await (await watch(riding.access_token)).isLive({ fresh: false });
  harness.sentry.nextAnswers.push(() => Response.json({ error: "invalid_grant" }, { status: 400 }));
  await refresh(harness, lost.clientId, lost.tokens.refresh_token);

  const revoked = await enter();
  await harness.post("/oauth/revoke", { client_id: revoked.clientId, token: revoked.tokens.refresh_token });
  const last = await enter();
  for (const store of state) store.failsGet = () => true;
  await (await watch(last.tokens.access_token)).isLive({ fresh: false });
  return { caught, secrets };
}

describe("the audit log of a sign-in's whole life", () => {
  it("has every event, each with its grant or client", async () => {
    const { caught } = await liveThroughEverything();
    const events = new Set(caught.map(({ event }) => event));

    expect([...events]).toEqual(expect.arrayContaining([
      "consent.shown",
      "consent.denied",
      "consent.granted",
      "grant.created",
      "code.redeemed",
      "code.replayed",
      "token.refreshed",
      "refresh.reused",
      "grant.revoked",
      "sentry.refreshed",
      "sentry.refused",
      "sentry.persist_failed",
      "sentry.unsaved",
      "sentry.saved",
      "sentry.lost",
      "revocation.unknown",
    ]));
    for (const { event, fields } of caught.filter(({ event }) => event.startsWith("consent."))) {
      expect(fields["client"], event).toMatch(/^[\w-]{22}$/);
    }
    for (
      const { event, fields } of caught.filter(({ event }) => /^(?:code|grant|refresh|token)\./.test(event))
    ) {
      expect(fields["grant"], event).toMatch(/^[\w-]{22}$/);
    }
  });

  it("has no token, code, cookie, state or secret in it, by shape or by value", async () => {
    const { caught, secrets } = await liveThroughEverything();
    const text = JSON.stringify(caught);

    expect(redact(text)).toBe(text);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });
});
