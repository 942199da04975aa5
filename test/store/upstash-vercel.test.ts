import { once } from "node:events";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { type SandboxServer, startSandbox } from "../support/sandbox-server.ts";
import { type Environment, type RunningServer, startServer } from "../support/servers.ts";
import { signIn, type Tokens } from "../support/sign-in.ts";
import { startUpstashFront, type UpstashFront } from "../support/upstash-front.ts";

let redis: RedisServer;
let front: UpstashFront;
let sandbox: SandboxServer;
beforeAll(async () => {
  redis = await startRedis();
  [front, sandbox] = await Promise.all([startUpstashFront(redis.url), startSandbox()]);
});
afterAll(async () => {
  await Promise.all([front.stop(), sandbox.stop()]);
  await redis.stop();
});

it("shares sign-ins between instances of Vercel's edge, their refreshes and their end", async () => {
  const first = await start({ UPSTASH_REDIS_REST_URL: front.url, UPSTASH_REDIS_REST_TOKEN: front.token });
  // The names that Vercel's integration sets.
  const second = await start({
    KV_REST_API_URL: front.url,
    KV_REST_API_TOKEN: front.token,
    BASE_URL: first.baseUrl,
    REVOCATION_CACHE_SECONDS: "0",
  });
  const signedIn = await signIn(first);

  const refreshed = await refresh(second, signedIn.clientId, signedIn.refresh_token);
  // What the token endpoint answers has this shape.
  const { access_token: accessToken, refresh_token: refreshToken } = JSON.parse(refreshed.body) as Tokens;
  const before = await whoami(second, accessToken);
  const revoked = await form(first, "/oauth/revoke", { token: refreshToken, client_id: signedIn.clientId });
  const after = await whoami(second, accessToken);
  const refused = await refresh(second, signedIn.clientId, refreshToken);

  expect(refreshToken).not.toBe(signedIn.refresh_token);
  expect(before.body).toContain("Ada");
  expect([revoked.status, after.status, refused.status]).toEqual([200, 401, 400]);
  expect(refused.body).toContain("invalid_grant");
  const said =
    `"event":"store.opened","store":"upstash","consistency":"linearizable","where":"127.0.0.1:${front.port}"`;
  expect([first.output(), second.output()]).toEqual([
    expect.stringContaining(said),
    expect.stringContaining(said),
  ]);
  expect(first.output() + second.output()).not.toContain(front.token);
});

it("asks people to come again while Upstash is away", async () => {
  const away = await startUpstashFront(redis.url);
  const server = await start({ UPSTASH_REDIS_REST_URL: away.url, UPSTASH_REDIS_REST_TOKEN: away.token });
  const { clientId, refresh_token: refreshToken } = await signIn(server);
  await away.stop();

  const refused = await refresh(server, clientId, refreshToken);

  expect(refused.status).toBe(503);
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
});

async function start(env: Environment): Promise<RunningServer> {
  const server = await startServer("vercel", { ...sandbox.environment, LOG_LEVEL: "info", ...env });
  onTestFinished(() => server.stop());
  return server;
}

function form(server: RunningServer, path: string, fields: Record<string, string>): Promise<Answer> {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return ask(server, path, { headers, body: new URLSearchParams(fields).toString() });
}

function refresh(server: RunningServer, clientId: string, token: string): Promise<Answer> {
  return form(server, "/oauth/token", {
    grant_type: "refresh_token",
    client_id: clientId,
    refresh_token: token,
  });
}

function whoami(server: RunningServer, token: string): Promise<Answer> {
  const headers = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    authorization: `Bearer ${token}`,
    "mcp-protocol-version": "2025-11-25",
  };
  const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "whoami", arguments: {} } };
  return ask(server, "/mcp", { headers, body: JSON.stringify(call) });
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** As a router in front asks the instance of its choice: `fetch` cannot name another host than it connects to. */
async function ask(
  { address, baseUrl }: RunningServer,
  path: string,
  { headers, body }: { headers: Record<string, string>; body: string },
): Promise<Answer> {
  const asked = request(`${address}${path}`, {
    method: "POST",
    headers: { ...headers, host: new URL(baseUrl).host },
    timeout: 10_000,
  }).end(body);
  // The first argument of this event is the response.
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}
