import { readFileSync } from "node:fs";

/**
 * A clock that is ahead by the seconds that a file says. Read each time, so whoever has written the file knows that
 * the next look is the later one.
 */
export function clockAhead(file: string): () => number {
  const now = Date.now;
  return () => now() + Number(readFileSync(file, "utf8")) * 1000;
}
