/** `812 ms`, `4.7 s`, `9 min 36 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Number(milliseconds.toPrecision(3))} ms`;
  if (milliseconds < 60_000) return `${Number((milliseconds / 1000).toPrecision(3))} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return two(seconds, ["min", 60], ["s", 1]);
  if (seconds < 86_400) return two(seconds, ["h", 3600], ["min", 60]);
  return two(seconds, ["d", 86_400], ["h", 3600]);
}

type Unit = readonly [name: string, seconds: number];

function two(seconds: number, [large, largeSeconds]: Unit, [small, smallSeconds]: Unit): string {
  const whole = Math.floor(seconds / largeSeconds);
  const rest = Math.floor((seconds % largeSeconds) / smallSeconds);
  return rest > 0 ? `${whole} ${large} ${rest} ${small}` : `${whole} ${large}`;
}

/** `96 B`, `20.5 KB`, `5 MB`: a kilobyte has 1024 bytes. */
export function byteSize(bytes: number): string {
  const [unit, unitBytes] = SIZES.find(([, unitBytes]) => bytes >= unitBytes) ?? ["B", 1];
  return `${Number((bytes / unitBytes).toPrecision(3))} ${unit}`;
}

const SIZES = [["GB", 1024 ** 3], ["MB", 1024 ** 2], ["KB", 1024]] as const;
