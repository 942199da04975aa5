import type { Channel } from "./channel.ts";
import { type Inbox, openInbox } from "./inbox.ts";

/** Within one process, or one Durable Object. */
export function createMemoryChannel(): Channel {
  const topics = new Map<string, Set<Inbox>>();

  return {
    async publish(topic, message) {
      for (const inbox of topics.get(topic) ?? []) inbox.push(message);
    },

    async subscribe(topic, { signal }) {
      const inboxes = topics.get(topic) ?? new Set<Inbox>();
      topics.set(topic, inboxes);
      const onClosed = () => {
        if (inboxes.size === 0) topics.delete(topic);
      };
      return openInbox({ inboxes, signal, onClosed }).messages;
    },
  };
}
