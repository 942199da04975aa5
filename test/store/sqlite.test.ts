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

it("decides races between two connections to one file", async () => {
  const first = open();
  const second = open(first.file);
  const version = String(await first.store.put("g:a", "start", { ttlSeconds: 60 }));

  const results = await Promise.all(
    [first, second].map(({ store }) => store.put("g:a", "mine", { ttlSeconds: 60, ifVersion: version })),
  );

  expect(results.filter((result) => result !== false)).toHaveLength(1);
  await first.close();
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

it("says that it is unavailable when the file is closed under it", async () => {
  const { store, database } = open();
  database.close();

  await expect(store.get("g:a")).rejects.toThrow(StoreUnavailable);
});
