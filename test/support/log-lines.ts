/** What `createLog` writes, as far as tests look at it. */
export interface LogLine {
  readonly event: string;
  readonly grant?: string;
  readonly generation?: number;
}

/** The lines of one event in what servers have printed. A process that was killed may have left half a line. */
export function linesOf(event: string, output: string): LogLine[] {
  const lines = output.split("\n").filter((line) =>
    line.includes(`"event":"${event}"`) && line.endsWith("}")
  );
  return lines.map((line) => JSON.parse(line) as LogLine);
}
