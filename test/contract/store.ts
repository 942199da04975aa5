import { describe, expect, it } from "vitest";
import type { Store } from "../../src/store/store.ts";

export interface StoreHarness {
  readonly store: Store;
  /** Lets time pass, by a clock that was handed in or by waiting. */
  advance(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** What every driver has to hold. `open` gives an empty store. */
export function describeStore(name: string, open: () => Promise<StoreHarness>): void {
  const on = (run: (harness: StoreHarness) => Promise<void>) => async () => {
    const harness = await open();
    try {
      await run(harness);
    } finally {
      await harness.close();
    }
  };

  describe(`${name} as a store`, () => {
    it(
      "has nothing under a key that was never written",
      on(async ({ store }) => {
        expect(await store.get("g:none")).toBeNull();
      }),
    );

    it(
      "returns what was written, with the version that put resolved to",
      on(async ({ store }) => {
        const version = await store.put("g:a", "one", { ttlSeconds: 60 });

        expect(await store.get("g:a")).toEqual({ value: "one", version });
      }),
    );

    it(
      "keeps any text, 32 kB of it too",
      on(async ({ store }) => {
        const value = "ä\u{1f50d}\n\"'".repeat(2600);

        await store.put("g:a", value, { ttlSeconds: 60 });

        expect((await store.get("g:a"))?.value).toBe(value);
      }),
    );

    it(
      "creates only where nothing is when ifVersion is null",
      on(async ({ store }) => {
        expect(await store.put("g:a", "one", { ttlSeconds: 60, ifVersion: null })).toBeTypeOf("string");
        expect(await store.put("g:a", "two", { ttlSeconds: 60, ifVersion: null })).toBe(false);
        expect((await store.get("g:a"))?.value).toBe("one");
      }),
    );

    it(
      "replaces only an unchanged value when ifVersion is given",
      on(async ({ store }) => {
        const first = await store.put("g:a", "one", { ttlSeconds: 60 });
        const second = await store.put("g:a", "two", { ttlSeconds: 60, ifVersion: String(first) });

        expect(second).toBeTypeOf("string");
        expect(await store.put("g:a", "three", { ttlSeconds: 60, ifVersion: String(first) })).toBe(false);
        expect(await store.get("g:a")).toEqual({ value: "two", version: second });
      }),
    );

    it(
      "replaces nothing where nothing is",
      on(async ({ store }) => {
        expect(await store.put("g:a", "one", { ttlSeconds: 60, ifVersion: "1" })).toBe(false);
        expect(await store.get("g:a")).toBeNull();
      }),
    );

    it(
      "gives a deleted key a version of its own when it is written again",
      on(async ({ store }) => {
        const first = await store.put("g:a", "one", { ttlSeconds: 60 });
        await store.delete("g:a");
        await store.put("g:a", "one", { ttlSeconds: 60 });

        expect(await store.put("g:a", "two", { ttlSeconds: 60, ifVersion: String(first) })).toBe(false);
      }),
    );

    it(
      "deletes, also what is not there",
      on(async ({ store }) => {
        await store.put("g:a", "one", { ttlSeconds: 60 });
        await store.delete("g:a");
        await store.delete("g:a");

        expect(await store.get("g:a")).toBeNull();
      }),
    );

    it(
      "forgets a value the moment its lifetime ends",
      on(async ({ store, advance }) => {
        const version = await store.put("g:a", "one", { ttlSeconds: 1 });
        await advance(1.1);

        expect(await store.get("g:a")).toBeNull();
        expect(await store.put("g:a", "two", { ttlSeconds: 60, ifVersion: String(version) })).toBe(false);
        expect(await store.put("g:a", "two", { ttlSeconds: 60, ifVersion: null })).toBeTypeOf("string");
      }),
    );

    it(
      "begins a new lifetime with every put",
      on(async ({ store, advance }) => {
        await store.put("g:a", "one", { ttlSeconds: 1 });
        await store.put("g:a", "two", { ttlSeconds: 60 });
        await advance(1.1);

        expect((await store.get("g:a"))?.value).toBe("two");
      }),
    );

    it(
      "lets one of many racing changes win, if it is linearizable",
      on(async ({ store }) => {
        const version = String(await store.put("g:a", "start", { ttlSeconds: 60 }));
        const racers = Array.from({ length: 20 }, (_, racer) => `racer ${racer}`);

        const results = await Promise.all(
          racers.map((value) => store.put("g:a", value, { ttlSeconds: 60, ifVersion: version })),
        );

        const winners = racers.filter((_, racer) => results[racer] !== false);
        if (store.consistency === "linearizable") expect(winners).toHaveLength(1);
        expect(winners).toContain((await store.get("g:a"))?.value);
      }),
    );
  });
}
