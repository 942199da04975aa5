import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openRedis } from "../../adapters/redis.ts";
import type { Channel } from "../../src/channel/channel.ts";
import { createRedisChannel } from "../../src/channel/redis.ts";
import { sseInstance } from "../http/sse-instance.ts";
import { answerTo, askingMcp, askThrough, begin, createAskingServer } from "../mcp/asking.ts";
import { beginSession, cancelled, cancellingMcp, wait } from "../mcp/cancelling.ts";
import { rpc, silent } from "../mcp/fixture.ts";
import { type Fleet, startFleet } from "../support/fleet.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { type SandboxServer, startSandbox } from "../support/sandbox-server.ts";
import { signIn } from "../support/sign-in.ts";
import { openSse } from "../support/sse.ts";

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.stop());

describe("two instances, each with its own connection to one Redis", () => {
  let channels: { here: Channel; there: Channel };
  let connections: ReturnType<typeof openRedis>[];
  beforeEach(() => {
    const open = () =>
      openRedis({ kind: "redis", urls: [redis.url], rejectUnauthorized: true }, { log: silent });
    const [here, there] = [open(), open()];
    connections = [here, there];
    channels = { here: createRedisChannel(here.pubSub), there: createRedisChannel(there.pubSub) };
  });
  afterEach(() => Promise.all(connections.map(({ close }) => close())));

  it("take the answer to a question of a 2025 session at either", async () => {
    const [here, there] = [askingMcp({ channel: channels.here }), askingMcp({ channel: channels.there })];
    const headers = await begin(here);
    const { question, rest } = await askThrough(here, { headers, message: "which one?" });

    await there.send({ body: answerTo(question, "that one"), headers });

    expect(JSON.stringify(await rest())).toContain("tester says that one");
  });

  it("cancel a call of a 2025 session at either", async () => {
    const [here, there] = [cancellingMcp(channels.here), cancellingMcp(channels.there)];
    const headers = await beginSession(here);
    const answering = here.send(wait(7), headers);
    await expect.poll(() => here.observed.started).toEqual(["climb"]);

    await expect.poll(async () => {
      await there.send(cancelled(7), headers);
      return here.observed.signal?.aborted;
    }).toBe(true);

    expect(await (await answering).text()).not.toContain("climbed");
  });

  it("serve a client of HTTP+SSE whose posts all reach the one that has not its stream", async () => {
    const createServer = () => createAskingServer();
    const here = sseInstance({ channel: channels.here, createServer });
    const there = sseInstance({ channel: channels.there, createServer });
    const client = await here.open();
    const params = {
      protocolVersion: "2025-06-18",
      capabilities: { elicitation: {} },
      clientInfo: { name: "sse client", version: "1" },
    };

    await there.post(client.endpoint, rpc("initialize", params));
    const begun = await client.message();
    const call = rpc("tools/call", { name: "ask", arguments: { message: "which one?" } }, 2);
    await there.post(client.endpoint, call);
    const question = await client.message();
    await here.post(client.endpoint, answerTo(question, "that one"));
    const answer = await client.message();

    expect(begun.result).toMatchObject({ protocolVersion: "2025-06-18" });
    expect(question).toMatchObject({ method: "elicitation/create", params: { message: "which one?" } });
    expect(answer.result?.content?.[0]?.text).toBe("sse client says that one");
  });

  it("cancel a call of HTTP+SSE at the one where it does not run", async () => {
    const [here, there] = [
      sseInstance({ channel: channels.here }),
      sseInstance({ channel: channels.there }),
    ];
    const client = await here.open();
    await there.post(client.endpoint, wait(7));

    await expect.poll(async () => {
      await here.post(client.endpoint, cancelled(7));
      return there.observed.signal?.aborted;
    }).toBe(true);
    await there.post(client.endpoint, rpc("ping", {}, 8));

    expect(await client.message()).toMatchObject({ id: 8 });
  });
});

describe("three processes behind a front that share one Redis", () => {
  let sandbox: SandboxServer;
  let fleet: Fleet;
  beforeAll(async () => {
    sandbox = await startSandbox();
    fleet = await startFleet(["node", "bun", "deno"], { ...sandbox.environment, REDIS_URL: redis.url });
  });
  afterAll(async () => {
    await fleet?.stop();
    await sandbox?.stop();
  });

  it("hold a stream at each, and take its posts at all of them", async () => {
    const { access_token: token } = await signIn({ baseUrl: fleet.baseUrl });
    const headers = { authorization: `Bearer ${token}` };
    const clients = [];
    for (let n = 0; n < 3; n++) clients.push(await openSse(fleet.baseUrl, { headers }));

    for (const client of clients) {
      await client.initialize();
      for (let id = 0; id < 4; id++) {
        const { result } = await client.call("tools/call", { name: "whoami", arguments: {} }, id);
        expect(JSON.stringify(result)).toContain("ada@example.test");
      }
    }

    const { passed } = fleet.front;
    expect(new Set(passed.filter(({ path }) => path === "/sse/message").map(({ instance }) => instance)).size)
      .toBe(3);
  });
});
