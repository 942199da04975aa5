import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { createDenoKvStore, type DenoKv } from "../../src/store/deno-kv.ts";
import { StoreUnavailable } from "../../src/store/store.ts";
import { describeStore } from "../contract/store.ts";
import type { StoreHarness } from "../contract/store-harness.ts";
import { startStoreProcess } from "../support/start-store-process.ts";

const folder = mkdtempSync(join(tmpdir(), "deno-kv-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function open(file: string): Promise<StoreHarness> {
  const { store, ahead, stop } = await startStoreProcess("deno", "deno-kv", file);
  return {
    store,
    ahead,
    clock: "machine",
    advance: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
    close: stop,
  };
}

describeStore("Deno KV in a file", () => open(join(folder, "contract.kv")));
describeStore("Deno KV in memory", () => open(":memory:"));

it("loses nothing when its process is killed and another opens the file", async () => {
  const file = join(folder, "killed.kv");
  const first = await startStoreProcess("deno", "deno-kv", file);
  const version = await first.store.put("g:a", "one", { ttlSeconds: 60 });
  await first.kill();

  const second = await startStoreProcess("deno", "deno-kv", file);

  expect(await second.store.get("g:a")).toEqual({ value: "one", version });
  await second.stop();
});

it("says that it is unavailable when it is closed under the driver", async () => {
  const { store, closeEngine, stop } = await startStoreProcess("deno", "deno-kv", ":memory:");
  await closeEngine();

  await expect(store.get("g:a")).rejects.toThrow(StoreUnavailable);
  await expect(store.put("g:a", "one", { ttlSeconds: 60 })).rejects.toThrow(StoreUnavailable);
  await expect(store.delete("g:a")).rejects.toThrow(StoreUnavailable);
  await stop();
});

it("creates although Deno KV deletes the expired entry in that moment", async () => {
  const { kv, expire } = keptUntilTold();
  const store = createDenoKvStore(kv, { now: () => 1_000_000 });
  const late = createDenoKvStore(kv, { now: () => 2_000_000 });
  await store.put("g:a", "one", { ttlSeconds: 1 });
  expire.beforeNextCommit = true;

  const version = await late.put("g:a", "two", { ttlSeconds: 60, ifVersion: null });

  expect(await late.get("g:a")).toEqual({ value: "two", version });
});

/** One entry as Deno KV would keep it, which deletes it between a read and the write that follows. */
function keptUntilTold(): { kv: DenoKv; expire: { beforeNextCommit: boolean } } {
  const absent = { value: null as unknown, versionstamp: null as string | null };
  const expire = { beforeNextCommit: false };
  let entry = absent;
  let commits = 0;
  const kv: DenoKv = {
    get: async () => entry,
    delete: async () => void (entry = absent),
    atomic() {
      let expected: string | null | undefined;
      let next: unknown;
      return {
        check({ versionstamp }) {
          expected = versionstamp;
          return this;
        },
        set(_, value) {
          next = value;
          return this;
        },
        async commit() {
          if (expire.beforeNextCommit) entry = absent;
          expire.beforeNextCommit = false;
          if (expected !== undefined && expected !== entry.versionstamp) return { ok: false };
          commits += 1;
          entry = { value: next, versionstamp: String(commits) };
          return { ok: true, versionstamp: String(commits) };
        },
      };
    },
  };
  return { kv, expire };
}
