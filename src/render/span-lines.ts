import { clean, counted, cut } from "./markdown.ts";
import { repeatedAmong, type Repetition } from "./repeated-spans.ts";
import { byStart, type SpanNode } from "./span-tree.ts";
import { duration } from "./units.ts";

const DEEPEST = 14;
/** So many lines however short their spans are; beyond it only what takes a hundredth of the whole. */
const ALWAYS = 25;

interface Drawn {
  readonly node: SpanNode;
  readonly depth: number;
  readonly repetition?: Repetition;
  readonly score: number;
  readonly shown: Drawn[];
  readonly parent?: Drawn;
}

/**
 * The most telling spans as lines: long ones, those with something long below, transactions, and above all those that
 * lead to errors. Spans that repeat below one parent are one line.
 */
export function spanLines(roots: readonly SpanNode[], options: { most: number; wholeMs: number }): string[] {
  const tops: Drawn[] = [];
  const candidates = drawable(roots, options.wholeMs);
  for (let picked = 0; picked < options.most; picked++) {
    const best = takeBest(candidates);
    if (!best) break;
    if (picked >= ALWAYS && best.score < options.wholeMs / 100) {
      candidates.push(best);
      break;
    }
    (best.parent?.shown ?? tops).push(best);
    if (best.depth === DEEPEST) continue;
    for (const child of drawable(best.node.children, options.wholeMs, best)) candidates.push(child);
  }
  const lines = draw(tops, options.wholeMs);
  const hidden = countOf(roots) - tops.reduce((sum, top) => sum + coveredBy(top), 0);
  if (hidden > 0) lines.push(`… ${counted(hidden, "more span")}`);
  return lines;
}

function drawable(siblings: readonly SpanNode[], wholeMs: number, parent?: Drawn): Drawn[] {
  const repeated = repeatedAmong(siblings.filter(isPlainLeaf));
  const alike = new Set(repeated.flatMap(({ spans }) => spans.slice(1)));
  const firsts = new Map(repeated.map((repetition) => [repetition.spans[0], repetition]));
  return siblings.filter((node) => !alike.has(node)).map((node) => {
    const repetition = firsts.get(node);
    const score = scoreOf(node, wholeMs) + (repetition?.totalMs ?? 0);
    const depth = parent ? parent.depth + 1 : 0;
    return { node, depth, score, shown: [], ...(repetition && { repetition }), ...(parent && { parent }) };
  });
}

const isPlainLeaf = ({ children, issues }: SpanNode) => children.length === 0 && issues.length === 0;

/** How much a span tells: its time, that of what is below it, and above all errors. */
export function scoreOf({ span, issues, issuesBelow, longestBelowMs }: SpanNode, wholeMs: number): number {
  const ownMs = span.durationMs ?? 0;
  const leadsToErrors = issues.length + issuesBelow > 0 ? wholeMs : 0;
  return ownMs + longestBelowMs / 2 + (span.isTransaction ? wholeMs / 4 : 0) + leadsToErrors;
}

/** Takes the candidate with the highest score out of the list. */
export function takeBest<Candidate extends { readonly score: number }>(
  candidates: Candidate[],
): Candidate | undefined {
  let at = 0;
  for (const [index, { score }] of candidates.entries()) {
    if (score > (candidates[at]?.score ?? 0)) at = index;
  }
  const best = candidates[at];
  const last = candidates.pop();
  if (last && best !== last) candidates[at] = last;
  return best;
}

const countOf = (nodes: readonly SpanNode[]) =>
  nodes.reduce((sum, { descendants }) => sum + 1 + descendants, 0);
const coveredBy = ({ node, repetition }: Drawn) => countOf(repetition?.spans ?? [node]);

/** At most as deep as `DEEPEST`. */
function draw(drawn: readonly Drawn[], wholeMs: number, indent = ""): string[] {
  const inOrder = drawn.toSorted((one, other) => byStart(one.node, other.node));
  return inOrder.flatMap((one, index) => {
    const isTop = one.depth === 0;
    const covered = one.shown.reduce((sum, inner) => sum + coveredBy(inner), 0);
    const hidden = one.node.descendants - covered;
    const isLast = index === inOrder.length - 1 && !hasMoreAfter(one);
    const below = isTop ? "" : `${indent}${isLast ? "   " : "│  "}`;
    return [
      `${isTop ? "" : `${indent}${isLast ? "└─ " : "├─ "}`}${lineOf(one, wholeMs)}`,
      ...draw(one.shown, wholeMs, below),
      ...(hidden > 0 && one.shown.length > 0 ? [`${below}└─ … ${counted(hidden, "more span")}`] : []),
    ];
  });
}

/** The line that counts the hidden spans comes after the last of the shown ones. */
function hasMoreAfter({ parent }: Drawn): boolean {
  if (!parent) return false;
  return parent.node.descendants > parent.shown.reduce((sum, one) => sum + coveredBy(one), 0);
}

function lineOf({ node, repetition, parent, shown }: Drawn, wholeMs: number): string {
  const { span, issues, isLost } = node;
  const totalMs = repetition?.totalMs ?? span.durationMs;
  const project = span.projectSlug ?? span.projectId;
  const parts = [
    repetition && `${repetition.spans.length}×`,
    inLine(span.op ?? "span", 40),
    span.description && span.description !== span.op && inLine(span.description, 90),
    "·",
    totalMs === undefined ? "no duration" : `${duration(totalMs)}${shareOf(totalMs, wholeMs)}`,
    span.id && `[${inLine(span.id, 40)}]`,
    project && project !== parent?.node.span.projectSlug && `in ${inLine(project, 60)}`,
    issues.length > 0 && `! ${counted(issues.length, "issue")}`,
    isLost && "(parent not here)",
    shown.length === 0 && node.descendants > 0 && `… ${counted(node.descendants, "more span")}`,
  ];
  return parts.filter(Boolean).join(" ");
}

const inLine = (text: string, maximum: number) =>
  cut(clean(text.slice(0, maximum * 4)).replace(/\s+/g, " ").trim(), maximum);

function shareOf(partMs: number, wholeMs: number): string {
  if (wholeMs <= 0) return "";
  const percent = Math.round((partMs / wholeMs) * 100);
  return percent === 0 && partMs > 0 ? " <1 %" : ` ${percent} %`;
}
