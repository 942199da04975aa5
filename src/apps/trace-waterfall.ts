import { extent, type SpanNode, spanTree, within } from "../render/span-tree.ts";
import { scoreOf, takeBest } from "../render/span-lines.ts";
import type { Trace } from "../sentry/trace.ts";
import type { PicturedSpan, WaterfallPicture } from "./picture.ts";
import { short } from "./short.ts";

export const MOST_BYTES = 32 * 1024;
const DEEPEST = 30;
const MOST_ISSUES = 5;

/** The trace, or what is below one of its spans: as many of the most telling spans as there is room for. */
export function waterfallOf(
  { trace, traceId, spanId, webUrl }: {
    readonly trace: Trace;
    readonly traceId: string;
    readonly spanId?: string | undefined;
    readonly webUrl: string;
  },
): WaterfallPicture {
  const tree = spanTree(trace);
  const focus = spanId === undefined ? undefined : tree.nodes.find(({ span }) => span.id === spanId);
  const tops = focus ? [focus] : tree.roots;
  const nodes = focus ? within(focus) : tree.nodes;
  const { startsAtMs = 0, durationMs = 0 } = extent(nodes);

  const draw = (most: number): WaterfallPicture => {
    const chosen = choose(tops, { most, wholeMs: durationMs });
    const spans = rows(tops, { chosen, startsAtMs });
    return {
      kind: "trace-waterfall",
      trace: traceId,
      url: `${webUrl}/performance/trace/${traceId}/`,
      durationMs: tidy(durationMs),
      spans,
      moreSpans: nodes.length - spans.length,
      strayIssues: focus ? 0 : tree.strays.length,
    };
  };
  for (const most of [200, 150, 110, 80]) {
    const picture = draw(most);
    if (sizeOf(picture) <= MOST_BYTES) return picture;
  }
  return draw(50);
}

const sizeOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;

/** A span comes after its parent, so that what is chosen is a tree. */
function choose(
  tops: readonly SpanNode[],
  { most, wholeMs }: { most: number; wholeMs: number },
): Set<SpanNode> {
  const chosen = new Set<SpanNode>();
  const candidates = tops.map((node) => ({ node, depth: 0, score: scoreOf(node, wholeMs) }));
  while (chosen.size < most) {
    const best = takeBest(candidates);
    if (!best) break;
    chosen.add(best.node);
    if (best.depth === DEEPEST) continue;
    for (const node of best.node.children) {
      candidates.push({ node, depth: best.depth + 1, score: scoreOf(node, wholeMs) });
    }
  }
  return chosen;
}

function rows(
  siblings: readonly SpanNode[],
  options: { chosen: ReadonlySet<SpanNode>; startsAtMs: number; depth?: number },
): PicturedSpan[] {
  const { depth = 0 } = options;
  return siblings.filter((node) => options.chosen.has(node)).flatMap((node) => {
    const below = rows(node.children, { ...options, depth: depth + 1 });
    return [rowOf(node, { ...options, depth, hidden: node.descendants - below.length }), ...below];
  });
}

function rowOf(
  { span, issues }: SpanNode,
  { startsAtMs, depth, hidden }: { startsAtMs: number; depth: number; hidden: number },
): PicturedSpan {
  const named = span.description !== span.op && span.description;
  return {
    ...(span.id && { id: short(span.id, 16) }),
    depth,
    ...(span.op && { op: short(span.op, 32) }),
    ...(named && { name: short(named, 80) }),
    ...withProject(span.projectSlug ?? span.projectId),
    ...(span.startsAtMs !== undefined && { startsAfterMs: tidy(span.startsAtMs - startsAtMs) }),
    ...(span.durationMs !== undefined && { durationMs: tidy(span.durationMs) }),
    ...(issues.length > 0 && {
      issues: issues.slice(0, MOST_ISSUES).map(({ shortId, kind }) => short(shortId ?? kind, 40)),
    }),
    ...(hidden > 0 && { hidden }),
  };
}

const withProject = (project: string | undefined) => project && { project: short(project, 40) };

/** A hundredth of a millisecond is enough for a picture, and so are thirty thousand years. */
const tidy = (milliseconds: number) => Math.round(Math.min(milliseconds, 1e15) * 100) / 100;
