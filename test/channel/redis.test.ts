import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { openRedis } from "../../adapters/redis.ts";
import { type Channel, ChannelUnavailable } from "../../src/channel/channel.ts";
import { createRedisChannel } from "../../src/channel/redis.ts";
import { createLog } from "../../src/lib/log.ts";
import { pause } from "../../src/lib/pause.ts";
import { describeChannel } from "../contract/channel.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";

const log = createLog({ level: "error", write: () => {}, now: Date.now });

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

/** A client of its own, as each instance has. */
function open({ limitMs }: { limitMs?: number } = {}): { channel: Channel; close(): Promise<void> } {
  const settings = { kind: "redis", urls: [redis.url], rejectUnauthorized: true } as const;
  const { pubSub, close } = openRedis(settings, { log });
  return { channel: createRedisChannel(pubSub, { limitMs }), close };
}

function opened(options?: { limitMs: number }): { channel: Channel } {
  const { channel, close } = open(options);
  onTestFinished(close);
  return { channel };
}

describeChannel("Redis", async () => {
  const [here, there] = [open(), open()];
  return {
    here: here.channel,
    there: there.channel,
    close: async () => void (await Promise.all([here.close(), there.close()])),
  };
});

describe("what Redis is asked for", () => {
  it("is one subscription for all who listen to a topic here, until the last has left", async () => {
    const { channel } = opened();
    const controllers = [new AbortController(), new AbortController(), new AbortController()];
    for (const controller of controllers) await channel.subscribe("s:shared", controller);

    const ofThree = await subscriptions("s:shared");
    controllers.pop()?.abort();
    controllers.pop()?.abort();
    await channel.subscribe("s:other", { signal: AbortSignal.abort() });
    const ofOne = await subscriptions("s:shared");
    controllers.pop()?.abort();

    expect([ofThree, ofOne]).toEqual([1, 1]);
    await expect.poll(() => subscriptions("s:shared")).toBe(0);
  });

  it.each<[how: string, end: (messages: AsyncIterable<string>, ends: Ends) => Promise<void>]>([
    ["leave a loop", async (messages, { publish }) => {
      await publish("one");
      for await (const message of messages) if (message === "one") break;
    }],
    ["throw in a loop", async (messages, { publish }) => {
      await publish("one");
      const read = async () => {
        for await (const message of messages) throw new Error(message);
      };
      await expect(read()).rejects.toThrow("one");
    }],
    ["abort before they read", async (_, { abort }) => abort()],
    ["abort while they wait", async (messages, { abort }) => {
      const waiting = messages[Symbol.asyncIterator]().next();
      abort();
      await waiting;
    }],
    ["never read, and are too slow", async (_, { publish }) => {
      for (let at = 0; at < 10; at += 1) await publish("x".repeat(100_000));
    }],
  ])("is no subscription any more for those who %s", async (_, end) => {
    const { channel } = opened();
    const controller = new AbortController();
    onTestFinished(() => controller.abort());
    const messages = await channel.subscribe("s:ending", controller);
    expect(await subscriptions("s:ending")).toBe(1);

    await end(messages, {
      publish: (message) => channel.publish("s:ending", message),
      abort: () => controller.abort(),
    });

    await expect.poll(allTopics).toEqual([]);
  });
});

describe("a Redis that fails", () => {
  it("is subscribed to again by itself when it has restarted, and repeats nothing", async () => {
    const [here, there] = [opened().channel, opened().channel];
    const messages = await there.subscribe("s:restart", untilTestEnds());
    const read: string[] = [];
    const reading = (async () => {
      for await (const message of messages) read.push(message);
    })();
    await here.publish("s:restart", "0");
    await expect.poll(() => read).toEqual(["0"]);

    await redis.kill();
    await redis.start();
    for (let at = 1; read.length < 5; at += 1) {
      await here.publish("s:restart", String(at)).catch(() => undefined);
      await pause(20);
    }

    expect(read).toEqual([...new Set(read)].sort((one, other) => Number(one) - Number(other)));
    expect(read[0]).toBe("0");
    expect(await subscriptions("s:restart")).toBe(1);
    void reading;
  });

  it("is left by those who leave while their connection breaks", async () => {
    const { channel } = opened();
    const controllers = Array.from({ length: 20 }, () => new AbortController());
    for (const [at, controller] of controllers.entries()) await channel.subscribe(`s:cut:${at}`, controller);

    redis.freeze();
    for (const controller of controllers) controller.abort();
    // So that they are on their way when the connection breaks.
    await pause(50);
    await redis.kill();
    await redis.start();

    await channel.publish("s:cut", "connected");
    await vi.waitFor(() => channel.subscribe("s:cut", untilTestEnds()), { timeout: 10_000 });
    await vi.waitFor(async () => expect(await allTopics()).toEqual(["s:cut"]), { timeout: 10_000 });
  });

  it.each<[what: string, fail: () => unknown, restore: () => unknown, expected: string]>([
    ["hangs", () => redis.freeze(), () => redis.thaw(), "Cannot reach Redis: no answer in 300 ms"],
    ["is away", () => redis.kill(), () => redis.start(), "Cannot reach Redis: no answer in 300 ms"],
  ])("is unavailable when it %s, and used again when it is back", async (_, fail, restore, expected) => {
    const { channel } = opened({ limitMs: 300 });
    await channel.publish("s:failing", "connected");
    const messages = await channel.subscribe("s:failing:before", untilTestEnds());
    await fail();

    const publishing = channel.publish("s:failing", "lost");
    const subscribing = channel.subscribe("s:failing", untilTestEnds());
    const failures = await Promise.allSettled([publishing, subscribing]);

    expect(failures).toEqual([
      { status: "rejected", reason: new ChannelUnavailable(expected) },
      { status: "rejected", reason: new ChannelUnavailable(expected) },
    ]);
    await restore();
    // Whoever was told that it failed is not subscribed, however late Redis took it.
    await vi.waitFor(async () => expect(await allTopics()).toEqual(["s:failing:before"]), {
      timeout: 10_000,
    });
    await vi.waitFor(() => channel.publish("s:failing:before", "back"), { timeout: 10_000 });
    expect((await messages[Symbol.asyncIterator]().next()).value).toBe("back");
  });
});

interface Ends {
  publish(message: string): Promise<void>;
  abort(): void;
}

function untilTestEnds(): { signal: AbortSignal } {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  return controller;
}

async function subscriptions(topic: string): Promise<number> {
  return Number(/:(\d+)/.exec(await redis.command(`PUBSUB NUMSUB ${topic}`))?.[1]);
}

async function allTopics(): Promise<string[]> {
  return (await redis.command("PUBSUB CHANNELS")).match(/s:[\w:-]+/g) ?? [];
}
