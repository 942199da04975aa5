const DAY_MS = 86_400_000;

/** Steps that a clock has; below a second, and of whole days, round numbers do. */
const CLOCK_MS = [
  1000,
  2000,
  5000,
  10_000,
  15_000,
  30_000,
  ...[1, 2, 5, 10, 15, 30, 60, 120, 360, 720].map((minutes) => minutes * 60_000),
];

/** Round steps from nought on, about five of them, and none so near the end that its label would not fit. */
export function ticksOf(wholeMs: number): { readonly stepMs: number; readonly atMs: readonly number[] } {
  if (!(wholeMs > 0)) return { stepMs: 1, atMs: [0] };
  const roughMs = wholeMs / 5;
  const onClock = roughMs > 500 ? CLOCK_MS.find((stepMs) => stepMs >= roughMs) : undefined;
  const unitMs = roughMs > DAY_MS / 2 ? DAY_MS : 1;
  const stepMs = onClock ?? roundUp(roughMs / unitMs) * unitMs;
  const count = Math.floor((wholeMs * 0.9) / stepMs);
  return { stepMs, atMs: Array.from({ length: count + 1 }, (_, index) => index * stepMs) };
}

/** The next of 1, 2, 5, 10, 20, 50 and so on. */
export function roundUp(value: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((factor) => factor * magnitude >= value) ?? 10) * magnitude;
}
