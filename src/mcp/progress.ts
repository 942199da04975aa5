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
