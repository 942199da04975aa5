import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Channel } from "../src/channel/channel.ts";
import { createMemoryChannel } from "../src/channel/memory.ts";
import type { Config } from "../src/config.ts";
import type { Log } from "../src/lib/log.ts";
import type { StoreKind } from "../src/lib/store-settings.ts";
import { createDenoKvStore, type DenoKv } from "../src/store/deno-kv.ts";
import { createMemoryStore } from "../src/store/memory.ts";
import { createSqliteStore } from "../src/store/sqlite.ts";
import type { Store } from "../src/store/store.ts";

export interface OpenStore {
  readonly store: Store;
  /** Absent where instances come and go and share nothing that could carry it. */
  readonly channel?: Channel;
  close(): Promise<void> | void;
}

export interface DenoKvHost {
  open(file?: string): Promise<DenoKv & { close(): void }>;
  /** At Deno Deploy, which has no disk. */
  readonly hosted: boolean;
}

/** What can be opened here; a file by default, because one machine needs nothing else. */
export function storesOf(denoKv?: DenoKvHost): readonly StoreKind[] {
  if (denoKv?.hosted) return ["deno-kv", "redis", "upstash", "memory"];
  if (denoKv) return ["sqlite", "redis", "upstash", "deno-kv", "memory"];
  return ["sqlite", "redis", "upstash", "memory"];
}

/** Opens the store that the environment names, on Node, Deno and Bun, and says so in the log. */
export async function openStore(
  { store: settings, dataDir }: Config,
  { log, denoKv }: { log: Log; denoKv?: DenoKvHost },
): Promise<OpenStore> {
  const now = Date.now;
  switch (settings.kind) {
    case "sqlite": {
      const file = fileIn(dataDir, "store.sqlite");
      const { store, close } = await openSqlite(file);
      return opened(store, file, close);
    }
    case "deno-kv": {
      if (!denoKv) break;
      const file = denoKv.hosted ? undefined : fileIn(dataDir, "store.deno-kv");
      const kv = await denoKv.open(file);
      return opened(createDenoKvStore(kv, { now }), file ?? "Deno Deploy", () => kv.close());
    }
    case "redis": {
      const [{ openRedis }, { createRedisStore }, { createRedisChannel }] = await Promise.all([
        import("./redis.ts"),
        import("../src/store/redis.ts"),
        import("../src/channel/redis.ts"),
      ]);
      const redis = openRedis(settings, { log });
      const channel = createRedisChannel(redis.pubSub);
      return { ...opened(createRedisStore(redis.commands), redis.where, redis.close), channel };
    }
    case "upstash": {
      const { openUpstash } = await import("./upstash.ts");
      const { store, where } = openUpstash(settings);
      return opened(store, where, () => {});
    }
    case "memory":
      return opened(createMemoryStore({ now }), "this process", () => {});
    case "durable-object":
    case "workers-kv":
      break;
  }
  throw new Error(`Cannot open ${settings.kind} here`);

  function opened(store: Store, where: string, close: OpenStore["close"]): OpenStore {
    log.info("store.opened", { store: settings.kind, consistency: store.consistency, where });
    return { store, channel: denoKv?.hosted ? undefined : createMemoryChannel(), close };
  }
}

function fileIn(folder: string, name: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, name);
}

async function openSqlite(file: string): Promise<OpenStore> {
  // Not imported above, because Deno Deploy may not have it.
  const { DatabaseSync } = await import("node:sqlite");
  try {
    const database = new DatabaseSync(file);
    return {
      store: createSqliteStore(database, { now: Date.now }),
      close: () => database.close(),
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot open the SQLite file ${file}: ${reason}`, { cause });
  }
}
