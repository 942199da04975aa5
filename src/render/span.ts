import type { Attribute, Trace } from "../sentry/trace.ts";
import { blocks, code, counted, joined, lines } from "./markdown.ts";
import { repeatedAmong } from "./repeated-spans.ts";
import { isSecretName, jsonWithoutSecrets, REMOVED } from "./secrets.ts";
import { renderRepetitions, renderTraceIssues, spanName } from "./span-findings.ts";
import { type SpanNode, spanTree } from "./span-tree.ts";
import { moment } from "./time.ts";
import { FOREIGN_SPANS, outsideNote } from "./trace.ts";
import { duration } from "./units.ts";

export interface SpanDetails {
  readonly traceId: string;
  readonly spanId: string;
  readonly trace: Trace;
  readonly attributes?: readonly Attribute[];
  readonly asOf: string;
}

const MOST_CHILDREN = 20;
const MOST_PARENTS = 12;
const MOST_ATTRIBUTE_CHARACTERS = 6000;
/** Said above already. */
const KNOWN = ["trace", "span_id", "id", "span.op", "span.description", "span.duration"];

export function renderSpanDetails({ traceId, spanId, trace, attributes, asOf }: SpanDetails): string {
  const node = spanTree(trace).nodes.find(({ span }) => span.id === spanId);
  if (!node) return `Span ${code(spanId)} is not in trace ${code(traceId)}.`;
  const { span, children, descendants, issues, isLost } = node;
  const ancestors = ancestorsOf(node);
  const repeated = repeatedAmong(children);
  const alike = new Set(repeated.flatMap(({ spans }) => spans));
  const single = children
    .filter((child) => !alike.has(child))
    .sort((one, other) => (other.span.durationMs ?? 0) - (one.span.durationMs ?? 0));
  return blocks(
    `# Span ${code(spanId)} of trace ${code(traceId)}`,
    FOREIGN_SPANS,
    lines(
      span.op && `- operation ${code(span.op, 100)}`,
      span.description && `- description ${code(span.description, 1500)}`,
      span.durationMs !== undefined && `- took ${duration(span.durationMs)}`,
      span.startsAtMs !== undefined && `- began ${moment(new Date(span.startsAtMs).toISOString(), asOf)}`,
      span.projectSlug && `- project ${code(span.projectSlug)}`,
      span.status && `- status ${code(span.status, 60)}`,
      span.isTransaction && "- a transaction",
    ),
    renderTraceIssues(issues, 5),
    (ancestors.length > 0 || isLost) && lines(
      "## Parents, nearest first",
      ...ancestors.slice(0, MOST_PARENTS).map((one) => `- ${timed(one)}`),
      ancestors.length > MOST_PARENTS && `- … ${counted(ancestors.length - MOST_PARENTS, "more parent")}`,
      isLost && "- its parent is not among the spans that were read",
    ),
    children.length > 0 && lines(
      `## Children: ${children.length}, with ${counted(descendants, "span")} below`,
      ...single.slice(0, MOST_CHILDREN).map((one) => `- ${timed(one)}`),
      single.length > MOST_CHILDREN &&
        `- … ${single.length - MOST_CHILDREN} shorter ones; get_trace_details with this ${
          code("spanId")
        } draws the longest`,
      alike.size > 0 && `- ${counted(alike.size, "repeated span")}, see below`,
    ),
    renderRepetitions(repeated, 3),
    attributes === undefined ? "Sentry gives no attributes for it." : renderAttributes(attributes),
    trace.outside > 0 && outsideNote(trace.outside),
  );
}

const timed = (node: SpanNode) =>
  joined(
    node.span.durationMs === undefined ? "no duration" : duration(node.span.durationMs),
    spanName(node),
    node.issues.length > 0 && "has issues",
  );

function ancestorsOf({ parent }: SpanNode): SpanNode[] {
  const found: SpanNode[] = [];
  for (let one = parent; one; one = one.parent) found.push(one);
  return found;
}

function renderAttributes(attributes: readonly Attribute[]): string | undefined {
  const others = attributes.filter(({ name }) => !KNOWN.includes(name));
  const shown: string[] = [];
  let size = 0;
  for (const { name, value } of others) {
    const entry = `- ${code(name, 120)} ${
      code(isSecretName(name) ? REMOVED : jsonWithoutSecrets(value), 400)
    }`;
    size += entry.length;
    if (size > MOST_ATTRIBUTE_CHARACTERS) break;
    shown.push(entry);
  }
  if (others.length === 0) return undefined;
  return lines(
    "## Attributes",
    ...shown,
    shown.length < others.length && `- … ${counted(others.length - shown.length, "more attribute")}`,
  );
}
