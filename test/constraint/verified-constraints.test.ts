import { describe, expect, it } from "vitest";
import { cacheVerifications } from "../../src/constraint/verified-constraints.ts";
import type { Verification } from "../../src/constraint/verify.ts";

const acme = { organizationSlug: "acme" };
const MINUTE_MS = 60_000;

function counting(verification: Verification) {
  let nowMs = 0;
  let asked = 0;
  const verify = cacheVerifications({
    now: () => nowMs,
    verify: async () => {
      asked++;
      return verification;
    },
  });
  return {
    ask: async (id = "ada", wanted: Parameters<typeof verify>[0] = acme) =>
      await verify(wanted, { credential: { id, token: "t" }, signal: new AbortController().signal }),
    pass: (ms: number) => void (nowMs += ms),
    asked: () => asked,
  };
}

describe("a constraint that Sentry was asked about", () => {
  it("is not asked about again for 15 minutes once verified", async () => {
    const cache = counting({ outcome: "verified", constraint: { ...acme, organizationId: "1" } });
    await cache.ask();
    cache.pass(15 * MINUTE_MS - 1);

    expect(await cache.ask()).toEqual({ outcome: "verified", constraint: { ...acme, organizationId: "1" } });
    expect(cache.asked()).toBe(1);
    cache.pass(1);
    await cache.ask();
    expect(cache.asked()).toBe(2);
  });

  it("is asked about again a minute after a refusal", async () => {
    const cache = counting({ outcome: "refused", status: 404, message: "No such organization" });
    await cache.ask();
    await cache.ask();
    expect(cache.asked()).toBe(1);
    cache.pass(MINUTE_MS);
    await cache.ask();
    expect(cache.asked()).toBe(2);
  });

  it.each<Verification>([{ outcome: "unknown" }, { outcome: "unauthorized" }])(
    "is asked about again at once after $outcome",
    async (verification) => {
      const cache = counting(verification);
      await cache.ask();
      await cache.ask();
      expect(cache.asked()).toBe(2);
    },
  );

  it("is remembered for one credential and one place only", async () => {
    const cache = counting({ outcome: "verified", constraint: acme });
    await cache.ask("ada");
    await cache.ask("grace");
    await cache.ask("ada", { organizationSlug: "acme", projectSlug: "checkout" });
    expect(cache.asked()).toBe(3);
  });
});
