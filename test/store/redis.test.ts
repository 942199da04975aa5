import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRedis } from "../../adapters/redis.ts";
import { createLog } from "../../src/lib/log.ts";
import type { RedisSettings } from "../../src/lib/store-settings.ts";
import { createRedisStore } from "../../src/store/redis.ts";
import { type Store, StoreUnavailable } from "../../src/store/store.ts";
import { describeStore } from "../contract/store.ts";
import { describeStoreFaults } from "../contract/store-faults.ts";
import { startRedisCluster } from "../support/redis-cluster.ts";
import { startRedis } from "../support/redis-server.ts";
import { freePort } from "../support/servers.ts";
import { startTcpProxy } from "../support/tcp-proxy.ts";

const wait = (seconds: number) => new Promise<void>((resolve) => setTimeout(resolve, seconds * 1000));

/** A store on a client of its own, as one instance has it, and what that logs. */
function connect(urls: RedisSettings["urls"], { rejectUnauthorized = true } = {}) {
  const lines: string[] = [];
  const log = createLog({ level: "debug", write: (line) => lines.push(line), now: Date.now });
  const redis = openRedis({ kind: "redis", urls, rejectUnauthorized }, { log });
  return { store: createRedisStore(redis.commands), lines, close: redis.close, where: redis.where };
}

describeStore("Redis", async () => {
  const redis = await startRedis();
  const clients = [connect([redis.url]), connect([redis.url])] as const;
  return {
    store: clients[0].store,
    clock: "engine",
    ahead: () => clients[1].store,
    advance: wait,
    async close() {
      await Promise.all(clients.map((client) => client.close()));
      await redis.stop();
    },
  };
});

describeStore("a cluster of Redis", async () => {
  const cluster = await startRedisCluster();
  // One node is enough to find the others; two addresses are what says that it is a cluster.
  const urls = cluster.nodes.map(({ url }) => url) as [string, string];
  const { store, close } = connect(urls);
  return {
    store,
    clock: "engine",
    ahead: () => store,
    advance: wait,
    async close() {
      await close();
      await cluster.stop();
    },
  };
});

it("spreads its keys over all nodes of a cluster", async () => {
  const cluster = await startRedisCluster();
  const { store, close } = connect(cluster.nodes.map(({ url }) => url) as [string, string]);

  for (let at = 0; at < 60; at += 1) await store.put(`g:${at}`, "one", { ttlSeconds: 60 });

  const sizes = await Promise.all(cluster.nodes.map((node) => node.command("DBSIZE")));
  const keys = sizes.map((size) => Number(/:(\d+)/.exec(size)?.[1]));
  expect(Math.min(...keys)).toBeGreaterThan(0);
  expect(keys.reduce((sum, count) => sum + count)).toBe(60);
  await close();
  await cluster.stop();
});

describeStoreFaults("Redis", async () => {
  const redis = await startRedis({ persistent: true });
  const proxy = await startTcpProxy(redis.port);
  const { store, close } = connect([`redis://127.0.0.1:${proxy.port}`]);
  return {
    store,
    cutNext: (when) => proxy.cutNext(when),
    stall: () => proxy.stall(),
    resume: () => proxy.resume(),
    killEngine: () => redis.kill(),
    startEngine: () => redis.start(),
    async close() {
      await close();
      await proxy.stop();
      await redis.stop();
    },
  };
});

describe("the connection to Redis", () => {
  const answers = (store: Store) =>
    store.get(`g:${randomUUID()}`).then(() => "answers", (error: unknown) => {
      if (error instanceof StoreUnavailable) return "unavailable";
      throw error;
    });

  it("may begin before Redis does", async () => {
    const redis = await startRedis();
    await redis.kill();
    const { store, close } = connect([redis.url]);
    expect(await answers(store)).toBe("unavailable");

    await redis.start();

    await expect.poll(() => answers(store), { timeout: 5000 }).toBe("answers");
    await close();
    await redis.stop();
  });

  it("says once that Redis is lost, and once that it is back", async () => {
    const redis = await startRedis();
    const { store, lines, close } = connect([redis.url]);
    await answers(store);

    await redis.kill();
    expect(await answers(store)).toBe("unavailable");
    await redis.start();
    await expect.poll(() => answers(store), { timeout: 5000 }).toBe("answers");

    const events = lines.map((line) => (JSON.parse(line) as { event: string }).event);
    expect(events).toEqual(["store.lost", "store.back"]);
    await close();
    await redis.stop();
  });

  it("shows its password to Redis alone", async () => {
    const redis = await startRedis({ args: ["--requirepass", "open sesame"] });
    const right = connect([redis.url.replace("//", "//:open%20sesame@")]);
    const wrong = connect([redis.url.replace("//", "//:guessed%21@")]);

    expect(await answers(right.store)).toBe("answers");
    expect(await answers(wrong.store)).toBe("unavailable");

    expect(right.where).toBe(`127.0.0.1:${redis.port}`);
    expect(wrong.lines.join("\n")).toMatch(/WRONGPASS|invalid username-password/);
    expect(wrong.lines.join("\n")).not.toContain("guessed");
    await right.close();
    await wrong.close();
    await redis.stop();
  });

  describe("over TLS", () => {
    let folder: string;
    let port: number;
    let redis: Awaited<ReturnType<typeof startRedis>>;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "redis-tls-"));
      const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
      const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
      const files = ["-keyout", key, "-out", certificate];
      execFileSync("openssl", [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        ...files,
        ...subject,
      ], {
        stdio: "ignore",
      });
      port = await freePort();
      const tls = ["--tls-cert-file", certificate, "--tls-key-file", key, "--tls-auth-clients", "no"];
      redis = await startRedis({ args: ["--tls-port", String(port), ...tls] });
    });
    afterAll(async () => {
      await redis?.stop();
      await rm(folder, { recursive: true });
    });

    it("refuses a certificate that nobody vouches for", async () => {
      const { store, lines, close } = connect([`rediss://127.0.0.1:${port}`]);

      expect(await answers(store)).toBe("unavailable");

      expect(lines.join("\n")).toMatch(/certificate/);
      await close();
    });

    it("takes it where the operator says so (REDIS_TLS_REJECT_UNAUTHORIZED=0)", async () => {
      const { store, close } = connect([`rediss://127.0.0.1:${port}`], { rejectUnauthorized: false });

      expect(await answers(store)).toBe("answers");

      await close();
    });
  });
});
