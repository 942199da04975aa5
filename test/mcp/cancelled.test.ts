import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { untilCancelled } from "../../src/mcp/cancelled.ts";
import { getIssueDetails } from "../../src/tools/get-issue-details.ts";
import { updateIssue } from "../../src/tools/update-issue.ts";
import { textOf } from "../tools/session.ts";

const ANSWER = { content: [{ type: "text", text: "the answer" }] } as const;

function call(tool: typeof getIssueDetails | typeof updateIssue = getIssueDetails) {
  const cancelling = new AbortController();
  const leaving = new AbortController();
  const seen: { signal?: AbortSignal } = {};
  const begin = (work: () => Promise<typeof ANSWER>) =>
    untilCancelled({ tool, signal: leaving.signal }, cancelling.signal, (signal) => {
      seen.signal = signal;
      return work();
    });
  return { begin, cancelling, leaving, seen };
}

const never = () => new Promise<typeof ANSWER>(() => {});

describe("a call that the server ends", () => {
  it("is aborted, and tells the model to try again when it only reads", async () => {
    const { begin, cancelling, seen } = call();

    const answering = begin(never);
    cancelling.abort();

    expect(await answering).toEqual({
      content: [{
        type: "text",
        text: 'The server is restarting and could not finish "get_issue_details": try again in a few seconds',
      }],
      isError: true,
    });
    expect(seen.signal?.aborted).toBe(true);
  });

  it("tells the model to look first when it may have changed something", async () => {
    const { begin, cancelling } = call(updateIssue);

    const answering = begin(never);
    cancelling.abort();

    expect(textOf(await answering)).toMatch(/"update_issue".*unknown whether .* Look it up first/);
  });

  it("answers so even when the abort makes the tool throw", async () => {
    const { begin, cancelling, seen } = call();
    const untilAborted = () =>
      new Promise<typeof ANSWER>((_, reject) => {
        seen.signal?.addEventListener("abort", () => reject(new Error("Aborted")));
      });

    const answering = begin(untilAborted);
    cancelling.abort();

    expect((await answering).isError).toBe(true);
  });

  it("is not begun at all afterwards", async () => {
    const { begin, cancelling, seen } = call(updateIssue);
    cancelling.abort();

    const { isError, content } = await begin(async () => ANSWER);

    expect(isError).toBe(true);
    expect(textOf({ content })).toContain('call "update_issue" again');
    expect(seen.signal).toBeUndefined();
  });
});

describe("a call that ends by itself", () => {
  it("keeps its answer and leaves nothing behind with what outlives it", async () => {
    const { begin, cancelling } = call();

    const answer = await begin(async () => ANSWER);

    expect(answer).toBe(ANSWER);
    expect(getEventListeners(cancelling.signal, "abort")).toEqual([]);
  });

  it("is aborted as before when the client leaves", async () => {
    const { begin, leaving, seen } = call();

    const answering = begin(async () => {
      leaving.abort();
      return ANSWER;
    });

    await answering;
    expect(seen.signal?.aborted).toBe(true);
  });
});
