import {
  type CallToolResult,
  type ClientCapabilities,
  inputRequired,
  type InputRequiredResult,
  ProtocolError,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import * as v from "valibot";
import { canonicalJson } from "../lib/canonical-json.ts";
import type { Handles } from "../tools/define.ts";
import { type Answer, type Ask, Question } from "../tools/question.ts";
import { askInCall } from "./ask-in-call.ts";
import { RPC } from "./json-rpc.ts";
import { canShowForms, formOf, readAnswer } from "./question-form.ts";

interface Asking {
  readonly server: Server;
  readonly mcpReq: ServerContext["mcpReq"];
  /** For what the client brings back: handles of exactly this call. */
  readonly handles: () => Handles;
  /** Aborts when the process is about to end. */
  readonly ending?: AbortSignal | undefined;
  /** Present when the client wants to be told how the call gets on. */
  readonly report?: ((message: string) => void) | undefined;
}

type Run = (ask: Ask | undefined) => Promise<CallToolResult>;

/** What the answers of one call are bound to: sent again with other arguments, it is another one. */
export function subjectOf(params: { readonly name: string; readonly arguments?: unknown }): string {
  return canonicalJson(["tools/call", params.name, params.arguments ?? {}]);
}

/**
 * Runs a call, from its beginning with every answer of the user, until it has a result. Before 2026-07-28 the client
 * is asked in the middle of the call. Since then the call ends with the question, and the client calls again with
 * the answer (MCP 2026-07-28, Multi Round-Trip Requests).
 *
 * @throws {ProtocolError} `-32602` for a `requestState` that is not of this call, or too old.
 */
export async function runWithAnswers(
  asking: Asking,
  run: Run,
): Promise<CallToolResult | InputRequiredResult> {
  const { server, mcpReq } = asking;
  const version = server.getNegotiatedProtocolVersion() ?? "";
  if (version < "2026-07-28") {
    return canShowForms(server.getClientCapabilities()) ? inCall(asking, version, run) : run(undefined);
  }
  const answers = await broughtAnswers(asking);
  // The SDK has checked it; its type does not name the keys.
  const envelope: { "io.modelcontextprotocol/clientCapabilities"?: ClientCapabilities } = mcpReq.envelope ??
    {};
  return canShowForms(envelope["io.modelcontextprotocol/clientCapabilities"])
    ? oneRound(asking, { version, answers }, run)
    : run(undefined);
}

async function inCall(asking: Asking, version: string, run: Run): Promise<CallToolResult> {
  const answers = new Map<string, Answer>();
  for (;;) {
    try {
      return await run({ answerTo: (key) => answers.get(key) });
    } catch (error) {
      if (!(error instanceof Question)) throw error;
      const answer = await askInCall(error, { ...asking, version });
      if (answer === "unable") return run(undefined);
      if (answer === "late") return UNANSWERED;
      answers.set(error.key, { ...answer, kept: error.kept });
    }
  }
}

const UNANSWERED: CallToolResult = {
  content: [{ type: "text", text: "The user was asked and did not answer in time: nothing was done" }],
  isError: true,
};

const answerSchema = v.object({
  action: v.picklist(["accept", "decline", "cancel"]),
  value: v.optional(v.string()),
  kept: v.optional(v.unknown()),
});

const stateSchema = v.object({
  answers: v.array(v.tuple([v.string(), answerSchema])),
  asked: v.object({ key: v.string(), kept: v.optional(v.unknown()) }),
});

/** All answers so far: to the question that was put last, and in the state those before it. */
async function broughtAnswers({ mcpReq, handles }: Asking): Promise<Map<string, Answer>> {
  const state = mcpReq.requestState<string>();
  if (state === undefined) return new Map();
  const opened = v.safeParse(stateSchema, await handles().open(state));
  if (!opened.success) {
    const message = "requestState is not of this call, or too old: call again without it";
    throw new ProtocolError(RPC.invalidParams, message, { reason: "invalid_request_state" });
  }
  const { answers, asked } = opened.output;
  const answer = readAnswer(asked.key, mcpReq.inputResponses?.[asked.key]);
  return new Map(answer ? [...answers, [asked.key, { ...answer, kept: asked.kept }]] : answers);
}

async function oneRound(
  { handles }: Asking,
  { version, answers }: { version: string; answers: ReadonlyMap<string, Answer> },
  run: Run,
): Promise<CallToolResult | InputRequiredResult> {
  try {
    return await run({ answerTo: (key) => answers.get(key) });
  } catch (error) {
    if (!(error instanceof Question)) throw error;
    const { key, kept } = error;
    return inputRequired({
      inputRequests: { [key]: { method: "elicitation/create", params: formOf(error, version) } },
      requestState: await handles().seal({ answers: [...answers], asked: { key, kept } }),
    });
  }
}
