import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MAX_VALUE_BYTES, type Store, UnstorableValue } from "../../src/store/store.ts";
import { newKey, type Opened, type StoreHarness, versionOf } from "./store-harness.ts";
import { describeClocks, describeLifetimes } from "./store-lifetimes.ts";

const RACERS = 16;
const STEPS = 5;

/** What every driver has to hold. Best-effort stores are asked for no more than they promise. */
export function describeStore(name: string, open: () => Promise<StoreHarness>): void {
  describe(`${name} as a store`, () => {
    let harness: StoreHarness | undefined;
    const opened = () => {
      if (!harness) throw new Error(`Cannot test ${name}: it did not open`);
      return harness;
    };
    beforeAll(async () => {
      harness = await open();
    });
    afterAll(() => harness?.close());

    describeValues(opened);
    describeConditions(opened);
    describeRaces(opened);
    describe("with lifetimes", () => describeLifetimes(opened));
    describeClocks(opened);
  });
}

function describeValues(opened: Opened): void {
  it("has nothing under a key that was never written", async () => {
    expect(await opened().store.get(newKey())).toBeNull();
  });

  it("returns what was written, with the version that put resolved to", async () => {
    const { store } = opened();
    const key = newKey();

    const version = await store.put(key, "one", { ttlSeconds: 60 });

    expect(await store.get(key)).toEqual({ value: "one", version });
  });

  it("overwrites, with a version of its own", async () => {
    const { store } = opened();
    const key = newKey();
    const first = await store.put(key, "one", { ttlSeconds: 60 });

    const second = await store.put(key, "two", { ttlSeconds: 60 });

    expect(second).not.toBe(first);
    expect(await store.get(key)).toEqual({ value: "two", version: second });
  });

  it("keeps keys apart that differ in case or length alone", async () => {
    const { store } = opened();
    const key = newKey();
    const keys = [`${key}a`, `${key}A`, `${key}aa`];

    for (const each of keys) await store.put(each, `of ${each}`, { ttlSeconds: 60 });

    const values = await Promise.all(keys.map(async (each) => (await store.get(each))?.value));
    expect(values).toEqual(keys.map((each) => `of ${each}`));
  });

  it.each<[what: string, value: string]>([
    ["no text at all", ""],
    ["accents, composed and combining", "\u00e9 e\u0301 n\u0303\u0323 a\u0308"],
    ["text beyond the basic plane", "\u{1f50d}\u{1f469}\u200d\u{1f4bb}\u{10ffff}"],
    ["text from right to left", "\u05e9\u05dc\u05d5\u05dd \u202e\u0645\u0631\u062d\u0628\u0627\u202c"],
    ["quotes, backslashes and templates", `"it's" \`\${x}\` \\ \\u0000 %s {0} ' "`],
    [
      "control characters",
      String.fromCodePoint(...Array.from({ length: 31 }, (_, at) => at + 1), 0x7f, 0x85),
    ],
    ["blanks and line ends at both ends", " \t\r\n\u2028\u2029 x \u00a0\r\n"],
    ["a byte order mark and the last of the plane", "\ufeffx\uffff\ufffe"],
    ["what looks like another type", "123456789012345678901234567890"],
    ["what looks like an object", '{"result":null,"__proto__":{"a":[1]}}'],
    ["what looks like Base64", "b25l"],
    ["the most, in ASCII", "x".repeat(MAX_VALUE_BYTES)],
    ["the most, in text of three bytes", `${"\u20ac".repeat((MAX_VALUE_BYTES - 2) / 3)}xx`],
    ["the most, with four bytes at the end", `${"x".repeat(MAX_VALUE_BYTES - 4)}\u{1f50d}`],
  ])("keeps %s exactly", async (_, value) => {
    const { store } = opened();
    const key = newKey();

    const version = await store.put(key, value, { ttlSeconds: 60, ifVersion: null });

    expect(await store.get(key)).toEqual({ value, version });
  });

  it.each<[what: string, value: string]>([
    ["one byte too many", "x".repeat(MAX_VALUE_BYTES + 1)],
    ["too many bytes in few characters", "\u20ac".repeat((MAX_VALUE_BYTES + 1) / 3)],
    ["too many bytes in the last character", `${"x".repeat(MAX_VALUE_BYTES - 3)}\u{1f50d}`],
    ["a NUL", "one\0two"],
    ["half a surrogate pair", "one\ud83dtwo"],
  ])("refuses %s, and keeps what is there", async (_, value) => {
    const { store } = opened();
    const key = newKey();
    const version = await store.put(key, "one", { ttlSeconds: 60 });

    await expect(store.put(key, value, { ttlSeconds: 60 })).rejects.toBeInstanceOf(UnstorableValue);

    expect(await store.get(key)).toEqual({ value: "one", version });
  });

  it("deletes, also what is not there", async () => {
    const { store } = opened();
    const key = newKey();
    await store.put(key, "one", { ttlSeconds: 60 });

    await store.delete(key);
    await store.delete(key);

    expect(await store.get(key)).toBeNull();
  });
}

