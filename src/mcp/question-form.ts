import type { ClientCapabilities, ElicitRequestFormParams } from "@modelcontextprotocol/server";
import * as v from "valibot";
import type { Answer, Question } from "../tools/question.ts";

/** The first revision in which an option with a title is a `const` with a `title`. */
const TITLED_SINCE = "2025-11-25";

/** Declared without a mode, it is that of forms (MCP 2025-11-25, Elicitation, "Capabilities"). */
export function canShowForms(declared: ClientCapabilities | undefined): boolean {
  const modes = declared?.elicitation;
  return modes !== undefined && (modes.form !== undefined || modes.url === undefined);
}

/** The question as a form: with one field for a choice, with none where accepting says it all. */
export function formOf({ key, message, choice }: Question, version: string): ElicitRequestFormParams {
  if (!choice) return { message, requestedSchema: { type: "object", properties: {} } };
  const { title, options } = choice;
  const titled = version >= TITLED_SINCE
    ? { oneOf: options.map((option) => ({ const: option.value, title: option.title })) }
    : { enum: options.map(({ value }) => value), enumNames: options.map(({ title }) => title) };
  return {
    message,
    requestedSchema: {
      type: "object",
      properties: { [key]: { type: "string", title, ...titled } },
      required: [key],
    },
  };
}

const answerSchema = v.object({
  action: v.picklist(["accept", "decline", "cancel"]),
  content: v.optional(v.record(v.string(), v.unknown())),
});

/** Undefined for what is no answer to a question. */
export function readAnswer(key: string, said: unknown): Answer | undefined {
  const read = v.safeParse(answerSchema, said);
  if (!read.success) return undefined;
  const { action, content = {} } = read.output;
  const value = content[key];
  return { action, ...(typeof value === "string" && { value }) };
}
