import type * as v from "valibot";
import type { Picture } from "../apps/picture.ts";
import type { SkillId } from "../lib/skills.ts";
import type { SentryAccess } from "../sentry/access.ts";
import type { Ask } from "./question.ts";

/** Texts that stand for something and that only the same session can bring back, to the same tool. */
export interface Handles {
  readonly lifeMinutes: number;
  seal(data: unknown): Promise<string>;
  /** What was sealed; undefined for any other text, and when its time is over. */
  open(text: string): Promise<unknown>;
}

export interface ToolContext {
  readonly sentry: SentryAccess;
  readonly handles: Handles;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /**
   * Tells the client how a long call gets on, in one short line. Absent when it did not ask: then nobody waits for
   * longer than 20 s.
   */
  readonly progress?: (message: string) => void;
  /** Absent when the client cannot put questions to its user. */
  readonly ask?: Ask;
  /** The client draws pictures: what only they need is worth fetching. */
  readonly pictures?: boolean;
}

export interface Image {
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

/** Something that the answer mentions and that can be read on its own. */
export interface ResourceLink {
  /** As `lib/resource-address.ts` makes it. */
  readonly uri: string;
  /** For people; never foreign text. */
  readonly title: string;
}

interface App<Data> {
  /** Of the document that draws. */
  readonly uri: string;
  /** Pure, and small whatever the data. */
  picture(data: Data): Picture;
}

/** What a tool does to Sentry's data; the four MCP hints follow from it (`tools/annotations.ts`). */
export type Effect = "read" | "create" | "update" | "delete";

export interface Tool<Input extends v.GenericSchema = v.GenericSchema, Data = unknown> {
  /** Snake case; the file has the same name in kebab case. */
  readonly name: string;
  readonly title: string;
  /** When to use it and what comes back. Static, ours, short. */
  readonly description: string;
  /** Any one of these makes it available. */
  readonly skills: readonly SkillId[];
  /** The Sentry scopes its calls need. */
  readonly scopes: readonly string[];
  readonly effect: Effect;
  /**
   * "text": Markdown only, for everything that carries event text. With an output schema the result also has
   * `structuredContent`, complete and under the same limits as the text (design: a tool has one reading).
   */
  readonly output: "text" | v.GenericSchema;
  readonly input: Input;
  /** Arguments that work in the sandbox, so that tests can call a tool that was added today. */
  readonly example: v.InferInput<Input>;
  /** Fetches and shapes: plain data. */
  run(input: v.InferOutput<Input>, context: ToolContext): Promise<Data>;
  /** Pure: data to Markdown. */
  render(data: NoInfer<Data>): string;
  /** Pure: pictures that stand beside the text. */
  images?(data: Data): readonly Image[];
  /** Pure: where a client finds more about what the answer mentions; a few at most. */
  links?(data: NoInfer<Data>): readonly ResourceLink[];
  /** Draws the answer in clients that show Apps; the text is complete without. */
  readonly app?: App<NoInfer<Data>>;
}

/** Keeps the types of `input`, `run` and `render` tied to one another. */
export function defineTool<Input extends v.GenericSchema, Data>(tool: Tool<Input, Data>): Tool<Input, Data> {
  return tool;
}
