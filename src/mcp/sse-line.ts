import * as v from "valibot";
import type { Channel } from "../channel/channel.ts";
import { withinTime } from "../lib/time-limit.ts";
import { initializeSchema, type Session } from "./session.ts";

/** Much longer than an instance takes that is there. */
const KNOCK_LIMIT_MS = 2000;

const initialize = v.optional(initializeSchema);
const noteSchema = v.union([
  v.object({ knock: v.string(), begins: v.boolean(), initialize }),
  v.object({ ended: v.literal(true) }),
]);
type Note = v.InferOutput<typeof noteSchema>;

const replySchema = v.object({ initialize });

/**
 * Between an event stream and what is posted for it, perhaps to another instance. A call runs where it was posted, with
 * the token that came along, and only what it says travels. The stream remembers what its client said in `initialize`
 * and tells every post, which so learns as well that the stream is still there.
 */
export interface Line {
  /**
   * @param post `begins`: a call, whose end the stream has to be told.
   * @returns What the stream knows; undefined when nobody holds it.
   */
  knock(
    session: Session,
    post: { initialize?: Session["initialize"]; begins: boolean },
  ): Promise<Session | undefined>;
  /** To the client. */
  say(session: Session, message: string): Promise<void>;
  ended(session: Session): Promise<void>;
  /** For whoever holds the stream. Both lists end with the signal. */
  hear(session: Session, options: { signal: AbortSignal }): Promise<{
    readonly messages: AsyncIterable<string>;
    readonly notes: AsyncIterable<string>;
  }>;
  /** Answers the posts, and says how many calls are running, until the notes end. */
  attend(notes: AsyncIterable<string>, onRunning: (count: number) => void): Promise<void>;
}

export function createLine(channel: Channel): Line {
  const toClient = ({ id }: Session) => `sse/${id}`;
  const toHolder = ({ id }: Session) => `sse/${id}/notes`;
  const note = (session: Session, content: Note) =>
    channel.publish(toHolder(session), JSON.stringify(content));

  return {
    async knock(session, post) {
      const heard = new AbortController();
      const replyTo = `${toHolder(session)}/${crypto.randomUUID()}`;
      const replies = await channel.subscribe(replyTo, { signal: heard.signal });
      try {
        await note(session, { knock: replyTo, ...post });
        const late = () => undefined;
        const reply = await withinTime(firstOf(replies), { limitMs: KNOCK_LIMIT_MS, late });
        if (reply === undefined) return undefined;
        const known = v.parse(replySchema, JSON.parse(reply)).initialize;
        return known ? { ...session, initialize: known } : session;
      } finally {
        heard.abort();
      }
    },

    say: (session, message) => channel.publish(toClient(session), message),

    ended: (session) => note(session, { ended: true }),

    async hear(session, options) {
      const [messages, notes] = await Promise.all([
        channel.subscribe(toClient(session), options),
        channel.subscribe(toHolder(session), options),
      ]);
      return { messages, notes };
    },

    async attend(notes, onRunning) {
      let known: Session["initialize"] | undefined;
      let running = 0;
      for await (const text of notes) {
        const heard = v.parse(noteSchema, JSON.parse(text));
        if ("ended" in heard) {
          running = Math.max(running - 1, 0);
        } else {
          known = heard.initialize ?? known;
          if (heard.begins) running += 1;
          await channel.publish(heard.knock, JSON.stringify({ initialize: known }));
        }
        onRunning(running);
      }
    },
  };
}

async function firstOf(messages: AsyncIterable<string>): Promise<string | undefined> {
  for await (const message of messages) return message;
  return undefined;
}
