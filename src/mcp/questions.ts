import { isJSONRPCResponse, type JSONRPCResponse } from "@modelcontextprotocol/server";
import type { Channel } from "../channel/channel.ts";
import type { Session } from "./session.ts";

/** A request to a client, whose answer comes with another request of that client, perhaps at another instance. */
interface Question {
  /** Under which it goes to the client: every server counts its own from 0. */
  readonly wireId: string;
  /** Undefined when the signal came first. */
  readonly answer: Promise<JSONRPCResponse | undefined>;
}

/** What is asked and not yet answered, under session and id. */
export interface Questions {
  /** Resolves when an answer would arrive. */
  open(session: Session, options: { signal: AbortSignal }): Promise<Question>;
  /** Answers to nothing that was asked are dropped. */
  answer(session: Session, answer: JSONRPCResponse): Promise<void>;
}

const WIRE_ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

export function createQuestions(channel: Channel): Questions {
  const topicOf = (session: Session, wireId: string) => `answer/${session.id}/${wireId}`;

  return {
    async open(session, options) {
      const wireId = crypto.randomUUID();
      const messages = await channel.subscribe(topicOf(session, wireId), options);
      return { wireId, answer: firstAnswer(messages) };
    },

    async answer(session, answer) {
      if (typeof answer.id !== "string" || !WIRE_ID.test(answer.id)) return;
      await channel.publish(topicOf(session, answer.id), JSON.stringify(answer));
    },
  };
}

async function firstAnswer(messages: AsyncIterable<string>): Promise<JSONRPCResponse | undefined> {
  for await (const message of messages) {
    const answer: unknown = JSON.parse(message);
    if (isJSONRPCResponse(answer)) return answer;
  }
  return undefined;
}
