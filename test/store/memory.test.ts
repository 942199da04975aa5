import { expect, it } from "vitest";
import { createMemoryStore } from "../../src/store/memory.ts";
import { StoreUnavailable } from "../../src/store/store.ts";
import { describeStore } from "../contract/store.ts";

function open(maxEntries?: number) {
  let nowMs = 1_000_000;
  const store = createMemoryStore({ now: () => nowMs, maxEntries });
  return {
    store,
    // One process has one clock.
    clock: "engine" as const,
    ahead: () => store,
    advance: async (seconds: number) => {
      nowMs += seconds * 1000;
    },
    close: async () => {},
  };
}

describeStore("memory", async () => open());

it("refuses to grow beyond its limit, and makes room of what has expired", async () => {
  const { store, advance } = open(2);
  await store.put("a", "1", { ttlSeconds: 1 });
  await store.put("b", "1", { ttlSeconds: 60 });

  await expect(store.put("c", "1", { ttlSeconds: 60 })).rejects.toThrow(StoreUnavailable);
  expect(await store.put("b", "2", { ttlSeconds: 60 })).toBeTypeOf("string");

  await advance(2);

  expect(await store.put("c", "1", { ttlSeconds: 60 })).toBeTypeOf("string");
});
