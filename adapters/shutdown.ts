import process from "node:process";
import type { Lifecycle } from "../src/lib/lifecycle.ts";
import type { Log } from "../src/lib/log.ts";
import { pause } from "../src/lib/pause.ts";
import { withinTime } from "../src/lib/time-limit.ts";

export interface Shutdown {
  readonly lifecycle: Lifecycle;
  /** Counts what runs, and asks clients to reconnect elsewhere once the end was announced. */
  answer(respond: () => Promise<Response>): Promise<Response>;
  /** From now on SIGTERM and SIGINT end the process, in order; a second one at once. */
  onSignals(parts: Parts): void;
}

interface Parts {
  /** Lets nobody in any more; resolves when the last one has been answered. */
  stopAccepting(): Promise<void>;
  closeStore(): Promise<void> | void;
}

/** A terminal sends its signal to the launcher as well, which passes it on. */
const SAME_SIGNAL_MS = 300;
const LAST_WORDS_MS = 500;
const CLOSE_LIMIT_MS = 250;

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof EXIT_CODES;

/**
 * SIGTERM, for a quarter of the grace: health says 503 while everybody is still served, so that a load balancer looks
 * elsewhere. Then nobody is let in. What still runs in the last quarter, or the last second, is cancelled.
 */
export function createShutdown({ graceSeconds, log }: { graceSeconds: number; log: Log }): Shutdown {
  const graceMs = graceSeconds * 1000;
  const cancelAtMs = Math.max(graceMs * 0.75, graceMs - 1000);
  const endAtMs = Math.max(graceMs, cancelAtMs + LAST_WORDS_MS);
  const closing = new AbortController();
  const cancelling = new AbortController();
  let beganAtMs: number | undefined;
  let running = 0;

  function cancel(): void {
    log.info("shutdown.cancelled", { count: running });
    cancelling.abort();
  }

  async function end(signal: Signal, { stopAccepting, closeStore }: Parts): Promise<void> {
    log.info("shutdown.draining", { signal, running });
    const timer = setTimeout(cancel, cancelAtMs);
    const drainMs = signal === "SIGTERM" ? graceMs / 4 : 0;
    await pause(drainMs);
    closing.abort();
    await ended("listener", stopAccepting, endAtMs - drainMs);
    clearTimeout(timer);
    await ended("store", closeStore, CLOSE_LIMIT_MS);
  }

  /** Whatever becomes of a part, the process ends in time. */
  async function ended(part: string, stop: () => Promise<void> | void, limitMs: number): Promise<void> {
    const late = () => log.warn("shutdown.late", { part, limitMs });
    try {
      await withinTime(Promise.resolve(stop()), { limitMs, late });
    } catch (error) {
      log.error("shutdown.failed", { part, message: String(error) });
    }
  }

  function onSignal(signal: Signal, parts: Parts): void {
    const nowMs = performance.now();
    if (beganAtMs !== undefined) {
      if (nowMs - beganAtMs > SAME_SIGNAL_MS) process.exit(EXIT_CODES[signal]);
      return;
    }
    beganAtMs = nowMs;
    void end(signal, parts).then(() => {
      log.info("shutdown.done", { durationMs: Math.round(performance.now() - nowMs) });
      process.exit(0);
    });
  }

  return {
    lifecycle: {
      get isDraining() {
        return beganAtMs !== undefined;
      },
      closing: closing.signal,
      cancelled: cancelling.signal,
    },

    async answer(respond) {
      running += 1;
      try {
        const response = await respond();
        if (beganAtMs !== undefined) response.headers.set("connection", "close");
        return response;
      } finally {
        running -= 1;
      }
    },

    onSignals(parts) {
      for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => onSignal(signal, parts));
    },
  };
}
