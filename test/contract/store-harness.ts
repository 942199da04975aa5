import { randomUUID } from "node:crypto";
import type { Store } from "../../src/store/store.ts";

/** A driver on its real engine, opened once for a suite whose tests take keys of their own. */
export interface StoreHarness {
  readonly store: Store;
  /** Whose clock ends a lifetime: the engine's, whatever machines think, or that of the machine that asks. */
  readonly clock: "engine" | "machine";
  /** The same data, seen from a machine whose clock is this much ahead. */
  ahead(skewSeconds: number): Store;
  /** Lets time pass, by a clock that was handed in or by waiting. */
  advance(seconds: number): Promise<void>;
  close(): Promise<void>;
}

export type Opened = () => StoreHarness;

export const newKey = () => `g:${randomUUID()}`;

export function versionOf(put: string | false): string {
  if (put === false) throw new Error("Expected the put to come through");
  return put;
}
