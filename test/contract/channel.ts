import { randomBytes, randomUUID } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type Channel, SubscriberTooSlow } from "../../src/channel/channel.ts";
import { MAX_KEPT_CHARACTERS, MAX_KEPT_MESSAGES } from "../../src/channel/inbox.ts";
import type { ChannelHarness } from "./channel-harness.ts";

type Opened = () => ChannelHarness;

/** What every channel has to hold. */
export function describeChannel(name: string, open: () => Promise<ChannelHarness>): void {
  describe(`${name} as a channel`, () => {
    let harness: ChannelHarness | undefined;
    const opened = () => {
      if (!harness) throw new Error(`Cannot test ${name}: it did not open`);
      return harness;
    };
    beforeAll(async () => {
      harness = await open();
    });
    afterAll(() => harness?.close());

    describeDelivery(opened);
    describeSlowReaders(opened);
    describeEnds(opened);
    describeMemory(opened);
  });
}

function describeDelivery(opened: Opened): void {
  it("delivers what a publisher sends, in its order and once", async () => {
    const { here, there } = opened();
    const topic = newTopic();
    const reader = await subscribe(there, topic);
    const sent = Array.from({ length: 1000 }, (_, at) => String(at));

    await Promise.all(sent.map((each) => here.publish(topic, each)));
    await here.publish(topic, "last");

    expect(await take(reader, 1001)).toEqual([...sent, "last"]);
  });

  it("keeps the order of each of several publishers", async () => {
    const { here, there } = opened();
    const topic = newTopic();
    const reader = await subscribe(there, topic);

    const read = take(reader, 200);
    await Promise.all([here, there].map(async (channel, publisher) => {
      for (let at = 0; at < 100; at += 1) await channel.publish(topic, `${publisher}:${at}`);
    }));

    const messages = await read;
    const ofPublisher = (publisher: number) => messages.filter((each) => each.startsWith(`${publisher}:`));
    const inOrder = (publisher: number) => Array.from({ length: 100 }, (_, at) => `${publisher}:${at}`);
    expect([ofPublisher(0), ofPublisher(1)]).toEqual([inOrder(0), inOrder(1)]);
  });

  it("gives everything to each of several subscribers, here and there", async () => {
    const { here, there } = opened();
    const topic = newTopic();
    const readers = await Promise.all([here, here, there, there].map((each) => subscribe(each, topic)));

    await here.publish(topic, "one");
    await here.publish(topic, "two");

    const read = await Promise.all(readers.map((reader) => take(reader, 2)));
    expect(read).toEqual(readers.map(() => ["one", "two"]));
  });

  it("gives nothing to other topics", async () => {
    const { here, there } = opened();
    const topic = newTopic();
    const reader = await subscribe(there, topic);

    await here.publish(`${topic}x`, "longer");
    await here.publish(topic.slice(0, -1), "shorter");
    await here.publish(topic.toUpperCase(), "upper case");
    await here.publish("*", "pattern");
    await here.publish(topic, "own");

    expect(await take(reader, 1)).toEqual(["own"]);
  });

  it("takes what nobody listens to, and does not keep it", async () => {
    const { here, there } = opened();
    const topic = newTopic();
    await here.publish(topic, "early");

    const reader = await subscribe(there, topic);
    await here.publish(topic, "in time");

    expect(await take(reader, 1)).toEqual(["in time"]);
  });

  it("gives nothing more to one who left, and everything to one who stays or comes back", async () => {
    const { here, there } = opened();
    const topic = newTopic();
    const leaving = await subscribe(there, topic);
    const staying = await subscribe(there, topic);
    await leaving.return();

    await here.publish(topic, "one");
    await arrived(here, there);
    const back = await subscribe(there, topic);
    await here.publish(topic, "two");

    expect(await take(staying, 2)).toEqual(["one", "two"]);
    expect(await take(back, 1)).toEqual(["two"]);
    expect(await leaving.next()).toEqual({ done: true, value: undefined });
  });

  it("reaches one who comes in the moment in which the last one leaves", async () => {
    const { here, there } = opened();
    const topic = newTopic();

    const received: string[] = [];
    for (let round = 0; round < 50; round += 1) {
      const controller = new AbortController();
      const abandoned = there.subscribe(topic, { signal: controller.signal });
      controller.abort();
      const coming = await subscribe(there, topic);
      await here.publish(topic, String(round));
      received.push(...await take(coming, 1));
      void coming.return();
      await abandoned;
    }

    expect(received).toEqual(Array.from({ length: 50 }, (_, round) => String(round)));
  });

  it.each<[what: string, message: string]>([
    ["no text at all", ""],
    ["text of all planes", "\u00e9 e\u0301 \u05e9\u05dc\u05d5\u05dd \u{1f469}\u200d\u{1f4bb} \u{10ffff}"],
    ["line ends, quotes and a NUL", '\r\n"\\\0\u2028\ufeff'],
    ["a message longer than all that is kept", "\u20ac".repeat(MAX_KEPT_CHARACTERS * 2)],
  ])("delivers %s exactly", async (_, message) => {
    const { here, there } = opened();
    const topic = newTopic();
    const reader = await subscribe(there, topic);

    await here.publish(topic, message);

    const [received] = await take(reader, 1);
    expect(received === message).toBe(true);
  });
}

