import { createServer, type Socket } from "node:net";
import { inspect } from "node:util";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { openUpstash } from "../../adapters/upstash.ts";
import { StoreUnavailable } from "../../src/store/store.ts";
import { describeStore } from "../contract/store.ts";
import { describeStoreFaults } from "../contract/store-faults.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { freePort, startServer } from "../support/servers.ts";
import { signIn } from "../support/sign-in.ts";
import { startTcpProxy } from "../support/tcp-proxy.ts";
import { startUpstashFront, type UpstashFront } from "../support/upstash-front.ts";

let redis: RedisServer;
let front: UpstashFront;
beforeAll(async () => {
  redis = await startRedis();
  front = await startUpstashFront(redis.url);
});
afterAll(async () => {
  await front.stop();
  await redis.stop();
});

const open = (token = front.token, url = front.url) => openUpstash({ kind: "upstash", url, token }).store;

describeStore("Upstash", async () => {
  const store = open();
  return {
    store,
    clock: "engine",
    ahead: () => open(),
    advance: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
    close: async () => {},
  };
});

describeStoreFaults("Upstash", async () => {
  const engine = await startRedis({ persistent: true });
  const rest = await startUpstashFront(engine.url);
  const proxy = await startTcpProxy(rest.port);
  return {
    store: open(rest.token, `http://127.0.0.1:${proxy.port}`),
    cutNext: proxy.cutNext,
    stall: proxy.stall,
    resume: proxy.resume,
    killEngine: engine.kill,
    startEngine: engine.start,
    async close() {
      await proxy.stop();
      await rest.stop();
      await engine.stop();
    },
  };
});

it("sends one request a call, and says nothing of the machine that it runs on", async () => {
  const store = open();
  const before = front.requests.length;

  const version = await store.put("g:once", "one", { ttlSeconds: 60 });
  await store.put("g:once", "two", { ttlSeconds: 60, ifVersion: String(version) });
  await Promise.all([store.get("g:once"), store.get("g:other")]);
  await store.delete("g:once");

  const asked = front.requests.slice(before);
  expect(asked.map(({ command }) => command[0])).toEqual(["eval", "eval", "eval", "eval", "eval"]);
  expect(asked.flatMap(({ headers }) => Object.keys(headers)).join(" ")).not.toContain("telemetry");
});

it("is unavailable with a wrong token, and tells neither that nor what was to be stored", async () => {
  const store = open("a-wrong-token");

  const put = store.put("g:hidden-key", "hidden-value", { ttlSeconds: 60 });

  const failure: unknown = await put.then(() => undefined, (error: unknown) => error);
  expect(failure).toBeInstanceOf(StoreUnavailable);
  expect(inspect(failure, { depth: null })).toContain("WRONGPASS invalid or missing auth token");
  expect(inspect(failure, { depth: null, showHidden: true })).not.toMatch(/a-wrong-token|hidden-/);
});

it("is unavailable when the engine refuses, and does not tell what was to be stored", async () => {
  const store = open();
  await redis.command("CONFIG SET maxmemory 1");

  const put = store.put("g:hidden-key", "hidden-value", { ttlSeconds: 60 });

  const failure: unknown = await put.then(() => undefined, (error: unknown) => error);
  await redis.command("CONFIG SET maxmemory 0");
  expect(failure).toBeInstanceOf(StoreUnavailable);
  expect(inspect(failure, { depth: null })).toContain("OOM command not allowed");
  expect(inspect(failure, { depth: null, showHidden: true })).not.toMatch(/hidden-/);
});

it.each(["before", "in the middle of"] as const)(
  "gives up in time when an answer stalls %s its body, and lets go of its requests",
  async (when) => {
    const { url, unanswered, stop } = await startStalling(when === "before" ? "" : STALLED_ANSWER);
    onTestFinished(stop);
    const store = open("token", url);
    const startedAtMs = performance.now();

    const failure: unknown = await store.get("g:stalled").then(() => undefined, (error: unknown) => error);

    expect(failure).toBeInstanceOf(StoreUnavailable);
    expect(performance.now() - startedAtMs).toBeLessThan(4000);
    expect(inspect(failure, { depth: null })).not.toContain("half-a-value");
    await expect.poll(unanswered).toBe(0);
  },
);

it("is unavailable when something else answers, and does not tell what", async () => {
  const { url, stop } = await startStalling(STALLED_ANSWER, { ends: true });
  onTestFinished(stop);
  const store = open("token", url);

  const failure: unknown = await store.get("g:cut").then(() => undefined, (error: unknown) => error);

  expect(failure).toBeInstanceOf(StoreUnavailable);
  expect(inspect(failure, { depth: null, showHidden: true })).not.toContain("half-a-value");
});

it.each(["node", "deno", "bun"] as const)("keeps the sign-ins of a server on %s", async (runtime) => {
  const server = await startServer(runtime, {
    UPSTASH_REDIS_REST_URL: front.url,
    UPSTASH_REDIS_REST_TOKEN: front.token,
    LOG_LEVEL: "info",
  });
  onTestFinished(() => server.stop());
  const before = front.requests.length;

  await signIn(server);

  const keys = front.requests.slice(before).map(({ command }) => String(command[3]).slice(0, 2));
  expect([...new Set(keys)].sort()).toEqual(["g:", "u:"]);
  expect(server.output()).toContain(`"store":"upstash","consistency":"linearizable","where":"127.0.0.1:`);
  expect(server.output()).not.toContain(front.token);
});

const STALLED_ANSWER = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"result":["half-a-value';

/** Takes everything, and answers so far and no further. */
async function startStalling(answer: string, { ends = false } = {}) {
  const sockets = new Set<Socket>();
  const asking = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => asking.delete(socket));
    socket.once("data", () => {
      asking.add(socket);
      return ends ? socket.end(answer) : socket.write(answer);
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${port}`,
    unanswered: () => asking.size,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
