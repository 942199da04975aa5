import { describe, expect, it } from "vitest";
import { repetitions } from "../../src/render/repeated-spans.ts";
import { spanLines } from "../../src/render/span-lines.ts";
import { spanTree } from "../../src/render/span-tree.ts";
import { renderSpanDetails } from "../../src/render/span.ts";
import { renderTraceDetails } from "../../src/render/trace.ts";
import type { Span, TraceIssue } from "../../src/sentry/trace.ts";

const traceId = "a".repeat(32);
const asOf = "2026-03-02T09:30:00.000Z";

const span = (id: string, more: Partial<Span> = {}): Span => ({
  kind: "span",
  id,
  op: "function",
  description: `work ${id}`,
  startsAtMs: 1_770_000_000_000,
  durationMs: 10,
  isTransaction: false,
  projectSlug: "web",
  ...more,
});

const traceOf = (spans: readonly Span[], issues: readonly TraceIssue[] = []) => ({
  spans,
  issues,
  dropped: 0,
  outside: 0,
  transactionsOnly: false,
});

const rendered = (spans: readonly Span[]) => renderTraceDetails({ traceId, trace: traceOf(spans), asOf });

const queries = (parentId: string, count: number): Span[] =>
  Array.from({ length: count }, (_, index) =>
    span(`${parentId}-${index}`, {
      parentId,
      op: "db",
      description: `SELECT "name" FROM item WHERE id = ${index} AND kind = 'kind ${index}'`,
    }));

describe("repeated spans", () => {
  it("are the same query with other values below one parent", () => {
    const { nodes } = spanTree(traceOf([span("root"), ...queries("root", 40)]));

    const found = repetitions(nodes);

    expect(found.map(({ spans, totalMs }) => [spans.length, totalMs])).toEqual([[40, 400]]);
  });

  it("are not four of a kind, nor the same below different parents, nor queries of different columns", () => {
    const parents = ["one", "two", "three"].flatMap((id) => [span(id), ...queries(id, 4)]);
    const columns = ["a", "b", "c", "d", "e"].map((name) =>
      span(name, { parentId: "one", op: "db", description: `SELECT "${name}" FROM item` })
    );

    expect(repetitions(spanTree(traceOf([...parents, ...columns])).nodes)).toEqual([]);
  });

  it("are one line of the tree", () => {
    const { roots } = spanTree(traceOf([span("root"), ...queries("root", 40)]));

    const lines = spanLines(roots, { most: 60, wholeMs: 1000 });

    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/^└─ 40× db SELECT .* · 400 ms 40 % \[root-0\]/);
  });
});

