import { once } from "node:events";
import { afterAll, beforeAll, expect, it } from "vitest";
import { GrantLost, noLosses, refreshUntilAnswered, takeGrant } from "../support/grant-in-hand.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { revokeAtGrants } from "../support/revoke-at-grants.ts";
import { type SandboxServer, startSandbox } from "../support/sandbox-server.ts";
import { type Environment, freePort, type RunningServer, startServer } from "../support/servers.ts";
import { type SlowWire, startSlowWire } from "../support/slow-wire.ts";

/** Between two writes: long enough to see the first and to kill the process before the second. */
const ANSWERS_AFTER_MS = 150;

let sandbox: SandboxServer;
let redis: RedisServer;
let wire: SlowWire;
let environment: Environment;
let server: RunningServer;

beforeAll(async () => {
  [sandbox, redis] = await Promise.all([startSandbox(), startRedis()]);
  wire = await startSlowWire(redis.port, ANSWERS_AFTER_MS);
  environment = { ...sandbox.environment, PORT: String(await freePort()) };
  server = await startServer("node", { ...environment, REDIS_URL: `redis://127.0.0.1:${wire.port}` });
});
afterAll(async () => {
  await server?.stop();
  await wire?.stop();
  await redis?.stop();
  await sandbox?.stop();
});

it("leaves nothing at /grants that stays when it is killed between the two writes of a sign-in", async () => {
  const { baseUrl } = server;
  const cut = takeGrant(baseUrl).catch((error: unknown) => error);
  await expect.poll(() => keys("u:*"), { interval: 5, timeout: 10_000 }).toBe(1);
  await kill();
  const grantsLeft = await keys("g:*");
  server = await startServer("node", { ...environment, REDIS_URL: redis.url });

  const later = await takeGrant(baseUrl);
  await revokeAtGrants(baseUrl);

  expect(await cut).toBeInstanceOf(TypeError);
  expect(grantsLeft).toBe(0);
  const asking = { baseUrl, losses: noLosses(), signal: AbortSignal.timeout(10_000) };
  await expect(refreshUntilAnswered(later, asking)).rejects.toThrow(GrantLost);
  await expect(takeGrant(baseUrl)).resolves.toHaveProperty("accessToken");
});

async function keys(pattern: string): Promise<number> {
  return Number(/^\*(\d+)/.exec(await redis.command(`KEYS ${pattern}`))?.[1]);
}

async function kill(): Promise<void> {
  const child = server.process;
  if (!child) throw new Error("Expected a process of its own");
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
  await server.stop();
}
