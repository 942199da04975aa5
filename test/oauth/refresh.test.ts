import { describe, expect, it } from "vitest";
import { readAccessToken } from "../../src/oauth/access-token.ts";
import { createHarness, errorOf, type Harness, refresh, register, signedIn, tokensOf } from "./harness.ts";
import { createTwoServers } from "./two-servers.ts";

const DAY_MS = 86_400_000;

const sentryTokenIn = async (harness: Harness, accessToken: string) =>
  (await readAccessToken(accessToken, harness.sealer, () => 0))?.sentryToken ?? "";

/** The grant's record as the store has it right now. */
async function recordOf(harness: Harness, accessToken: string) {
  const token = await readAccessToken(accessToken, harness.sealer, () => 0);
  const key = `g:${token?.grantId}`;
  return { key, value: (await harness.store.get(key))?.value ?? "" };
}

describe.each([
  ["at one server", createHarness, 1],
  ["at two servers on one store, one a step behind in a key rotation", createTwoServers, 2],
])("a refresh token, %s,", (_, createHarness, signingKeys) => {
  it("is exchanged for the next one, and a new access token of the same scope", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);

    const next = await tokensOf(await refresh(harness, clientId, tokens.refresh_token));

    expect(next.refresh_token).not.toBe(tokens.refresh_token);
    expect(next.scope).toBe(tokens.scope);
    expect(await readAccessToken(next.access_token, harness.sealer, harness.now)).toBeDefined();
  });

  it("has one successor, for parallel requests and for those whose answer was lost", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);

    const parallel = await Promise.all(
      Array.from({ length: 20 }, () => refresh(harness, clientId, tokens.refresh_token).then(tokensOf)),
    );
    harness.clock.nowMs += 100_000;
    const repeated = await tokensOf(await refresh(harness, clientId, tokens.refresh_token));

    // One turn; servers that sign with different keys write it differently.
    const texts = new Set([...parallel, repeated].map(({ refresh_token }) => refresh_token));
    expect(texts.size).toBe(signingKeys);
    for (const text of texts) expect((await refresh(harness, clientId, text)).status).toBe(200);
  });

  it("used again after its grace ends the whole grant (RFC 9700 §4.14.2)", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    const next = await tokensOf(await refresh(harness, clientId, tokens.refresh_token));
    harness.clock.nowMs += 121_000;

    expect(await errorOf(await refresh(harness, clientId, tokens.refresh_token))).toBe("400 invalid_grant");
    expect(await errorOf(await refresh(harness, clientId, next.refresh_token))).toBe("400 invalid_grant");
    expect(harness.sentry.isValid(await sentryTokenIn(harness, next.access_token))).toBe(false);
  });

  it("used again after its grace is only refused where the operator prefers that (REFRESH_REUSE=reject)", async () => {
    const harness = createHarness({ refreshReuse: "reject" });
    const { clientId, tokens } = await signedIn(harness);
    const second = await tokensOf(await refresh(harness, clientId, tokens.refresh_token));
    const third = await tokensOf(await refresh(harness, clientId, second.refresh_token));

    expect(await errorOf(await refresh(harness, clientId, tokens.refresh_token))).toBe("400 invalid_grant");
    harness.clock.nowMs += 121_000;
    expect(await errorOf(await refresh(harness, clientId, second.refresh_token))).toBe("400 invalid_grant");
    expect((await refresh(harness, clientId, third.refresh_token)).status).toBe(200);
    expect(harness.sentry.isValid(await sentryTokenIn(harness, third.access_token))).toBe(true);
  });

  it("two turns old ends the grant even within the grace", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    const second = await tokensOf(await refresh(harness, clientId, tokens.refresh_token));
    const third = await tokensOf(await refresh(harness, clientId, second.refresh_token));

    await refresh(harness, clientId, tokens.refresh_token);

    expect(await errorOf(await refresh(harness, clientId, third.refresh_token))).toBe("400 invalid_grant");
  });

  it("goes on where a store has lost the turn that made it", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    const record = await recordOf(harness, tokens.access_token);
    const next = await tokensOf(await refresh(harness, clientId, tokens.refresh_token));
    await harness.store.put(record.key, record.value, { ttlSeconds: 3600 });

    const after = await tokensOf(await refresh(harness, clientId, next.refresh_token));

    expect((await refresh(harness, clientId, after.refresh_token)).status).toBe(200);
  });

  it("of another client, key or kind, or forged, is refused without touching the grant", async () => {
    const harness = createHarness();
    const { clientId, tokens, code } = await signedIn(harness);
    const other = await register(harness, { client_name: "Other" });
    const get = harness.store.get;
    let reads = 0;
    Object.assign(harness.store, { get: (key: string) => (reads++, get(key)) });
    const text = tokens.refresh_token;

    expect(await errorOf(await refresh(harness, other.client_id, text))).toBe("400 invalid_grant");
    for (
      const forged of [
        code,
        tokens.access_token,
        text.slice(0, -1),
        `${text}A`,
        text.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
        "smrt_",
        "x",
      ]
    ) {
      expect(await errorOf(await refresh(harness, clientId, forged))).toBe("400 invalid_grant");
    }
    expect(reads).toBe(0);
    expect((await refresh(harness, clientId, text)).status).toBe(200);
  });

  it("gives a narrower access token when asked, and never a wider one (RFC 6749 §6)", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);

    const narrow = await tokensOf(
      await refresh(harness, clientId, tokens.refresh_token, { scope: "inspect" }),
    );
    expect(narrow.scope).toBe("inspect");
    expect(await errorOf(await refresh(harness, clientId, narrow.refresh_token, { scope: "inspect triage" })))
      .toBe("400 invalid_scope");
    expect((await tokensOf(await refresh(harness, clientId, narrow.refresh_token))).scope).toBe(
      "inspect seer",
    );
  });

  it("is bound to its resource (RFC 8707 §2.2)", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness, {
      parameters: { resource: "https://mcp.example/mcp/acme" },
    });
    const asking = (resource: string) => refresh(harness, clientId, tokens.refresh_token, { resource });

    expect(await errorOf(await asking("https://mcp.example/mcp"))).toBe("400 invalid_target");
    expect(await errorOf(await asking("https://mcp.example/mcp/other"))).toBe("400 invalid_target");
    expect((await asking("https://mcp.example/mcp/acme")).status).toBe(200);
  });

  it("ends after 30 idle days, and after 180 days whatever happens", async () => {
    const harness = createHarness();
    const idle = await signedIn(harness);
    harness.clock.nowMs += 30 * DAY_MS;
    expect(await errorOf(await refresh(harness, idle.clientId, idle.tokens.refresh_token))).toBe(
      "400 invalid_grant",
    );

    const used = await signedIn(harness);
    let { tokens } = used;
    for (let month = 0; month < 7; month++) {
      harness.clock.nowMs += 25 * DAY_MS;
      tokens = await tokensOf(await refresh(harness, used.clientId, tokens.refresh_token));
    }
    harness.clock.nowMs += 25 * DAY_MS;
    expect(await errorOf(await refresh(harness, used.clientId, tokens.refresh_token))).toBe(
      "400 invalid_grant",
    );
  });
});
