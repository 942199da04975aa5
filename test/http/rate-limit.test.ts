import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRateLimiter, type RateLimiter, withPlatform } from "../../src/http/rate-limit.ts";

function limiterOf(perMinute: number) {
  const clock = { nowMs: 1_800_000_000_000 };
  return { clock, limiter: createRateLimiter({ perMinute, now: () => clock.nowMs }) };
}

async function takeMany(limiter: RateLimiter, count: number, key = "a"): Promise<number> {
  let granted = 0;
  for (let n = 0; n < count; n++) if ((await limiter.take(key)).ok) granted++;
  return granted;
}

describe("createRateLimiter()", () => {
  it("gives a minute's turns at once, then says how long to wait", async () => {
    const { limiter } = limiterOf(60);

    expect(await takeMany(limiter, 60)).toBe(60);
    expect(await limiter.take("a")).toEqual({ ok: false, retryAfterSeconds: 1 });
  });

  it("lets through whoever waits as long as it says", async () => {
    for (const perMinute of [1, 7, 60, 119]) {
      const { limiter, clock } = limiterOf(perMinute);
      await takeMany(limiter, perMinute);
      const turn = await limiter.take("a");
      if (turn.ok) throw new Error("Expected to be held");

      clock.nowMs += turn.retryAfterSeconds * 1000;

      expect((await limiter.take("a")).ok).toBe(true);
    }
  });

  it("counts each key by itself", async () => {
    const { limiter } = limiterOf(5);
    await takeMany(limiter, 9, "a");

    expect(await takeMany(limiter, 9, "b")).toBe(5);
  });

  it("does not let a held client push its own wait further away", async () => {
    const { limiter, clock } = limiterOf(6);
    await takeMany(limiter, 100);
    clock.nowMs += 10_000;

    expect(await takeMany(limiter, 100)).toBe(1);
  });

  it("gives back the whole minute's turns after an idle minute", async () => {
    const { limiter, clock } = limiterOf(7);
    await takeMany(limiter, 20);
    clock.nowMs += 60_000;

    expect(await takeMany(limiter, 20)).toBe(7);
  });

  it("never gives more than twice the limit in a minute, however requests are spread", async () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 120 });
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 20 }), gaps, async (perMinute, waits) => {
      const { limiter, clock } = limiterOf(perMinute);
      const granted: number[] = [];
      for (const waitMs of waits) {
        clock.nowMs += waitMs;
        if ((await limiter.take("a")).ok) granted.push(clock.nowMs);
      }
      const most = Math.max(
        0,
        ...granted.map((from) => granted.filter((at) => at >= from && at < from + 60_000).length),
      );
      expect(most).toBeLessThanOrEqual(2 * perMinute);
    }));
  });
});

describe("withPlatform()", () => {
  it("asks the platform, by the limit's name, for what passes here", async () => {
    const asked: string[] = [];
    const platform = {
      limit: async ({ key }: { key: string }) => {
        asked.push(key);
        return { success: asked.length < 3 };
      },
    };
    const limiter = withPlatform(limiterOf(3).limiter, platform, { name: "mcp" });

    expect(await takeMany(limiter, 2)).toBe(2);
    expect(await limiter.take("a")).toEqual({ ok: false, retryAfterSeconds: 60 });
    expect(await takeMany(limiter, 1)).toBe(0);
    expect(asked).toEqual(["mcp:a", "mcp:a", "mcp:a"]);
  });
});
