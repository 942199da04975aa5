import * as v from "valibot";
import type { Channel } from "../channel/channel.ts";
import type { Log } from "../lib/log.ts";
import type { Session } from "./session.ts";

/** Calls of a session that its client wants no answer to any more, at whichever instance they run. */
export interface Cancellations {
  /**
   * Nothing is waited for: what is cancelled before the channel listens is answered all the same.
   *
   * @param options `signal` ends it.
   */
  watch(call: { session: Session; requestId: string | number }, options: {
    signal: AbortSignal;
    onCancelled: () => void;
  }): void;
  /** Of a call that has ended, or that never was, nobody hears. */
  cancel(session: Session, requestId: unknown): Promise<void>;
}

const requestIds = v.union([v.string(), v.number()]);
const MOST_CHARACTERS = 300;

export function createCancellations(channel: Channel, log: Log): Cancellations {
  const topicOf = (session: Session) => `cancel/${session.id}`;

  return {
    watch({ session, requestId }, { signal, onCancelled }) {
      void (async () => {
        const wanted = JSON.stringify(requestId);
        for await (const cancelled of await channel.subscribe(topicOf(session), { signal })) {
          if (cancelled === wanted) return onCancelled();
        }
      })().catch((error: unknown) => log.warn("cancellation.unheard", { error: String(error) }));
    },

    async cancel(session, requestId) {
      const text = JSON.stringify(requestId);
      if (!v.is(requestIds, requestId) || text.length > MOST_CHARACTERS) return;
      await channel.publish(topicOf(session), text);
    },
  };
}
