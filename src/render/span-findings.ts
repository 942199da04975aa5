import type { TraceIssue } from "../sentry/trace.ts";
import { code, counted, joined, lines, word } from "./markdown.ts";
import { type Repetition } from "./repeated-spans.ts";
import type { SpanNode } from "./span-tree.ts";
import { duration } from "./units.ts";

/** What a span is called, on one line. */
export function spanName({ span }: SpanNode, maximum = 120): string {
  const { op, description, id } = span;
  return [
    op && code(op, 60),
    description && description !== op && code(description, maximum),
    id && code(id, 40),
  ]
    .filter(Boolean).join(" ");
}

export function renderRepetitions(found: readonly Repetition[], most: number): string | undefined {
  if (found.length === 0) return undefined;
  return lines(
    "## Repeated spans",
    "The same operation several times below one parent:",
    ...found.slice(0, most).map(({ spans, totalMs }) => {
      const [first] = spans;
      const parent = first?.parent?.span.id;
      return `- ${
        joined(
          `${spans.length} times, ${duration(totalMs)} together`,
          first && spanName(first, 200),
          parent && `below ${code(parent, 40)}`,
        )
      }`;
    }),
    found.length > most && `- … ${counted(found.length - most, "more repetition")}`,
  );
}

/** Spans with nothing below that take a tenth of the whole or more. */
export function renderSlowLeaves(
  nodes: readonly SpanNode[],
  wholeMs: number,
  most: number,
): string | undefined {
  const slow = nodes
    .filter(({ span, children }) =>
      children.length === 0 && (span.durationMs ?? 0) >= Math.max(wholeMs / 10, 1)
    )
    .sort((one, other) => (other.span.durationMs ?? 0) - (one.span.durationMs ?? 0));
  if (slow.length === 0 || nodes.length < 2) return undefined;
  return lines(
    "## Slow spans with nothing below them",
    ...slow.slice(0, most).map((node) => `- ${duration(node.span.durationMs ?? 0)} · ${spanName(node, 200)}`),
    slow.length > most && `- … ${counted(slow.length - most, "more such span")}`,
  );
}

export function renderTraceIssues(issues: readonly TraceIssue[], most: number): string | undefined {
  if (issues.length === 0) return undefined;
  return lines(
    "## Errors and performance issues",
    ...issues.slice(0, most).map(({ kind, shortId, issueId, level, description, eventId, spanId }) =>
      `- ${
        joined(
          code(shortId ?? issueId ?? "without id"),
          kind === "error" ? word(level ?? "error") : kind,
          description && code(description, 200),
          eventId && `event ${code(eventId, 40)}`,
          spanId && `in span ${code(spanId, 40)}`,
        )
      }`
    ),
    issues.length > most && `- … ${issues.length - most} more`,
  );
}

/** By the time that spans with nothing below take: what lies above only waits for them. */
export function renderOperations(nodes: readonly SpanNode[], most: number): string | undefined {
  const byOp = new Map<string, number[]>();
  for (const { span: { op = "(none)", durationMs }, children } of nodes) {
    if (children.length > 0 || durationMs === undefined) continue;
    const durations = byOp.get(op);
    if (durations) durations.push(durationMs);
    else byOp.set(op, [durationMs]);
  }
  const rows = [...byOp].map(([op, durations]) => ({
    op,
    count: durations.length,
    totalMs: durations.reduce((sum, one) => sum + one, 0),
    // The smallest one that 95 of 100 do not exceed.
    p95Ms: durations.sort((one, other) => one - other)[Math.ceil(durations.length * 0.95) - 1] ?? 0,
  })).sort((one, other) => other.totalMs - one.totalMs);
  if (rows.length === 0) return undefined;
  return lines(
    "## Operations (spans with nothing below)",
    "| operation | count | total | average | p95 |",
    "|---|---:|---:|---:|---:|",
    ...rows.slice(0, most).map(({ op, count, totalMs, p95Ms }) =>
      `| ${code(op.replaceAll("|", "¦"), 50)} | ${count.toLocaleString("en-US")} | ${duration(totalMs)} | ${
        duration(totalMs / count)
      } | ${duration(p95Ms)} |`
    ),
    rows.length > most && `\n${counted(rows.length - most, "more operation")}`,
  );
}