function describeConditions(opened: Opened): void {
  it("creates where nothing is when ifVersion is null", async () => {
    const { store } = opened();
    const key = newKey();

    const version = await store.put(key, "one", { ttlSeconds: 60, ifVersion: null });

    expect(version).toBeTypeOf("string");
    expect(await store.get(key)).toEqual({ value: "one", version });
  });

  it("creates nothing where something is", async () => {
    const { store } = opened();
    const key = newKey();
    const version = await store.put(key, "one", { ttlSeconds: 60 });

    expect(await store.put(key, "two", { ttlSeconds: 60, ifVersion: null })).toBe(false);

    expect(await store.get(key)).toEqual({ value: "one", version });
  });

  it("creates anew what was deleted", async () => {
    const { store } = opened();
    const key = newKey();
    await store.put(key, "one", { ttlSeconds: 60 });
    await store.delete(key);

    const version = await store.put(key, "two", { ttlSeconds: 60, ifVersion: null });

    expect(await store.get(key)).toEqual({ value: "two", version });
  });

  it("replaces what has not changed", async () => {
    const { store } = opened();
    const key = newKey();
    const first = versionOf(await store.put(key, "one", { ttlSeconds: 60 }));

    const second = await store.put(key, "two", { ttlSeconds: 60, ifVersion: first });

    expect(second).toBeTypeOf("string");
    expect(second).not.toBe(first);
    expect(await store.get(key)).toEqual({ value: "two", version: second });
  });

  it("replaces nothing that has changed", async () => {
    const { store } = opened();
    const key = newKey();
    const stale = versionOf(await store.put(key, "one", { ttlSeconds: 60 }));
    const current = await store.put(key, "two", { ttlSeconds: 60 });

    expect(await store.put(key, "three", { ttlSeconds: 60, ifVersion: stale })).toBe(false);

    expect(await store.get(key)).toEqual({ value: "two", version: current });
  });

  it("replaces nothing where nothing is", async () => {
    const { store } = opened();
    const key = newKey();
    const foreign = versionOf(await store.put(newKey(), "one", { ttlSeconds: 60 }));

    expect(await store.put(key, "one", { ttlSeconds: 60, ifVersion: foreign })).toBe(false);

    expect(await store.get(key)).toBeNull();
  });

  it("replaces nothing that was deleted", async () => {
    const { store } = opened();
    const key = newKey();
    const deleted = versionOf(await store.put(key, "one", { ttlSeconds: 60 }));
    await store.delete(key);

    expect(await store.put(key, "two", { ttlSeconds: 60, ifVersion: deleted })).toBe(false);

    expect(await store.get(key)).toBeNull();
  });

  it("takes the same text written again for a change", async () => {
    const { store } = opened();
    const key = newKey();
    const stale = versionOf(await store.put(key, "one", { ttlSeconds: 60 }));
    await store.delete(key);
    const current = await store.put(key, "one", { ttlSeconds: 60 });

    expect(await store.put(key, "two", { ttlSeconds: 60, ifVersion: stale })).toBe(false);

    expect(await store.get(key)).toEqual({ value: "one", version: current });
  });
}

function describeRaces(opened: Opened): void {
  it("lets one of sixteen racing creations win, and all see it", async () => {
    const { store } = opened();

    await race(newKey(), null, store.consistency, () => store);
  });

  it("lets one of sixteen racing changes win, and all see it", async () => {
    const { store } = opened();
    const key = newKey();
    const version = versionOf(await store.put(key, "start", { ttlSeconds: 60 }));

    await race(key, version, store.consistency, () => store);
  });

  it("lets one machine win, whatever their clocks say", async () => {
    const { store, ahead } = opened();
    const machines = [store, ahead(30), ahead(-30)];
    const key = newKey();

    const version = await race(key, null, store.consistency, (racer) => machines[racer % 3] ?? store);
    await race(key, version, store.consistency, (racer) => machines[racer % 3] ?? store);
  });

  it("gives overwrites at once versions of their own", async () => {
    const { store } = opened();
    const key = newKey();
    const racers = Array.from({ length: RACERS }, (_, racer) => `racer ${racer}`);

    const versions = await Promise.all(racers.map((value) => store.put(key, value, { ttlSeconds: 60 })));

    const found = await store.get(key);
    expect(new Set(versions).size).toBe(RACERS);
    expect(racers.map((value, racer) => ({ value, version: versions[racer] }))).toContainEqual(found);
  });

  it("loses no step of those who read and then change, if it is linearizable", async () => {
    const { store } = opened();
    const key = newKey();
    await store.put(key, "0", { ttlSeconds: 60 });

    async function step(): Promise<void> {
      const found = await store.get(key);
      const next = String(Number(found?.value) + 1);
      const put = await store.put(key, next, { ttlSeconds: 60, ifVersion: found?.version ?? null });
      if (put === false) return step();
    }
    await Promise.all(Array.from({ length: RACERS }, async () => {
      for (let steps = 0; steps < STEPS; steps += 1) await step();
    }));

    const counted = Number((await store.get(key))?.value);
    if (store.consistency === "linearizable") expect(counted).toBe(RACERS * STEPS);
    expect(counted).toBeGreaterThan(0);
    expect(counted).toBeLessThanOrEqual(RACERS * STEPS);
  });
}

/** All put at once under the same condition; resolves to the version that is there afterwards. */
async function race(
  key: string,
  ifVersion: string | null,
  consistency: Store["consistency"],
  storeOf: (racer: number) => Store,
): Promise<string> {
  const racers = Array.from({ length: RACERS }, (_, racer) => racer);

  const versions = await Promise.all(
    racers.map((racer) => storeOf(racer).put(key, `racer ${racer}`, { ttlSeconds: 120, ifVersion })),
  );

  const won = racers.filter((racer) => versions[racer] !== false);
  const seen = await Promise.all(racers.map((racer) => storeOf(racer).get(key)));
  const [first] = seen;
  expect(seen).toEqual(racers.map(() => first));
  expect(won.map((racer) => ({ value: `racer ${racer}`, version: versions[racer] }))).toContainEqual(first);
  if (consistency === "linearizable") expect(won).toHaveLength(1);
  return versionOf(first?.version ?? false);
}
