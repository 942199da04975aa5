import { expect, it } from "vitest";
import { BoundedCache } from "../../src/lib/bounded-cache.ts";

it("forgets an entry at its expiry", () => {
  let nowMs = 0;
  const cache = new BoundedCache<string>({ limit: 2, now: () => nowMs });
  cache.set("a", "one", { expiresAtMs: 10 });

  expect(cache.get("a")).toBe("one");
  nowMs = 10;

  expect(cache.get("a")).toBeUndefined();
});

it("forgets the oldest entry beyond its limit; one written again is new", () => {
  const cache = new BoundedCache<number>({ limit: 2, now: () => 0 });
  cache.set("a", 1, { expiresAtMs: 10 });
  cache.set("b", 2, { expiresAtMs: 10 });
  cache.set("a", 3, { expiresAtMs: 10 });
  cache.set("c", 4, { expiresAtMs: 10 });

  expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual([3, undefined, 4]);
});
