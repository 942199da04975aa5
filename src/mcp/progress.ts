import type { Notification } from "@modelcontextprotocol/server";

/** What one call tells its client while it runs. */
interface Progress {
  report(message: string): void;
  /** Nothing is sent after it: a result has no progress behind it. */
  end(): Promise<void>;
}

/** Counts up by one, because progress must increase and a total is not known. */
export function createProgress(
  progressToken: string | number,
  notify: (notification: Notification) => Promise<void>,
): Progress {
  let progress = 0;
  let hasEnded = false;
  let sent = Promise.resolve();
  return {
    report(message) {
      if (hasEnded) return;
      const params = { progressToken, progress: ++progress, message };
      // A client that has gone is noticed by its call, not here.
      sent = notify({ method: "notifications/progress", params }).catch(() => {});
    },
    async end() {
      hasEnded = true;
      await sent;
    },
  };
}

/** Whether a call asks to be told of progress, and can be: in a stream, which a batch has none of. */
export function asksForProgress(body: unknown, accept: string | null): boolean {
  if (accept !== null && !/text\/event-stream|\*\/\*/i.test(accept)) return false;
  if (!isObject(body) || body.method !== "tools/call") return false;
  return isObject(body.params) && isObject(body.params._meta) &&
    ["string", "number"].includes(typeof body.params._meta.progressToken);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
