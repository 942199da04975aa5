import { createHarness, type Harness, type HarnessOptions } from "./harness.ts";

export const OLD_KEY = "o".repeat(32);
export const NEW_KEY = "n".repeat(32);

/**
 * Two servers on one store in the middle of a key rotation, of which one is a step behind: it still seals with the
 * old key while the other seals with the new one. Requests go to them by turns.
 */
export function createTwoServers(options: HarnessOptions = {}): Harness {
  const behind = createHarness({ ...options, keys: [OLD_KEY, NEW_KEY] });
  const ahead = createHarness({ ...options, keys: [NEW_KEY, OLD_KEY], beside: behind });
  let requests = 0;
  const next = () => (requests++ % 2 === 0 ? behind : ahead);
  return {
    ...ahead,
    send: (...request) => next().send(...request),
    post: (...request) => next().post(...request),
    postJson: (...request) => next().postJson(...request),
  };
}
