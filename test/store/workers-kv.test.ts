import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { StoreUnavailable } from "../../src/store/store.ts";
import { createWorkersKvStore, type KeyValueNamespace } from "../../src/store/workers-kv.ts";
import { describeStore } from "../contract/store.ts";
import { remoteStore } from "../support/remote-store.ts";
import { startTestWorker } from "../support/workerd.ts";

const folder = mkdtempSync(join(tmpdir(), "kv-"));
afterAll(() => rmSync(folder, { recursive: true }));

const wait = (seconds: number) => new Promise<void>((resolve) => setTimeout(resolve, seconds * 1000));

async function open() {
  const worker = await startTestWorker("store-worker.ts", {
    durableObjects: { STORE_OBJECTS: { className: "ObservedObject", useSQLite: true } },
    kvNamespaces: ["STORE_KV"],
    resourcePersistencePath: folder,
  });
  const ahead = (skewSeconds: number) =>
    remoteStore(`${worker.url}/kv`, { consistency: "best-effort", skewSeconds });
  return { store: ahead(0), clock: "machine" as const, ahead, advance: wait, close: () => worker.stop() };
}

describeStore("Workers KV", open);

it("has what it had when workerd is started again", async () => {
  const key = `g:${randomUUID()}`;
  const first = await open();
  const version = await first.store.put(key, "one", { ttlSeconds: 60 });
  await first.close();

  const second = await open();

  expect(await second.store.get(key)).toEqual({ value: "one", version });
  await second.close();
});

describe("a KV namespace that fails", () => {
  it("is written again a second later, because a key takes one write a second", async () => {
    const { store, writtenAtMs } = refusingOnce();

    const version = await store.put("g:a", "one", { ttlSeconds: 60, ifVersion: null });

    const [refused = 0, taken = 0] = writtenAtMs;
    expect(taken - refused).toBeGreaterThanOrEqual(1000);
    expect(await store.get("g:a")).toEqual({ value: "one", version });
  });

  it("is not written again where another has written meanwhile", async () => {
    const { store, namespace } = refusingOnce();

    const late = store.put("g:a", "late", { ttlSeconds: 60, ifVersion: null });
    await wait(0.1);
    await namespace.put("g:a", "early", {
      expirationTtl: 60,
      metadata: { version: "1", expiresAtMs: Infinity },
    });

    expect(await late).toBe(false);
    expect(await store.get("g:a")).toEqual({ value: "early", version: "1" });
  });

  it("has taken a write that it refused and kept all the same", async () => {
    const { store } = refusingOnce({ keeps: true });

    const version = await store.put("g:a", "one", { ttlSeconds: 60, ifVersion: null });

    expect(await store.get("g:a")).toEqual({ value: "one", version });
  });

  it.each<[what: string, answer: () => Promise<never>]>([
    ["never answers", () => new Promise(() => {})],
    ["always fails", () => Promise.reject(new Error("KV GET failed: 500 Internal Server Error"))],
  ])("is unavailable when it %s", async (_, answer) => {
    const store = createWorkersKvStore({ getWithMetadata: answer, put: answer, delete: answer }, {
      now: Date.now,
    });

    const results = await Promise.allSettled([
      store.get("g:a"),
      store.put("g:a", "one", { ttlSeconds: 60 }),
      store.put("g:a", "one", { ttlSeconds: 60, ifVersion: null }),
      store.delete("g:a"),
    ]);

    const unavailable = { status: "rejected", reason: expect.any(StoreUnavailable) };
    expect(results).toEqual([unavailable, unavailable, unavailable, unavailable]);
  });
});

/** Refuses its first write as the platform does for the second within a second. */
function refusingOnce({ keeps = false } = {}) {
  const kept = new Map<string, { value: string; metadata: unknown }>();
  const writtenAtMs: number[] = [];
  const namespace: KeyValueNamespace = {
    getWithMetadata: async (key) => kept.get(key) ?? { value: null, metadata: null },
    async put(key, value, { metadata }) {
      const isFirst = writtenAtMs.length === 0;
      writtenAtMs.push(Date.now());
      if (!isFirst || keeps) kept.set(key, { value, metadata });
      if (isFirst) throw new Error("KV PUT failed: 429 Too Many Requests");
    },
    async delete(key) {
      kept.delete(key);
    },
  };
  return { store: createWorkersKvStore(namespace, { now: Date.now }), namespace, writtenAtMs };
}
