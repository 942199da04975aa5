import { confineArguments } from "../constraint/narrow.ts";
import type { Sealer } from "../lib/seal.ts";
import type { TraceContext } from "../lib/trace-context.ts";
import { createSentryAccess } from "../sentry/access.ts";
import { SentryError } from "../sentry/error.ts";
import type { SentryService } from "../sentry/service.ts";
import { callTool } from "../tools/call.ts";
import type { Tool, ToolContext } from "../tools/define.ts";
import { Question } from "../tools/question.ts";
import type { Caller } from "./caller.ts";
import { createHandles } from "./handles.ts";
import type { ToolDescription } from "./tool-list.ts";
import { Unauthorized } from "./unauthorized.ts";

/** What a client can do with a call, beside taking its result; what it cannot is absent. */
export type CallClient = { readonly [Ability in "progress" | "ask" | "pictures"]?: ToolContext[Ability] };

interface Call {
  readonly tool: Tool;
  readonly description: ToolDescription;
  readonly args: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  readonly signal: AbortSignal;
  /** Of the client, when it sent one. */
  readonly trace?: TraceContext;
  readonly client: CallClient;
}

/**
 * Runs a tool for its caller. Sentry is asked before the grant's revocation is known, which costs no time that
 * way; a tool that changes something waits for a fresh answer first.
 *
 * @throws {Question} The user has to be asked first.
 * @throws {Unauthorized} The grant was revoked, or Sentry no longer takes its token.
 */
export async function runCall(
  call: Call,
  deps: { service: SentryService; sealer: Sealer; now: () => number },
): ReturnType<typeof callTool> {
  const { tool, caller, signal, trace } = call;
  const { credential, constraint } = caller;
  const run = (progress = call.client.progress) =>
    callTool(tool, confineArguments(call.args, call.description.inputSchema, constraint), {
      sentry: createSentryAccess({ service: deps.service, credential, constraint, signal, trace }),
      handles: createHandles({ ...deps, caller, subject: tool.name }),
      signal,
      now: deps.now,
      ...(progress && { progress }),
      ...(call.client.ask && { ask: call.client.ask }),
      ...(call.client.pictures && tool.app && { pictures: true }),
    });
  try {
    if (tool.effect !== "read") {
      await assertLive(caller, { fresh: true });
      return await run();
    }
    const live = assertLive(caller, { fresh: false });
    const { progress } = call.client;
    // What a call says on its way is kept back as well until the grant is known to live.
    const whenLive = progress && ((message: string) => void live.then(() => progress(message), () => {}));
    // A question tells as much as a result.
    const [result] = await Promise.all([run(whenLive).catch(asQuestion), live]);
    if (result instanceof Question) throw result;
    return result;
  } catch (error) {
    if (error instanceof SentryError && error.kind === "unauthorized") {
      throw new Unauthorized("Sentry no longer accepts the token of this grant");
    }
    throw error;
  }
}

function asQuestion(error: unknown): Question {
  if (error instanceof Question) return error;
  throw error;
}

async function assertLive(caller: Caller, options: { fresh: boolean }): Promise<void> {
  if (!(await caller.isLive(options))) throw new Unauthorized("The grant was revoked");
}
