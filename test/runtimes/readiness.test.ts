import { afterAll, beforeAll, expect, it } from "vitest";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { type RunningServer, startServer } from "../support/servers.ts";

let redis: RedisServer;
let server: RunningServer;
beforeAll(async () => {
  redis = await startRedis();
  server = await startServer("node", { REDIS_URL: redis.url });
});
afterAll(async () => {
  await server?.stop();
  await redis?.stop();
});

const statusOf = async (path: string) => (await fetch(`${server.baseUrl}${path}`)).status;
const becomes = (status: number) =>
  expect.poll(() => statusOf("/health/ready"), { interval: 250, timeout: 15_000 }).toBe(status);

it("goes with the store, however it is away, while the process stays alive and in service", async () => {
  await becomes(200);

  await redis.kill();
  await becomes(503);
  const away = [await statusOf("/health"), await statusOf("/health/live")];
  const details = await (await fetch(`${server.baseUrl}/health?verbose`)).text();
  await redis.start();
  await becomes(200);
  redis.freeze();
  await becomes(503);
  redis.thaw();
  await becomes(200);

  expect(away).toEqual([200, 200]);
  expect(details).toContain('"reachable":false');
  expect(details).not.toContain(String(redis.port));
});
