import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, it } from "vitest";
import { createSqliteStore } from "../../src/store/sqlite.ts";
import { StoreUnavailable } from "../../src/store/store.ts";
import { describeStore } from "../contract/store.ts";

const folder = mkdtempSync(join(tmpdir(), "store-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function open(file = join(folder, `${++files}.sqlite`)) {
  let nowMs = 1_000_000;
  const database = new DatabaseSync(file);
  return {
    file,
    database,
    store: createSqliteStore(database, { now: () => nowMs }),
    clock: "machine" as const,
    ahead: (skewSeconds: number) => createSqliteStore(database, { now: () => nowMs + skewSeconds * 1000 }),
    advance: async (seconds: number) => {
      nowMs += seconds * 1000;
    },
    close: async () => database.close(),
  };
}

describeStore("SQLite", async () => open());

it("loses nothing when it is closed and opened again", async () => {
  const first = open();
  const version = await first.store.put("g:a", "one", { ttlSeconds: 60 });
  await first.close();

  const second = open(first.file);

  expect(await second.store.get("g:a")).toEqual({ value: "one", version });
  await second.close();
});

it("sweeps expired rows away as it goes on", async () => {
  const { store, advance, database, close } = open();
  for (let at = 0; at < 255; at++) await store.put(`g:${at}`, "short", { ttlSeconds: 1 });
  await advance(2);
  await store.put("g:last", "long", { ttlSeconds: 60 });

  expect(database.prepare("SELECT count(*) AS rows FROM entries").get()).toEqual({ rows: 1 });
  await close();
});

it("waits for the file while another has it locked, and lets everything else go on", async () => {
  const { store, file, close } = open();
  const other = new DatabaseSync(file);
  other.exec("BEGIN IMMEDIATE");
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
    if (ticks === 20) other.exec("ROLLBACK");
  }, 5);

  const version = await store.put("g:a", "one", { ttlSeconds: 60 });

  clearInterval(timer);
  expect(ticks).toBeGreaterThanOrEqual(20);
  expect(await store.get("g:a")).toEqual({ value: "one", version });
  other.close();
  await close();
});

it("goes on with what needs no room when the disk is full, and with all when there is some", async () => {
  const { store, database, close } = open();
  const kept = String(await store.put("g:kept", "one", { ttlSeconds: 60 }));
  await store.put("g:ended", "two", { ttlSeconds: 60 });
  const { page_count: pages } = database.prepare("PRAGMA page_count").get() as { page_count: number };
  database.exec(`PRAGMA max_page_count = ${pages}`);

  await expect(store.put("g:big", "x".repeat(32_000), { ttlSeconds: 60 })).rejects.toThrow(StoreUnavailable);
  const changed = await store.put("g:kept", "two", { ttlSeconds: 60, ifVersion: kept });
  await store.delete("g:ended");

  expect(await store.get("g:big")).toBeNull();
  expect(await store.get("g:kept")).toEqual({ value: "two", version: changed });
  expect(await store.get("g:ended")).toBeNull();

  database.exec("PRAGMA max_page_count = 1000000");

  expect(await store.put("g:big", "x".repeat(32_000), { ttlSeconds: 60 })).toBeTypeOf("string");
  await close();
});

it("reads a file that it may not write, and says that puts are unavailable", async () => {
  const first = open();
  const version = await first.store.put("g:a", "one", { ttlSeconds: 60 });
  const database = new DatabaseSync(first.file, { readOnly: true });
  const store = createSqliteStore(database, { now: () => 1_000_000 });

  await expect(store.put("g:a", "two", { ttlSeconds: 60 })).rejects.toThrow(StoreUnavailable);

  expect(await store.get("g:a")).toEqual({ value: "one", version });
  database.close();
  await first.close();
});

it("says that it is unavailable when the file is closed under it", async () => {
  const { store, database } = open();
  database.close();

  await expect(store.get("g:a")).rejects.toThrow(StoreUnavailable);
  await expect(store.put("g:a", "one", { ttlSeconds: 60 })).rejects.toThrow(StoreUnavailable);
  await expect(store.delete("g:a")).rejects.toThrow(StoreUnavailable);
});