function describeSlowReaders(opened: Opened): void {
  it("waits for a reader who is slow for a while", async () => {
    const { here, there } = opened();
    const topic = newTopic();
    const slow = await subscribe(there, topic);
    const sent = Array.from({ length: MAX_KEPT_MESSAGES }, (_, at) => String(at));

    await Promise.all(sent.map((each) => here.publish(topic, each)));
    await arrived(here, there);

    expect(await take(slow, sent.length)).toEqual(sent);
    await here.publish(topic, "goes on");
    expect(await take(slow, 1)).toEqual(["goes on"]);
  });

  it.each<[limit: string, length: number, kept: number]>([
    ["messages", 1, MAX_KEPT_MESSAGES],
    ["characters", 100_000, Math.floor(MAX_KEPT_CHARACTERS / 100_000)],
  ])("gives one who stays slow what is kept, by its %s, and then an error", async (_, length, kept) => {
    const { here, there } = opened();
    const topic = newTopic();
    const slow = await subscribe(there, topic);
    const quick = await subscribe(there, topic);
    const message = (at: number) => String(at % 10).repeat(length);

    const readByQuick = take(quick, kept + 20);
    for (let at = 0; at < kept + 20; at += 1) await here.publish(topic, message(at));

    expect(await readByQuick).toHaveLength(kept + 20);
    expect(await take(slow, kept)).toEqual(Array.from({ length: kept }, (_, at) => message(at)));
    await expect(slow.next()).rejects.toBeInstanceOf(SubscriberTooSlow);
    expect(await slow.next()).toEqual({ done: true, value: undefined });
  });

  it("keeps no more than the limit for those who never read", async () => {
    const { here, there } = opened();
    const topic = newTopic();
    const idle = await Promise.all(Array.from({ length: 8 }, () => subscribe(there, topic)));
    const before = heapBytes();

    // 64 MB, each text of its own.
    for (let at = 0; at < 640; at += 1) await here.publish(topic, randomBytes(50_000).toString("hex"));
    await arrived(here, there);

    expect(heapBytes() - before).toBeLessThan(8_000_000);
    expect(await idle[0]?.next()).toMatchObject({ done: false });
  });
}

