const BARS = "▁▂▃▄▅▆▇█";

/** One character for each count, the highest one full; none at all is the lowest bar. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(...counts, 1);
  return counts.map((count) => BARS[barOf(count / most)]).join("");
}

/** Anything at all shows above nothing. */
function barOf(share: number): number {
  return share <= 0 ? 0 : Math.max(1, Math.round(share * (BARS.length - 1)));
}
