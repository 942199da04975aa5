const UNITS = [["d", 86_400_000], ["h", 3_600_000], ["min", 60_000]] as const;

/** `2026-03-01 10:20 UTC (3 h ago)` */
export function moment(time: string, asOf: string): string {
  const atMs = Date.parse(time);
  const clock = new Date(atMs).toISOString().slice(0, 16).replace("T", " ");
  return `${clock} UTC (${relative(atMs - Date.parse(asOf))})`;
}

function relative(differenceMs: number): string {
  const size = Math.abs(differenceMs);
  const [unit, unitMs] = UNITS.find(([, unitMs]) => size >= unitMs) ?? [];
  if (!unit) return "now";
  const amount = `${Math.floor(size / unitMs)} ${unit}`;
  return differenceMs < 0 ? `${amount} ago` : `in ${amount}`;
}
