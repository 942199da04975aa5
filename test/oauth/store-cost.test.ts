import { expect, it } from "vitest";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import { createHarness, refresh, signedIn, tokensOf } from "./harness.ts";

const DAY_MS = 86_400_000;

/** Counts what a person's requests cost: these are the figures of `src/store/README.md`. */
function countingHarness() {
  const counts = { reads: 0, writes: 0 };
  const counted = (store: Store): Store => ({
    ...store,
    get(key) {
      counts.reads += 1;
      return store.get(key);
    },
    put(key, value, options) {
      counts.writes += 1;
      return store.put(key, value, options);
    },
  });
  const harness = createHarness({ store: (now) => counted(createMemoryStore({ now })) });
  const cost = async (work: () => Promise<unknown>) => {
    Object.assign(counts, { reads: 0, writes: 0 });
    await work();
    return { ...counts };
  };
  return { harness, cost };
}

it("a sign-in costs three writes", async () => {
  const { harness, cost } = countingHarness();

  expect(await cost(() => signedIn(harness))).toEqual({ reads: 3, writes: 3 });
});

it("a refresh costs one write, and one that is asked for again none", async () => {
  const { harness, cost } = countingHarness();
  const { clientId, tokens } = await signedIn(harness);
  const refreshed = () => refresh(harness, clientId, tokens.refresh_token).then(tokensOf);

  expect(await cost(refreshed)).toEqual({ reads: 1, writes: 1 });
  expect(await cost(refreshed)).toEqual({ reads: 1, writes: 0 });
});

it("a refresh that refreshes at Sentry as well costs two writes", async () => {
  const { harness, cost } = countingHarness();
  const { clientId, tokens } = await signedIn(harness);
  harness.clock.nowMs += 26 * DAY_MS;

  const spent = await cost(() => refresh(harness, clientId, tokens.refresh_token).then(tokensOf));

  expect(spent).toEqual({ reads: 2, writes: 2 });
});
