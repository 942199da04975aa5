import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Store, StoreUnavailable } from "../../src/store/store.ts";

/** A store over a network that a test can break, in front of a real engine that keeps what it has answered. */
export interface FaultHarness {
  readonly store: Store;
  /** Breaks the connection of the next call: before the engine hears of it, or before its answer is heard. */
  cutNext(when: "before" | "after"): void;
  /** Answers that never come. */
  stall(): void;
  resume(): void;
  killEngine(): Promise<void>;
  startEngine(): Promise<void>;
  close(): Promise<void>;
}

/** What networked drivers owe when the network or the engine fails. */
export function describeStoreFaults(name: string, open: () => Promise<FaultHarness>): void {
  describe(`${name} behind a network that fails`, () => {
    let harness: FaultHarness;
    beforeAll(async () => {
      harness = await open();
      await harness.store.get("g:warm");
    });
    afterAll(() => harness?.close());

    const newKey = () => `g:${randomUUID()}`;

    it.each(["before", "after"] as const)(
      "loses no put whose connection breaks %s the engine has done it, and does none twice",
      async (when) => {
        const { store } = harness;
        const key = newKey();
        const first = await store.put(key, "one", { ttlSeconds: 60 });

        harness.cutNext(when);
        const second = await store.put(key, "two", { ttlSeconds: 60, ifVersion: String(first) });

        expect(second).toBeTypeOf("string");
        expect(await store.get(key)).toEqual({ value: "two", version: second });
      },
    );

    it.each(["before", "after"] as const)(
      "creates once, though the connection breaks %s the engine has done it",
      async (when) => {
        const { store } = harness;
        const key = newKey();

        harness.cutNext(when);
        const version = await store.put(key, "one", { ttlSeconds: 60, ifVersion: null });

        expect(await store.get(key)).toEqual({ value: "one", version });
        expect(await store.put(key, "two", { ttlSeconds: 60, ifVersion: null })).toBe(false);
      },
    );

    it("reads and deletes over a connection that breaks", async () => {
      const { store } = harness;
      const key = newKey();
      const version = await store.put(key, "one", { ttlSeconds: 60 });

      harness.cutNext("after");
      expect(await store.get(key)).toEqual({ value: "one", version });
      harness.cutNext("after");
      await store.delete(key);

      expect(await store.get(key)).toBeNull();
    });

    it("is unavailable within its limit when answers never come, and goes on when they do again", async () => {
      const { store } = harness;
      const key = newKey();
      const version = await store.put(key, "one", { ttlSeconds: 60 });
      harness.stall();

      const stalled = await Promise.allSettled([
        store.get(key),
        store.put(newKey(), "two", { ttlSeconds: 60 }),
        store.delete(newKey()),
      ]);

      for (const outcome of stalled) {
        expect(outcome).toMatchObject({ status: "rejected", reason: expect.any(StoreUnavailable) });
      }
      harness.resume();
      await expect.poll(() => store.get(key).catch(() => "away"), { timeout: 5000 }).toEqual({
        value: "one",
        version,
      });
    });

    it("is unavailable without its engine, and has all back when that is started again", async () => {
      const { store } = harness;
      const key = newKey();
      const version = await store.put(key, "one", { ttlSeconds: 60 });

      await harness.killEngine();
      await expect(store.get(key)).rejects.toThrow(StoreUnavailable);
      await expect(store.put(key, "two", { ttlSeconds: 60 })).rejects.toThrow(StoreUnavailable);
      await harness.startEngine();

      await expect.poll(() => store.get(key).catch(() => "away"), { timeout: 5000 }).toEqual({
        value: "one",
        version,
      });
    });
  });
}
