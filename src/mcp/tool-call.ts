import { confineArguments } from "../constraint/narrow.ts";
import type { Sealer } from "../lib/seal.ts";
import { createSentryAccess } from "../sentry/access.ts";
import { SentryError } from "../sentry/error.ts";
import type { SentryService } from "../sentry/service.ts";
import { callTool } from "../tools/call.ts";
import type { Tool } from "../tools/define.ts";
import type { Caller } from "./caller.ts";
import { createHandles } from "./handles.ts";
import type { ToolDescription } from "./tool-list.ts";
import { Unauthorized } from "./unauthorized.ts";

interface Call {
  readonly tool: Tool;
  readonly description: ToolDescription;
  readonly args: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  readonly signal: AbortSignal;
  /** Present when the client wants to be told how the call gets on. */
  readonly progress?: ((message: string) => void) | undefined;
  /** The client draws pictures. */
  readonly pictures?: boolean;
}

/**
 * Runs a tool for its caller. Sentry is asked before the grant's revocation is known, which costs no time that
 * way; a tool that changes something waits for a fresh answer first.
 *
 * @throws {Unauthorized} The grant was revoked, or Sentry no longer takes its token.
 */
export async function runCall(
  call: Call,
  deps: { service: SentryService; sealer: Sealer; now: () => number },
): ReturnType<typeof callTool> {
  const { tool, caller, signal } = call;
  const { credential, constraint } = caller;
  const run = (progress = call.progress) =>
    callTool(tool, confineArguments(call.args, call.description.inputSchema, constraint), {
      sentry: createSentryAccess({ service: deps.service, credential, constraint, signal }),
      handles: createHandles({ ...deps, caller, toolName: tool.name }),
      signal,
      now: deps.now,
      ...(progress && { progress }),
      ...(call.pictures && tool.app && { pictures: true }),
    });
  try {
    if (tool.effect !== "read") {
      await assertLive(caller, { fresh: true });
      return await run();
    }
    const live = assertLive(caller, { fresh: false });
    const { progress } = call;
    // What a call says on its way is kept back as well until the grant is known to live.
    const whenLive = progress && ((message: string) => void live.then(() => progress(message), () => {}));
    const [result] = await Promise.all([run(whenLive), live]);
    return result;
  } catch (error) {
    if (error instanceof SentryError && error.kind === "unauthorized") {
      throw new Unauthorized("Sentry no longer accepts the token of this grant");
    }
    throw error;
  }
}

async function assertLive(caller: Caller, options: { fresh: boolean }): Promise<void> {
  if (!(await caller.isLive(options))) throw new Unauthorized("The grant was revoked");
}
