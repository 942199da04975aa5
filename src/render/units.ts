/** `0.4 ms`, `12 ms`, `4.6 s`, `12 min 5 s` */
export function duration(durationMs: number): string {
  if (durationMs >= 3_600_000) return `${(durationMs / 3_600_000).toFixed(1)} h`;
  if (durationMs >= 60_000) {
    const seconds = Math.round(durationMs / 1000);
    return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }
  if (durationMs >= 1000) return `${trimmed((durationMs / 1000).toFixed(2))} s`;
  return `${trimmed(durationMs.toFixed(durationMs < 10 ? 1 : 0))} ms`;
}

const trimmed = (number: string) => (number.includes(".") ? number.replace(/\.?0+$/, "") : number);