function describeEnds(opened: Opened): void {
  it("ends a reader who waits when the signal aborts", async () => {
    const { there } = opened();
    const controller = new AbortController();
    const reader = await subscribe(there, newTopic(), controller.signal);
    const waiting = [reader.next(), reader.next()];

    controller.abort();

    expect(await Promise.all(waiting)).toEqual([END, END]);
    expect(await reader.next()).toEqual(END);
  });

  it("drops what is kept when the signal aborts", async () => {
    const { here, there } = opened();
    const topic = newTopic();
    const controller = new AbortController();
    const reader = await subscribe(there, topic, controller.signal);
    await here.publish(topic, "kept");
    await arrived(here, there);

    controller.abort();

    expect(await reader.next()).toEqual(END);
  });

  it("ends at once when the signal has aborted before", async () => {
    const { there } = opened();

    const reader = await subscribe(there, newTopic(), AbortSignal.abort());

    expect(await reader.next()).toEqual(END);
  });

  it("can be read in a loop that is left", async () => {
    const { here, there } = opened();
    const topic = newTopic();
    const reader = await subscribe(there, topic);
    await here.publish(topic, "one");
    await here.publish(topic, "two");
    const read: string[] = [];

    for await (const message of reader) {
      read.push(message);
      if (message === "two") break;
    }

    expect(read).toEqual(["one", "two"]);
    expect(await reader.next()).toEqual(END);
  });
}

function describeMemory(opened: Opened): void {
  it.each<[how: string, end: (reader: AsyncIterator<string>, abort: () => void) => unknown]>([
    ["leave", (reader) => reader.return?.()],
    ["abort before they have read", (_, abort) => abort()],
    ["abort while they wait", async (reader, abort) => {
      const waiting = reader.next();
      abort();
      await waiting;
    }],
  ])("keeps nothing of those who %s", async (_, end) => {
    const { there } = opened();

    const keptBytes = await keptAfter(1000, there, async (topic) => {
      const controller = new AbortController();
      const messages = await there.subscribe(topic, controller);
      await end(messages[Symbol.asyncIterator](), () => controller.abort());
    });

    expect(keptBytes).toBeLessThan(1_000_000);
  });

  it("keeps nothing of those who leave before their signal aborts", async () => {
    const { there } = opened();
    const { signal } = new AbortController();

    const keptBytes = await keptAfter(1000, there, async (topic) => {
      const messages = await there.subscribe(topic, { signal });
      await messages[Symbol.asyncIterator]().return?.();
    });

    expect(keptBytes).toBeLessThan(1_000_000);
    expect(signal.aborted).toBe(false);
  });
}

/** What so many rounds leave on the heap. The names of their topics alone would be two kilobytes each. */
async function keptAfter(
  rounds: number,
  channel: Channel,
  comeAndGo: (topic: string) => Promise<void>,
): Promise<number> {
  for (let round = 0; round < 100; round += 1) await comeAndGo(longName());
  await arrived(channel, channel);
  const before = heapBytes();
  for (let round = 0; round < rounds; round += 1) await comeAndGo(longName());
  await arrived(channel, channel);
  return heapBytes() - before;
}

const longName = () => randomBytes(1000).toString("hex");

interface Reader extends AsyncIterable<string> {
  next(): Promise<IteratorResult<string>>;
  return(): Promise<unknown>;
}

const END = { done: true, value: undefined };

const newTopic = () => `s:${randomUUID()}`;

async function subscribe(channel: Channel, topic: string, signal?: AbortSignal): Promise<Reader> {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const messages = await channel.subscribe(topic, { signal: signal ?? controller.signal });
  const iterator = messages[Symbol.asyncIterator]();
  return {
    next: () => iterator.next(),
    return: async () => iterator.return?.(),
    [Symbol.asyncIterator]: () => iterator,
  };
}

async function take(reader: Reader, count: number): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < count) {
    const { done, value } = await reader.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

/** Messages overtake none that were sent before on the same way, so nothing is left on it. */
async function arrived(here: Channel, there: Channel): Promise<void> {
  const topic = newTopic();
  const reader = await subscribe(there, topic);
  await here.publish(topic, "arrived");
  await take(reader, 1);
  await reader.return();
}

setFlagsFromString("--expose-gc");
// What the flag brings has no name in a context that was there before.
const collectGarbage = runInNewContext("gc") as () => void;

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
