import { pause } from "../lib/pause.ts";
import { withinTime } from "../lib/time-limit.ts";
import { type Channel, ChannelUnavailable } from "./channel.ts";
import { type Inbox, openInbox } from "./inbox.ts";

/** What this needs of a client, which subscribes anew by itself after it has lost its connection. */
export interface RedisPubSub {
  publish(topic: string, message: string): Promise<unknown>;
  /** @returns What unsubscribes. */
  subscribe(topic: string, listener: (message: string) => void): Promise<() => Promise<void>>;
}

const LIMIT_MS = 3000;

const ATTEMPTS = 3;
const PAUSE_MS = 100;

/** Between all instances that share a Redis. Those who subscribe to a topic here share one subscription there. */
export function createRedisChannel(pubSub: RedisPubSub, { limitMs = LIMIT_MS } = {}): Channel {
  const topics = new Map<string, Topic>();

  const late = (): never => {
    throw new ChannelUnavailable(`Cannot reach Redis: no answer in ${limitMs} ms`);
  };

  async function timely(work: () => Promise<unknown>): Promise<void> {
    try {
      await withinTime(work(), { limitMs, late });
    } catch (cause) {
      if (cause instanceof ChannelUnavailable) throw cause;
      throw new ChannelUnavailable("Cannot reach Redis", { cause });
    }
  }

  function topicOf(name: string): Topic {
    const topic = topics.get(name) ?? openTopic(name, { pubSub, onUnused: () => topics.delete(name) });
    topics.set(name, topic);
    return topic;
  }

  return {
    publish: (topic, message) => timely(() => pubSub.publish(topic, message)),

    async subscribe(name, { signal }) {
      const { inboxes, settle } = topicOf(name);
      // When it fails, the next to come or go tries again.
      const onClosed = () => void settle().catch(() => undefined);
      const { messages, leave } = openInbox({ inboxes, signal, onClosed });
      try {
        await timely(settle);
      } catch (error) {
        leave();
        throw error;
      }
      return messages;
    },
  };
}

interface Topic {
  readonly inboxes: Set<Inbox>;
  /** Subscribes at the engine when there are inboxes, and unsubscribes when there are none. */
  settle(): Promise<void>;
}

function openTopic(
  name: string,
  { pubSub, onUnused }: { pubSub: RedisPubSub; onUnused: () => void },
): Topic {
  const inboxes = new Set<Inbox>();
  let unsubscribe: (() => Promise<void>) | undefined;
  let next: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();

  function deliver(message: string): void {
    for (const inbox of inboxes) inbox.push(message);
  }

  async function step(): Promise<void> {
    if (inboxes.size > 0) unsubscribe ??= await persist(() => pubSub.subscribe(name, deliver));
    else if (unsubscribe) {
      await persist(unsubscribe);
      unsubscribe = undefined;
    }
    if (inboxes.size === 0 && !unsubscribe) onUnused();
  }

  return {
    inboxes,
    // One step after the other: clients lose a subscription that overtakes the end of the one before it.
    settle() {
      next ??= last.then(() => {
        next = undefined;
        return step();
      });
      last = next.catch(() => undefined);
      return next;
    },
  };
}

/** A connection that breaks fails what is under way, and is back soon. */
async function persist<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1;; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await pause(PAUSE_MS);
    }
  }
}
