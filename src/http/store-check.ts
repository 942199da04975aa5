import { withinTime } from "../lib/time-limit.ts";
import type { Store } from "../store/store.ts";

export interface StoreCheck {
  /** Asks the store, at most once in five seconds however many want to know. */
  isReachable(): Promise<boolean>;
  /** What was last found, without asking; empty before the first time. */
  known(): { readonly reachable?: boolean; readonly checkedAt?: string };
}

const KEPT_MS = 5000;

/** Who probes gives up after about a second. */
const LIMIT_MS = 800;

/** Nothing is ever kept under it: what counts is that the store says so. */
const KEY = "health";

export function createStoreCheck({ store, now }: { store: Store; now: () => number }): StoreCheck {
  let begun: { readonly atMs: number; readonly outcome: Promise<boolean> } | undefined;
  let found: { readonly reachable: boolean; readonly checkedAt: string } | undefined;

  function begin(): { readonly atMs: number; readonly outcome: Promise<boolean> } {
    const atMs = now();
    const outcome = store.get(KEY).then(() => true, () => false);
    return { atMs, outcome };
  }

  return {
    async isReachable() {
      if (!begun || now() - begun.atMs >= KEPT_MS) begun = begin();
      const { atMs, outcome } = begun;
      // Each waits on a clock of its own: on Workers the request that asked may be gone.
      const reachable = await withinTime(outcome, { limitMs: LIMIT_MS, late: () => false });
      found = { reachable, checkedAt: new Date(atMs).toISOString() };
      return reachable;
    },
    known: () => ({ ...found }),
  };
}
