import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { callTool } from "../support/rpc.ts";
import { type SandboxServer, startSandbox } from "../support/sandbox-server.ts";
import { type RunningServer, startServer } from "../support/servers.ts";
import { signIn, type Tokens } from "../support/sign-in.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";

/** Above the limits of the store and of those who ask it; far below what clients wait. */
const LIMIT_MS = 8000;

describe("a server whose Redis does not answer", () => {
  let sandbox: SandboxServer;
  let redis: RedisServer;
  let proxy: TcpProxy;
  let server: RunningServer;
  let tokens: Tokens & { clientId: string };

  beforeAll(async () => {
    sandbox = await startSandbox();
    redis = await startRedis();
    proxy = await startTcpProxy(redis.port);
    const environment = { ...sandbox.environment, REDIS_URL: `redis://127.0.0.1:${proxy.port}` };
    server = await startServer("node", environment);
    tokens = await signIn({ baseUrl: server.baseUrl, skills: ["inspect", "triage"] });
    proxy.stall();
  });
  afterAll(async () => {
    await server?.stop();
    await proxy?.stop();
    await redis?.stop();
    await sandbox?.stop();
  });

  const refresh = () =>
    fetch(`${server.baseUrl}/oauth/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "refresh_token",
        client_id: tokens.clientId,
        refresh_token: tokens.refresh_token,
      }),
      signal: AbortSignal.timeout(LIMIT_MS),
    });

  it("answers a refresh with 503 and says when to come again", async () => {
    const answer = await refresh();

    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await answer.json()).toMatchObject({ error: "temporarily_unavailable" });
  });

  it("goes on reading, and does not write what could be refused", async () => {
    const peer = { baseUrl: server.baseUrl, token: tokens.access_token };

    const read = await callTool(peer, "whoami");
    const write = await callTool(peer, "update_issue", {
      organizationSlug: "acme",
      issueId: "STOREFRONT-2",
      status: "resolved",
    });

    expect(read.status).toBe(200);
    expect(read.body.result?.isError ?? false).toBe(false);
    expect(write.status).toBe(503);
    expect(Number(write.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(write.body.error).toMatchObject({ message: expect.stringMatching(/try again/) });
  });

  it("finishes no sign-in, and says so on a page", async () => {
    await expect(signIn({ baseUrl: server.baseUrl })).rejects.toThrow(/503[\s\S]*could not be finished/);
  });

  it("takes the same refresh token once Redis answers again", async () => {
    proxy.resume();

    await expect.poll(async () => (await refresh()).status, { timeout: LIMIT_MS }).toBe(200);
  });
});
