import { it } from "vitest";
import type { Runtime } from "../../support/servers.ts";
import { createDrivers, type Drivers } from "./harness.ts";
import type { Target } from "./target.ts";

/** "platform": the cases that touch what runtimes do differently. */
export type Part = "whole" | "platform";

export interface CaseOptions {
  /** Why the case cannot be shown there; printed in its place. */
  readonly notOn?: Partial<Record<Runtime, string>>;
  readonly timeoutMs?: number;
}

export type DefineCase = (
  name: string,
  run: (drivers: Drivers) => Promise<void>,
  options?: CaseOptions,
) => void;

export interface Cases {
  /** Crypto, cookies, bodies, headers, races, whole flows: on every runtime. */
  readonly everywhere: DefineCase;
  /** Decisions that are the same bytes everywhere: where the whole suite runs. */
  readonly whole: DefineCase;
}

/** Each case gets drivers with empty browsers, and a Sentry that remembers nothing. */
export function createCases(target: () => Target, options: { runtime: Runtime; part: Part }): Cases {
  const { runtime, part } = options;
  const everywhere: DefineCase = (name, run, { notOn = {}, timeoutMs } = {}) => {
    const why = notOn[runtime];
    if (why !== undefined) return console.log(`not on ${runtime}: ${name} (${why})`);
    it(name, async () => {
      const now = target();
      now.sentry.clear();
      await run(createDrivers(now));
    }, timeoutMs);
  };
  return { everywhere, whole: part === "whole" ? everywhere : () => undefined };
}
