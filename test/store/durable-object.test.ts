import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDurableObjectStore, type ObjectNamespace } from "../../src/store/durable-object.ts";
import { type Store, StoreUnavailable } from "../../src/store/store.ts";
import { describeStore } from "../contract/store.ts";
import { remoteStore } from "../support/remote-store.ts";
import type { Fault, Observed } from "../support/store-worker.ts";
import { startTestWorker, type TestWorker } from "../support/workerd.ts";

const folder = mkdtempSync(join(tmpdir(), "objects-"));
afterAll(() => rmSync(folder, { recursive: true }));

const wait = (seconds: number) => new Promise<void>((resolve) => setTimeout(resolve, seconds * 1000));

const startWorker = () =>
  startTestWorker("store-worker.ts", {
    durableObjects: { STORE_OBJECTS: { className: "ObservedObject", useSQLite: true } },
    kvNamespaces: ["STORE_KV"],
    resourcePersistencePath: folder,
  });

const storeOf = ({ url }: TestWorker) => remoteStore(`${url}/objects`, { consistency: "linearizable" });

describeStore("Durable Objects", async () => {
  const worker = await startWorker();
  const store = storeOf(worker);
  // Machines ask, the object looks at its clock.
  return { store, clock: "engine", ahead: () => store, advance: wait, close: () => worker.stop() };
});

describe("a Durable Object as a store", () => {
  let worker: TestWorker;
  let store: Store;
  beforeAll(async () => {
    worker = await startWorker();
    store = storeOf(worker);
  });
  afterAll(() => worker.stop());

  const observe = async (key: string) =>
    (await (await fetch(`${worker.url}/observed?key=${key}`)).json()) as Observed;
  const breakDown = (key: string, by: Fault) => fetch(`${worker.url}/break?key=${key}&by=${by}`);

  it("has what it had when workerd is started again", async () => {
    const key = newKey();
    const version = await store.put(key, "one", { ttlSeconds: 60 });

    await worker.stop();
    worker = await startWorker();
    store = storeOf(worker);

    expect(await store.get(key)).toEqual({ value: "one", version });
    expect(await store.put(key, "two", { ttlSeconds: 60, ifVersion: String(version) })).toBeTypeOf("string");
  });

  it("keeps nothing at all once a lifetime has ended", async () => {
    const key = newKey();
    await store.put(key, "one", { ttlSeconds: 1 });

    await expect.poll(() => observe(key), { timeout: 10_000 }).toMatchObject({ entries: 0, alarmAtMs: null });
  });

  it("keeps a lifetime that was lengthened, and ends it then", async () => {
    const key = newKey();
    await store.put(key, "one", { ttlSeconds: 1 });
    await store.put(key, "two", { ttlSeconds: 5 });
    const { alarmAtMs: first } = await observe(key);

    await expect.poll(async () => (await observe(key)).alarmAtMs, { timeout: 5000 }).toBeGreaterThan(
      Number(first),
    );

    expect((await store.get(key))?.value).toBe("two");
    await expect.poll(() => observe(key), { timeout: 15_000 }).toMatchObject({ entries: 0, alarmAtMs: null });
  });

  it("sets one alarm for all changes within the first lifetime", async () => {
    const key = newKey();
    await store.put(key, "one", { ttlSeconds: 60 });
    const { alarmAtMs } = await observe(key);

    for (let puts = 0; puts < 5; puts += 1) await store.put(key, `${puts}`, { ttlSeconds: 3600 });

    expect(await observe(key)).toEqual({ entries: 1, alarmAtMs, alarmsSet: 1 });
  });

  it("keeps nothing of what was deleted, no alarm either", async () => {
    const key = newKey();
    await store.put(key, "one", { ttlSeconds: 60 });

    await store.delete(key);

    expect(await observe(key)).toMatchObject({ entries: 0, alarmAtMs: null });
  });

  it.each<[what: string, ifVersion: null | undefined]>([
    ["creation", null],
    ["put without a condition", undefined],
  ])("takes a %s once when the object restarts before it has answered", async (_, ifVersion) => {
    const key = newKey();
    await breakDown(key, "restart");

    const version = await store.put(key, "one", { ttlSeconds: 60, ifVersion });

    expect(version).toBeTypeOf("string");
    expect(await store.get(key)).toEqual({ value: "one", version });
    expect(await observe(key)).toMatchObject({ entries: 1, alarmsSet: 0 });
  });

  it.each<[what: string, by: Fault]>([
    ["fails", "failure"],
    ["answers too late", "stall"],
  ])("is unavailable when the object %s, and for its key alone", async (_, by) => {
    const key = newKey();
    await store.put(key, "one", { ttlSeconds: 60 });
    await breakDown(key, by);

    const results = await Promise.allSettled([
      store.get(key),
      store.put(key, "two", { ttlSeconds: 60 }),
      store.delete(key),
      store.get(newKey()),
    ]);

    const unavailable = { status: "rejected", reason: expect.any(StoreUnavailable) };
    expect(results).toEqual([unavailable, unavailable, unavailable, { status: "fulfilled", value: null }]);
  });

  it("takes a change once when the object restarts before it has answered", async () => {
    const key = newKey();
    const ifVersion = String(await store.put(key, "one", { ttlSeconds: 60 }));
    await breakDown(key, "restart");

    const version = await store.put(key, "two", { ttlSeconds: 60, ifVersion });

    expect(version).toBeTypeOf("string");
    expect(await store.get(key)).toEqual({ value: "two", version });
  });
});

describe("a Durable Object that fails", () => {
  it.each<[what: string, error: unknown, asked: number]>([
    ["once when its code fails", failed({ remote: true }), 1],
    ["once when it is overloaded", failed({ retryable: true, overloaded: true }), 1],
    ["twice when it may be back", failed({ retryable: true }), 2],
    ["twice when it was reset", failed({ durableObjectReset: true }), 2],
  ])("is asked %s, and unavailable then", async (_, error, expected) => {
    let asked = 0;
    const store = createDurableObjectStore(namespaceOf(async () => {
      asked += 1;
      throw error;
    }));

    const results = await Promise.allSettled([store.put("g:a", "one", { ttlSeconds: 60 })]);

    expect(results).toEqual([{ status: "rejected", reason: expect.any(StoreUnavailable) }]);
    expect(asked).toBe(expected);
  });

  it("is unavailable when another class is bound in its place", async () => {
    const store = createDurableObjectStore(namespaceOf(async () => Response.json({}, { status: 404 })));

    await expect(store.get("g:a")).rejects.toThrow(StoreUnavailable);
  });
});

const newKey = () => `g:${randomUUID()}`;

function failed(said: Record<string, boolean>): Error {
  return Object.assign(new Error("Network connection lost."), said);
}

function namespaceOf(fetch: () => Promise<Response>): ObjectNamespace {
  return { idFromName: (name) => name, get: () => ({ fetch }) };
}
