import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAccessToken } from "../../src/oauth/access-token.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { createHarness, errorOf, type Harness, refresh, register, signedIn, tokensOf } from "./harness.ts";

const DAY_MS = 86_400_000;

const sentryTokenIn = async (harness: Harness, accessToken: string) =>
  (await readAccessToken(accessToken, harness.sealer, () => 0))?.sentryToken ?? "";

describe("a refresh token", () => {
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

    expect(new Set([...parallel, repeated].map(({ refresh_token }) => refresh_token)).size).toBe(1);
    expect((await refresh(harness, clientId, repeated.refresh_token)).status).toBe(200);
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

  it("two turns old ends the grant even within the grace", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    const second = await tokensOf(await refresh(harness, clientId, tokens.refresh_token));
    const third = await tokensOf(await refresh(harness, clientId, second.refresh_token));

    await refresh(harness, clientId, tokens.refresh_token);

    expect(await errorOf(await refresh(harness, clientId, third.refresh_token))).toBe("400 invalid_grant");
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

  it("moves on to a new key, and servers a step behind still take it", async () => {
    const [oldKey, newKey] = ["o".repeat(32), "n".repeat(32)];
    let shared: ReturnType<typeof createMemoryStore> | undefined;
    const store = (now: () => number) => (shared ??= createMemoryStore({ now }));
    const before = createHarness({ keys: [oldKey], store });
    const { clientId, tokens } = await signedIn(before);
    const appended = createHarness({ keys: [oldKey, newKey], store });
    const moved = createHarness({ keys: [newKey, oldKey], store });

    const second = await tokensOf(await refresh(moved, clientId, tokens.refresh_token));
    const third = await tokensOf(await refresh(appended, clientId, second.refresh_token));
    const fourth = await tokensOf(await refresh(moved, clientId, third.refresh_token));
    const last = createHarness({ keys: [newKey], store });

    expect((await refresh(last, clientId, fourth.refresh_token)).status).toBe(200);
    expect(await errorOf(await refresh(before, clientId, fourth.refresh_token))).toBe("400 invalid_grant");
  });

  it("is never lost to its rightful client, whatever is lost, repeated or sent at once", async () => {
    const step = fc.record({
      copies: fc.integer({ min: 1, max: 4 }),
      lost: fc.boolean(),
      pauseSeconds: fc.integer({ min: 0, max: 100 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const harness = createHarness();
        const { clientId, tokens } = await signedIn(harness);
        let held = tokens.refresh_token;
        for (const { copies, lost, pauseSeconds } of steps) {
          const answers = await Promise.all(
            Array.from({ length: copies }, () => refresh(harness, clientId, held).then(tokensOf)),
          );
          // A client repeats a lost request soon: within the grace.
          if (lost) answers.push(await tokensOf(await refresh(harness, clientId, held)));
          held = answers.at(-1)?.refresh_token ?? held;
          harness.clock.nowMs += pauseSeconds * 1000;
        }
        expect((await refresh(harness, clientId, held)).status).toBe(200);
      }),
      { numRuns: 30 },
    );
  });
});
