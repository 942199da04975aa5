import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { createSqliteStore } from "../../src/store/sqlite.ts";
import { type Store, StoreUnavailable } from "../../src/store/store.ts";
import { describeStore } from "../contract/store.ts";
import { nodePath } from "../support/binaries.ts";
import { run } from "../support/run.ts";
import { freePort } from "../support/servers.ts";
import { startStoreProcess } from "../support/start-store-process.ts";

const folder = mkdtempSync(join(tmpdir(), "store-processes-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = () => join(folder, `${++files}.sqlite`);

const wait = (seconds: number) => new Promise<void>((resolve) => setTimeout(resolve, seconds * 1000));

for (const runtime of ["bun", "deno"] as const) {
  describeStore(`SQLite in ${runtime}`, async () => {
    const { store, ahead, stop } = await startStoreProcess(runtime, "sqlite", newFile());
    return { store, ahead, clock: "machine", advance: wait, close: stop };
  });
}

describeStore("SQLite in Node and Bun at once", async () => {
  const file = newFile();
  const node = await startStoreProcess("node", "sqlite", file);
  const bun = await startStoreProcess("bun", "sqlite", file);
  return {
    store: node.store,
    ahead: bun.ahead,
    clock: "machine",
    advance: wait,
    close: async () => void (await Promise.all([node.stop(), bun.stop()])),
  };
});

describe("an SQLite file that processes share", () => {
  it("loses no step of two processes that read and then change", async () => {
    const file = newFile();
    const processes = await Promise.all([start("node", file), start("bun", file)]);
    const [{ store: first }] = processes;
    await first.put("g:a", "0", { ttlSeconds: 60 });

    await Promise.all(processes.map(async ({ store }) => {
      for (let steps = 0; steps < 40; steps += 1) await step(store, "g:a");
    }));

    expect((await first.get("g:a"))?.value).toBe("80");
  });

  it("cannot be written while another has it locked, says so in time, and goes on when that one dies", async () => {
    const file = newFile();
    const database = new DatabaseSync(file);
    const store = createSqliteStore(database, { now: Date.now });
    const version = await store.put("g:a", "one", { ttlSeconds: 60 });
    const holder = await holdLocked(file);

    const results = await Promise.allSettled([
      store.put("g:a", "two", { ttlSeconds: 60 }),
      store.put("g:b", "two", { ttlSeconds: 60, ifVersion: null }),
      store.delete("g:a"),
    ]);

    const unavailable = { status: "rejected", reason: expect.any(StoreUnavailable) };
    expect(results).toEqual([unavailable, unavailable, unavailable]);
    expect(await store.get("g:a")).toEqual({ value: "one", version });

    await holder.kill();

    expect(await store.put("g:a", "two", { ttlSeconds: 60, ifVersion: String(version) })).toBeTypeOf(
      "string",
    );
    database.close();
  });
});

it("is named when a server cannot open it", async () => {
  const dataDir = mkdtempSync(join(folder, "damaged-"));
  writeFileSync(
    join(dataDir, "store.sqlite"),
    "This is text, and long enough to be taken for a page. ".repeat(100),
  );
  const env = { DATA_DIR: dataDir, PORT: String(await freePort()) };

  const { code, stderr } = await run(nodePath(), ["adapters/node.ts"], { env, timeoutMs: 20_000 });

  expect(code).toBe(1);
  expect(stderr).toContain(`Cannot open the SQLite file ${dataDir}/store.sqlite: file is not a database`);
});

describe.each(["node", "bun", "deno"] as const)("an SQLite file in a process of %s", (runtime) => {
  it("has whatever put said it has, when the disk was full", async () => {
    const file = newFile();
    const limited = await start(runtime, file, { maxFileBytes: 256 * 1024 });
    const said = new Map<string, string>();

    const filling = fill(limited.store, said);

    await expect(filling).rejects.toThrow(StoreUnavailable);
    await limited.kill();
    expect(said.size).toBeGreaterThan(0);
    expect(await missingOf(file, said)).toEqual([]);
  });

  it("has whatever put said it has, when it was killed", async () => {
    const file = newFile();
    const killed = await start(runtime, file);
    const said = new Map<string, string>();

    const filling = Promise.allSettled(Array.from({ length: 4 }, () => fill(killed.store, said)));
    while (said.size < 40) await wait(0.001);
    await killed.kill();
    await filling;

    expect(await missingOf(file, said)).toEqual([]);
  });
});

async function start(runtime: "node" | "bun" | "deno", file: string, options?: { maxFileBytes: number }) {
  const started = await startStoreProcess(runtime, "sqlite", file, options);
  onTestFinished(() => started.stop());
  return started;
}

/** Two megabytes, unless a put fails; `said` has the keys and versions of those that came through. */
async function fill(store: Store, said: Map<string, string>): Promise<void> {
  for (let puts = 0; puts < 500; puts += 1) {
    const key = `g:${randomUUID()}`;
    const version = await store.put(key, "x".repeat(4000), { ttlSeconds: 600, ifVersion: null });
    if (version !== false) said.set(key, version);
  }
}

async function missingOf(file: string, said: ReadonlyMap<string, string>): Promise<string[]> {
  const database = new DatabaseSync(file);
  const store = createSqliteStore(database, { now: Date.now });
  const missing: string[] = [];
  for (const [key, version] of said) {
    if ((await store.get(key))?.version !== version) missing.push(key);
  }
  database.close();
  return missing;
}

/** A process that begins to write and never ends. */
async function holdLocked(file: string): Promise<{ kill(): Promise<void> }> {
  const script = `
    const { DatabaseSync } = require("node:sqlite");
    new DatabaseSync(process.argv[1]).exec("BEGIN EXCLUSIVE");
    console.log("locked");
    setInterval(() => {}, 1000);`;
  const child = spawn(nodePath(), ["-e", script, file], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((resolve, reject) => {
    child.stdout.once("data", resolve);
    child.once("exit", () => reject(new Error("Cannot lock the file")));
  });
  return {
    async kill() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function step(store: Store, key: string): Promise<void> {
  const found = await store.get(key);
  const options = { ttlSeconds: 60, ifVersion: found?.version ?? null };
  if ((await store.put(key, String(Number(found?.value) + 1), options)) === false) await step(store, key);
}
