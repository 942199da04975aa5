import { beforeAll, expect, it } from "vitest";
import { newKey, type Opened, versionOf } from "./store-harness.ts";

const YEAR_SECONDS = 366 * 86_400;

/** Written together and waited for once, because real engines take real time; so it needs a block of its own. */
export function describeLifetimes(opened: Opened): void {
  const keys = {
    ended: newKey(),
    halfSecond: newKey(),
    endedForNull: newKey(),
    endedForVersion: newKey(),
    endedAndWritten: newKey(),
    shortened: newKey(),
    lengthened: newKey(),
    shortenedIf: newKey(),
    lengthenedIf: newKey(),
    kept: newKey(),
    year: newKey(),
  };
  const ended = new Map<string, string>();

  beforeAll(async () => {
    const { store, advance } = opened();
    const put = async (key: string, ttlSeconds: number, ifVersion?: string) => {
      const version = versionOf(await store.put(key, "one", { ttlSeconds, ifVersion }));
      ended.set(key, version);
      return version;
    };
    await Promise.all([
      put(keys.ended, 1),
      put(keys.halfSecond, 0.5),
      put(keys.endedForNull, 1),
      put(keys.endedForVersion, 1),
      put(keys.endedAndWritten, 1),
      put(keys.shortened, 60).then(() => put(keys.shortened, 1)),
      put(keys.lengthened, 1).then(() => put(keys.lengthened, 60)),
      put(keys.shortenedIf, 60).then((version) => put(keys.shortenedIf, 1, version)),
      put(keys.lengthenedIf, 1).then((version) => put(keys.lengthenedIf, 60, version)),
      put(keys.kept, 30),
      put(keys.year, YEAR_SECONDS),
    ]);
    await advance(1.1);
  });

  it.each<[what: string, key: keyof typeof keys]>([
    ["forgets a value the moment its lifetime ends", "ended"],
    ["measures lifetimes finer than seconds", "halfSecond"],
    ["shortens a lifetime with an overwrite", "shortened"],
    ["shortens a lifetime with a change", "shortenedIf"],
  ])("%s", async (_, key) => {
    expect(await opened().store.get(keys[key])).toBeNull();
  });

  it.each<[what: string, key: keyof typeof keys]>([
    ["keeps a value below a minute", "kept"],
    ["keeps a value for a year", "year"],
    ["lengthens a lifetime with an overwrite", "lengthened"],
    ["lengthens a lifetime with a change", "lengthenedIf"],
  ])("%s", async (_, key) => {
    expect((await opened().store.get(keys[key]))?.value).toBe("one");
  });

  it("creates anew where a lifetime has ended", async () => {
    const { store } = opened();

    const version = await store.put(keys.endedForNull, "two", { ttlSeconds: 60, ifVersion: null });

    expect(await store.get(keys.endedForNull)).toEqual({ value: "two", version });
  });

  it("replaces nothing whose lifetime has ended", async () => {
    const { store } = opened();
    const ifVersion = ended.get(keys.endedForVersion);

    expect(await store.put(keys.endedForVersion, "two", { ttlSeconds: 60, ifVersion })).toBe(false);

    expect(await store.get(keys.endedForVersion)).toBeNull();
  });

  it("takes the same text written after the end for a change", async () => {
    const { store } = opened();
    const ifVersion = ended.get(keys.endedAndWritten);
    const current = await store.put(keys.endedAndWritten, "one", { ttlSeconds: 60 });

    expect(await store.put(keys.endedAndWritten, "two", { ttlSeconds: 60, ifVersion })).toBe(false);

    expect(await store.get(keys.endedAndWritten)).toEqual({ value: "one", version: current });
  });

  it("deletes what has ended already", async () => {
    const { store } = opened();

    await store.delete(keys.ended);

    expect(await store.get(keys.ended)).toBeNull();
  });
}

export function describeClocks(opened: Opened): void {
  it.each([30, -30])("is one store to a machine whose clock is %i s ahead", async (skewSeconds) => {
    const { store, ahead } = opened();
    const other = ahead(skewSeconds);
    const key = newKey();

    const first = versionOf(await other.put(key, "one", { ttlSeconds: 120, ifVersion: null }));
    expect(await store.get(key)).toEqual({ value: "one", version: first });

    const second = versionOf(await store.put(key, "two", { ttlSeconds: 120, ifVersion: first }));
    expect(await other.put(key, "three", { ttlSeconds: 120, ifVersion: first })).toBe(false);
    expect(await other.get(key)).toEqual({ value: "two", version: second });

    await other.delete(key);
    expect(await store.get(key)).toBeNull();
  });

  it("ends a lifetime by the clock that it says", async () => {
    const { store, ahead, clock } = opened();
    const key = newKey();

    const version = await store.put(key, "one", { ttlSeconds: 20 });

    const onMachine = { early: { value: "one", version }, late: null };
    const onEngine = { early: { value: "one", version }, late: { value: "one", version } };
    expect({ early: await ahead(-30).get(key), late: await ahead(30).get(key) })
      .toEqual(clock === "engine" ? onEngine : onMachine);
  });

  it("has one winner, too, where clocks differ about the end of a lifetime", async () => {
    const { store, ahead } = opened();
    const key = newKey();
    const ifVersion = versionOf(await store.put(key, "start", { ttlSeconds: 20 }));

    const results = await Promise.all([
      ahead(30).put(key, "ended, so created", { ttlSeconds: 120, ifVersion: null }),
      ahead(-30).put(key, "there, so changed", { ttlSeconds: 120, ifVersion }),
    ]);

    const won = results.filter((version) => version !== false);
    expect(won).toContain((await store.get(key))?.version);
    if (store.consistency === "linearizable") expect(won).toHaveLength(1);
  });
}
