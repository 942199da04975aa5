import { SubscriberTooSlow } from "./channel.ts";

/** More than one read of a socket brings, after which a reader had no turn yet. */
export const MAX_KEPT_MESSAGES = 1024;
/** A megabyte at two bytes each. One message is kept whatever its length. */
export const MAX_KEPT_CHARACTERS = 524_288;

/** Where one subscriber gets messages. */
export interface Inbox {
  push(message: string): void;
}

type Read = IteratorResult<string, undefined>;
const END: Read = { done: true, value: undefined };

/**
 * Joins the inboxes of a topic, and leaves them once nothing more will be taken: when the signal aborts, when the
 * reader leaves, or when too much is unread.
 */
export function openInbox(
  { inboxes, signal, onClosed }: { inboxes: Set<Inbox>; signal: AbortSignal; onClosed: () => void },
): { readonly messages: AsyncIterable<string>; leave(): void } {
  const kept: string[] = [];
  const waiting: ((read: Read) => void)[] = [];
  let keptCharacters = 0;
  let isOpen = true;
  let isOverrun = false;

  const inbox: Inbox = {
    push(message) {
      const reader = waiting.shift();
      if (reader) return reader({ done: false, value: message });
      const isFull = kept.length >= MAX_KEPT_MESSAGES ||
        keptCharacters + message.length > MAX_KEPT_CHARACTERS;
      if (isFull && kept.length > 0) {
        isOverrun = true;
        return close();
      }
      kept.push(message);
      keptCharacters += message.length;
    },
  };

  const messages: AsyncIterableIterator<string, undefined> = {
    async next() {
      const message = kept.shift();
      if (message !== undefined) {
        keptCharacters -= message.length;
        return { done: false, value: message };
      }
      if (isOverrun) {
        isOverrun = false;
        throw new SubscriberTooSlow(
          `Cannot go on: expected at most ${MAX_KEPT_MESSAGES} messages or ${MAX_KEPT_CHARACTERS} characters unread`,
        );
      }
      return isOpen ? new Promise<Read>((resolve) => waiting.push(resolve)) : END;
    },
    async return() {
      leave();
      return END;
    },
    [Symbol.asyncIterator]: () => messages,
  };

  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    signal.removeEventListener("abort", leave);
    inboxes.delete(inbox);
    for (const reader of waiting.splice(0)) reader(END);
    onClosed();
  }

  /** Nobody wants what is kept. */
  function leave(): void {
    kept.length = 0;
    isOverrun = false;
    close();
  }

  inboxes.add(inbox);
  signal.addEventListener("abort", leave, { once: true });
  if (signal.aborted) leave();
  return { messages, leave };
}
