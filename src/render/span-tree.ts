import type { Span, Trace, TraceIssue } from "../sentry/trace.ts";

export interface SpanNode {
  readonly span: Span;
  parent?: SpanNode;
  /** Earliest first. */
  readonly children: SpanNode[];
  readonly issues: TraceIssue[];
  /** Its parent is named but not among the spans, or the way up leads back to it. */
  isLost: boolean;
  descendants: number;
  issuesBelow: number;
  longestBelowMs: number;
}

export interface SpanTree {
  /** Parents before their children. */
  readonly nodes: readonly SpanNode[];
  readonly roots: readonly SpanNode[];
  /** Issues of spans that are not here. */
  readonly strays: readonly TraceIssue[];
}

/** No recursion: chains of any length and cycles are met in real traces. */
export function spanTree({ spans, issues }: Pick<Trace, "spans" | "issues">): SpanTree {
  const all = spans.map((span): SpanNode => ({
    span,
    children: [],
    issues: [],
    isLost: false,
    descendants: 0,
    issuesBelow: 0,
    longestBelowMs: 0,
  }));
  const byId = new Map<string, SpanNode>();
  for (const node of all) {
    if (node.span.id !== undefined && !byId.has(node.span.id)) byId.set(node.span.id, node);
  }
  const roots: SpanNode[] = [];
  for (const node of all) {
    const { parentId } = node.span;
    const parent = parentId === undefined ? undefined : byId.get(parentId);
    if (parent === undefined) {
      node.isLost = parentId !== undefined;
      roots.push(node);
    } else {
      node.parent = parent;
      parent.children.push(node);
    }
  }
  const nodes = walk(all, roots);
  for (const node of nodes) node.children.sort(byStart);
  roots.sort(byStart);
  const strays = issues.filter((issue) => {
    const node = byId.get(issue.spanId ?? "");
    node?.issues.push(issue);
    return node === undefined;
  });
  for (const node of nodes.toReversed()) sumUp(node);
  return { nodes, roots, strays };
}

/** Every node once; a cycle is cut where it is met first. */
function walk(all: readonly SpanNode[], roots: SpanNode[]): SpanNode[] {
  const order = [...roots];
  const seen = new Set(order);
  let next = 0;
  const follow = () => {
    for (; next < order.length; next++) {
      for (const child of order[next]?.children ?? []) {
        if (seen.has(child)) continue;
        seen.add(child);
        order.push(child);
      }
    }
  };
  follow();
  for (const node of all) {
    if (seen.has(node)) continue;
    const siblings = node.parent?.children ?? [];
    siblings.splice(siblings.indexOf(node), 1);
    delete node.parent;
    node.isLost = true;
    roots.push(node);
    seen.add(node);
    order.push(node);
    follow();
  }
  return order;
}

/** What has no start comes last. */
export const byStart = (one: SpanNode, other: SpanNode) =>
  (one.span.startsAtMs ?? Number.MAX_VALUE) - (other.span.startsAtMs ?? Number.MAX_VALUE);

function sumUp(node: SpanNode): void {
  const { parent } = node;
  if (!parent) return;
  parent.descendants += 1 + node.descendants;
  parent.issuesBelow += node.issues.length + node.issuesBelow;
  parent.longestBelowMs = Math.max(parent.longestBelowMs, node.span.durationMs ?? 0, node.longestBelowMs);
}

/** From the first start to the last end. */
export function extent(nodes: readonly SpanNode[]): { startsAtMs?: number; durationMs?: number } {
  let first = Infinity;
  let last = -Infinity;
  for (const { span: { startsAtMs, durationMs = 0 } } of nodes) {
    if (startsAtMs === undefined) continue;
    first = Math.min(first, startsAtMs);
    last = Math.max(last, startsAtMs + durationMs);
  }
  return first === Infinity ? {} : { startsAtMs: first, durationMs: last - first };
}

/** A span and everything below it. */
export function within(top: SpanNode): SpanNode[] {
  const nodes = [top];
  // Grows while it is walked.
  for (const { children } of nodes) for (const child of children) nodes.push(child);
  return nodes;
}
