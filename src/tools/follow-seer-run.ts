import { clean, cut } from "../render/markdown.ts";
import { SentryError } from "../sentry/error.ts";
import type { SeerRun } from "../sentry/seer.ts";
import type { ToolContext } from "./define.ts";

/** Before each look; the last one again and again. */
const WAITS_MS = [1000, 3000, 4000, 5000];

/** Of the whole call, so that a client that hears nothing has its answer within 20 s. */
const SILENT_MS = 14_000;
/** Vercel's edge ends every answer after 5 minutes; a last look may take 18 s. */
const TOLD_MS = 270_000;

const MOST_FAILED_LOOKS = 3;

interface Followed {
  readonly run: SeerRun;
  /** Sentry did not answer when it was asked last. */
  readonly isOutdated: boolean;
}

/**
 * Looks at a run until it ends, or until its client has waited long enough. What was seen before is enough when Sentry
 * cannot be reached for a while.
 *
 * @param options.look Undefined: there is nothing new yet.
 */
export async function followSeerRun(
  first: SeerRun,
  options: { look: () => Promise<SeerRun | undefined>; startedAtMs: number },
  { sentry, now, progress }: ToolContext,
): Promise<Followed> {
  const mostMs = progress ? TOLD_MS : SILENT_MS;
  let run = first;
  let waitedMs = 0;
  let failedLooks = 0;
  for (let turn = 0; run.status === "running"; turn++) {
    progress?.(newsOf(run));
    const waitMs = WAITS_MS[Math.min(turn, WAITS_MS.length - 1)] ?? 0;
    if (Math.max(now() - options.startedAtMs, waitedMs) + waitMs > mostMs) break;
    await sentry.pause(waitMs, { renewsBudget: progress !== undefined });
    waitedMs += waitMs;
    try {
      run = (await options.look()) ?? run;
      failedLooks = 0;
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (++failedLooks === MOST_FAILED_LOOKS) break;
    }
  }
  return { run, isOutdated: failedLooks > 0 };
}

function isPassing(error: unknown): boolean {
  return error instanceof SentryError && (error.kind === "unavailable" || error.kind === "rate_limited");
}

/** What the run is about, in one line. */
function newsOf({ activities }: SeerRun): string {
  const newest = activities.find(({ state }) => state === "now") ??
    activities.findLast(({ state }) => state === "done");
  return newest ? `Seer: ${cut(clean(newest.text).replace(/\s+/g, " ").trim(), 160)}` : "Seer is at work";
}
