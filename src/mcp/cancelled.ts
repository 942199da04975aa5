import type { ToolResult } from "../tools/call.ts";
import type { Tool } from "../tools/define.ts";

interface Call {
  readonly tool: Tool;
  /** The client's: it has gone, or wants no answer any more. */
  readonly signal: AbortSignal;
}

/**
 * Runs a call until the server ends: then it is aborted, and the model is told at once what that means.
 *
 * @param cancelled Outlives the call, so nothing of the call stays with it.
 */
export async function untilCancelled(
  { tool, signal }: Call,
  cancelled: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<ToolResult>,
): Promise<ToolResult> {
  if (!cancelled) return run(signal);
  if (cancelled.aborted) {
    return failure(`The server is restarting: call "${tool.name}" again in a few seconds`);
  }
  const ending = new AbortController();
  const follow = () => ending.abort(signal.reason);
  if (signal.aborted) follow();
  let end = () => {};
  const told = new Promise<ToolResult>((resolve) => {
    end = () => {
      resolve(failure(cutShort(tool)));
      ending.abort();
    };
  });
  signal.addEventListener("abort", follow, { once: true });
  cancelled.addEventListener("abort", end, { once: true });
  try {
    return await Promise.race([run(ending.signal), told]);
  } finally {
    signal.removeEventListener("abort", follow);
    cancelled.removeEventListener("abort", end);
  }
}

function cutShort({ name, effect }: Tool): string {
  const ended = `The server is restarting and could not finish "${name}"`;
  if (effect === "read") return `${ended}: try again in a few seconds`;
  return `${ended}: it is unknown whether the change was made. Look it up first, then try again if it was not`;
}

const failure = (text: string): ToolResult => ({ content: [{ type: "text", text }], isError: true });
