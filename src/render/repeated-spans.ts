import type { SpanNode } from "./span-tree.ts";

/** The same thing done again and again below one parent. */
export interface Repetition {
  /** Earliest first. */
  readonly spans: readonly SpanNode[];
  readonly totalMs: number;
}

const FEWEST = 5;

/** By the time they take together, longest first. */
export function repetitions(nodes: readonly SpanNode[]): Repetition[] {
  return nodes
    .flatMap(({ children }) => repeatedAmong(children))
    .sort((one, other) => other.totalMs - one.totalMs);
}

export function repeatedAmong(children: readonly SpanNode[]): Repetition[] {
  if (children.length < FEWEST) return [];
  const groups = new Map<string, SpanNode[]>();
  for (const child of children) {
    const key = `${child.span.op ?? ""} ${normalized(child.span.description ?? "")}`;
    const group = groups.get(key);
    if (group) group.push(child);
    else groups.set(key, [child]);
  }
  return [...groups.values()]
    .filter((spans) => spans.length >= FEWEST)
    .map((spans) => ({ spans, totalMs: spans.reduce((sum, { span }) => sum + (span.durationMs ?? 0), 0) }));
}

/** Without what differs from one call to the next: quoted text, ids, numbers, lists of placeholders. */
export function normalized(description: string): string {
  return description
    .slice(0, 1000)
    .replace(/'[^']*'/g, "?")
    .replace(/\b[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\b|\b0x[0-9a-f]+\b|\b\d+(?:\.\d+)?\b/gi, "?")
    .replace(/\?(?:\s*,\s*\?)+/g, "?")
    .replace(/\s+/g, " ")
    .trim();
}