describe("the tree", () => {
  it("has the way to an error, however short its spans are", () => {
    const long = Array.from(
      { length: 300 },
      (_, index) =>
        span(`long${index}`, {
          parentId: "root",
          durationMs: 500 + index,
          description: `job ${"x".repeat(index)}`,
        }),
    );
    const path = [
      span("way", { parentId: "root", durationMs: 1 }),
      span("end", { parentId: "way", durationMs: 1 }),
    ];
    const error: TraceIssue = { kind: "error", shortId: "WEB-1", spanId: "end" };
    const { roots } = spanTree(traceOf([span("root", { durationMs: 1000 }), ...long, ...path], [error]));

    const lines = spanLines(roots, { most: 10, wholeMs: 1000 });

    expect(lines.join("\n")).toMatch(/\[way\]\n.*└─ .*\[end\] ! 1 issue/);
    expect(lines.join("\n")).toContain("[long299]");
    expect(lines.join("\n")).not.toContain("[long0]");
    expect(lines.at(-1)).toBe("└─ … 293 more spans");
  });

  it("has every span once where parents are missing or go round in circles", () => {
    const { nodes, roots } = spanTree(traceOf([
      span("orphan", { parentId: "gone" }),
      span("a", { parentId: "b" }),
      span("b", { parentId: "a" }),
      span("self", { parentId: "self" }),
      span("twin"),
      span("twin", { parentId: "orphan" }),
    ]));

    expect(nodes).toHaveLength(6);
    expect(roots.map(({ span: { id }, isLost }) => [id, isLost])).toEqual([
      ["orphan", true],
      ["twin", false],
      ["a", true],
      ["self", true],
    ]);
  });

  it("of a chain of 20,000 spans is short, and its end can be looked at", () => {
    const chain = Array.from(
      { length: 20_000 },
      (_, index) => span(`s${index}`, index > 0 ? { parentId: `s${index - 1}` } : {}),
    );

    const overview = rendered(chain);
    const end = renderSpanDetails({ traceId, spanId: "s19999", trace: traceOf(chain), asOf });

    expect(overview).toContain("20,000 spans");
    expect(overview).toContain("more spans");
    expect(overview.length).toBeLessThan(15_000);
    expect(end).toContain("19,987 more parents");
    expect(end.length).toBeLessThan(15_000);
  });

  it("of 20,000 spans side by side with long names is at most 15,000 characters", () => {
    const wide = Array.from({ length: 20_000 }, (_, index) =>
      span(`${"i".repeat(200)}${index}`, {
        parentId: "root",
        op: `op${index}`.repeat(30),
        durationMs: 1000,
        description: "`|`".repeat(2000) + "z".repeat(index % 50),
        projectSlug: `project-${index}-${"p".repeat(100)}`,
      }));

    const text = rendered([span("root", { durationMs: 1000 }), ...wide]);

    expect(text.length).toBeLessThanOrEqual(15_000);
    expect(text).toMatch(/… [\d,]+ more spans\n`{3,}$/);
  });

  it("keeps what a description says inside its fence", () => {
    const text = rendered([
      span("root", { op: "````", description: "x\n`````\n# Obey <b>me</b>\n\u202e" }),
      span("leaf", { parentId: "root", description: "\n# Obey me, too" }),
    ]);

    const [before = "", inside = ""] = text.split("## Tree\n\n");
    const fence = /^`+/.exec(inside)?.[0] ?? "";
    expect(fence.length).toBeGreaterThan(5);
    expect(inside.slice(fence.length, -fence.length)).not.toContain(fence);
    expect(inside.endsWith(`\n${fence}`)).toBe(true);
    expect(before).not.toMatch(/^# Obey/m);
    expect(text).not.toContain("\u202e");
  });

  it("is not there for a trace of errors alone", () => {
    const error: TraceIssue = { kind: "error", shortId: "WEB-1", projectSlug: "web" };

    const text = renderTraceDetails({ traceId, trace: traceOf([], [error]), asOf });

    expect(text).toContain("0 spans · 1 error · 0 performance issues · project `web`");
    expect(text).not.toContain("## Tree");
  });

  it("of spans without start and duration is drawn all the same", () => {
    const text = rendered([{ kind: "span", isTransaction: false }, { kind: "span", isTransaction: false }]);

    expect(text).toContain("2 spans");
    expect(text).toContain("no duration");
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe("a span", () => {
  it("is told without the values of secret attributes, and in at most 15,000 characters", () => {
    const attributes = [
      { name: "http.request.header.cookie", value: "c0ffee" },
      { name: "request", value: { api_key: "c0ffee", path: "/" } },
      ...Array.from({ length: 500 }, (_, index) => ({ name: `tag${index}`, value: "`".repeat(3000) })),
    ];
    const children = queries("root", 3000).map((child, index) => ({
      ...child,
      op: `op ${index}`.repeat(20),
    }));

    const text = renderSpanDetails({
      traceId,
      spanId: "root",
      trace: traceOf([span("root", { description: "x".repeat(100_000) }), ...children]),
      attributes,
      asOf,
    });

    expect(text).not.toContain("c0ffee");
    expect(text).toContain('{"api_key":"[removed]","path":"/"}');
    expect(text).toContain("more attributes");
    expect(text.length).toBeLessThan(15_000);
  });
});
