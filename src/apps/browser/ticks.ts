/** Round steps from nought on, at most five of them, and none so near the end that its label would not fit. */
export function ticksOf(whole: number): { readonly stepMs: number; readonly atMs: readonly number[] } {
  if (!(whole > 0)) return { stepMs: 1, atMs: [0] };
  const rough = whole / 4;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const stepMs = ([1, 2, 5].find((factor) => factor * magnitude >= rough) ?? 10) * magnitude;
  const count = Math.floor((whole * 0.92) / stepMs);
  return { stepMs, atMs: Array.from({ length: count + 1 }, (_, index) => index * stepMs) };
}
