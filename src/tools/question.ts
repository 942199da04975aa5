/**
 * Ends a run: the user has to be asked. The tool then runs again, from its beginning, with the answer; so it asks
 * before it changes anything.
 */
export class Question extends Error {
  override name = "Question";
  /** Tells the questions of one call apart. */
  readonly key: string;
  /** Absent: accepting says it all. */
  readonly choice?: Choice;
  /** Comes back with the answer, unread and unchanged by whoever answers. */
  readonly kept?: unknown;

  constructor(key: string, message: string, more: { choice?: Choice; kept?: unknown }) {
    super(message);
    this.key = key;
    this.choice = more.choice;
    this.kept = more.kept;
  }
}

interface Choice {
  /** What is chosen, as a person reads it. */
  readonly title: string;
  readonly options: readonly { readonly value: string; readonly title: string }[];
}

export interface Answer {
  /** "cancel": the question was dismissed, which says neither yes nor no. */
  readonly action: "accept" | "decline" | "cancel";
  /** What was chosen, or written: it need not be one of the options. */
  readonly value?: string;
  readonly kept?: unknown;
}

/** What the user has said in this call. */
export interface Ask {
  /** Undefined until the question with this key was put. */
  answerTo(key: string): Answer | undefined;
}

/** The user did not want it. What was asked for has not been done. */
export class Declined extends Error {
  override name = "Declined";
}

/**
 * What was kept beside a question whether something may be changed; undefined until it was put.
 *
 * @throws {Declined} The user did not agree.
 */
export function agreedTo(key: string, ask: Ask): { readonly kept: unknown } | undefined {
  const answer = ask.answerTo(key);
  if (!answer) return undefined;
  if (answer.action === "accept") return { kept: answer.kept };
  const said = answer.action === "decline" ? "said no" : "did not answer";
  throw new Declined(`Nothing was changed: the user was asked and ${said}`);
}
