/** One span, log, metric or profile, as flat as a search sees it. */
export interface TelemetryRow {
  /** Slug. */
  readonly project: string;
  readonly hoursAgo: number;
  readonly values: Readonly<Record<string, string | number | boolean | null>>;
}

/** Numbers in [0, 1) that are the same at every start. */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export function pick<T>(roll: () => number, choices: readonly [T, ...T[]]): T {
  return choices[Math.floor(roll() * choices.length)] ?? choices[0];
}

export function hex(roll: () => number, digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(roll() * 16).toString(16)).join("");
}
