import { expect, it, onTestFinished } from "vitest";
import { post } from "../support/rpc.ts";
import { startServer } from "../support/servers.ts";

const LIMIT = 10;

it("counts strangers at Deno Deploy by the address that Deploy tells", async () => {
  const server = await startServer("deno", {
    DENO_DEPLOYMENT_ID: "test",
    DENO_TRUST_PROXY_HEADERS: "1",
    STORE: "memory",
    SENTRY_AUTH_TOKEN: "sntryu_of-ada",
    MCP_API_KEY: "key-of-a-closed-network",
    RATE_LIMIT_PER_MINUTE: String(LIMIT),
  });
  onTestFinished(() => server.stop());
  const askAs = async (address: string) =>
    (await post(server, "{}", { "x-deno-client-address": `${address}:1234` })).status;

  const one = await Promise.all(Array.from({ length: LIMIT + 1 }, () => askAs("192.0.2.1")));
  const other = await askAs("192.0.2.2");

  expect(one).toContain(429);
  expect(other).toBe(401);
});
