import { projectOf } from "./world/directory.ts";
import { ISSUES } from "./world/issues.ts";
import type { Json } from "./world/model.ts";
import type { SpanSeed } from "./world/traces.ts";

export interface PlacedSpan {
  readonly seed: SpanSeed;
  readonly parentId: string | null;
  /** The nearest transaction at or above it. */
  readonly transaction?: SpanSeed;
}

/** Parents before their children. */
export function placeSpans(seeds: readonly SpanSeed[]): PlacedSpan[] {
  const placed: PlacedSpan[] = seeds.map((seed) => place(seed));
  // Grows while it is walked.
  for (const { seed, transaction } of placed) {
    for (const child of seed.children ?? []) placed.push(place(child, seed.id, transaction));
  }
  return placed;
}

function place(seed: SpanSeed, containerId: string | null = null, above?: SpanSeed): PlacedSpan {
  const transaction = seed.isTransaction ? seed : above;
  return { seed, parentId: seed.parentId ?? containerId, ...(transaction && { transaction }) };
}

/** As `/trace/{id}/` sends them: each inside its parent, or on top when that is not among them. */
export function spanTreeJson(spans: readonly PlacedSpan[], startMs: number): Json[] {
  return nest(spans, (span, children) => spanJson(span, startMs, children));
}

/** As `/events-trace/{id}/` sends them: transactions only. */
export function transactionTreeJson(spans: readonly PlacedSpan[], startMs: number): Json[] {
  const parents = new Map(spans.map(({ seed, parentId }) => [seed.id, parentId]));
  const tops = new Set(spans.filter(({ seed }) => seed.isTransaction).map(({ seed }) => seed.id));
  const transactions = spans.filter(({ seed }) => tops.has(seed.id)).map((span) => {
    let parentId = span.parentId;
    for (let steps = 0; parentId && !tops.has(parentId) && steps < spans.length; steps++) {
      parentId = parents.get(parentId) ?? null;
    }
    const errors = spans
      .filter(({ transaction }) => transaction === span.seed)
      .flatMap(({ seed }) => (seed.errors ?? []).map((id) => ({ ...errorJson(id), span: seed.id })));
    return { ...span, parentId, errors };
  });
  return nest(transactions, ({ seed, parentId, errors }, children) => ({
    event_id: seed.id.repeat(2),
    span_id: seed.id,
    transaction: seed.description,
    "transaction.op": seed.op,
    "transaction.duration": seed.durationMs,
    "transaction.status": "ok",
    project_id: Number(projectOf(seed.project).id),
    project_slug: seed.project,
    parent_span_id: parentId,
    parent_event_id: parentId?.repeat(2) ?? null,
    generation: 0,
    start_timestamp: (startMs + seed.startsAfterMs) / 1000,
    timestamp: (startMs + seed.startsAfterMs + seed.durationMs) / 1000,
    errors,
    performance_issues: [],
    children,
  }));
}

function nest<T extends PlacedSpan>(spans: readonly T[], show: (span: T, children: Json[]) => Json): Json[] {
  const inside = new Map<string, Json[]>(spans.map(({ seed }) => [seed.id, []]));
  const tops: Json[] = [];
  for (const span of spans) {
    // A parent that stands later in the list may be part of a cycle, which JSON cannot hold.
    const isPlaced = span.seed.parentId === undefined || span.parentId !== span.seed.parentId;
    const siblings = isPlaced ? inside.get(span.parentId ?? "") : undefined;
    (siblings ?? tops).push(show(span, inside.get(span.seed.id) ?? []));
  }
  return tops;
}

function spanJson({ seed, parentId, transaction }: PlacedSpan, startMs: number, children: Json[]): Json {
  const startsAtMs = startMs + seed.startsAfterMs;
  return {
    event_id: seed.id,
    event_type: "span",
    op: seed.op,
    name: seed.op,
    description: seed.description,
    start_timestamp: startsAtMs / 1000,
    end_timestamp: (startsAtMs + seed.durationMs) / 1000,
    duration: seed.durationMs,
    is_transaction: seed.isTransaction ?? false,
    parent_span_id: parentId,
    transaction: transaction?.description ?? null,
    transaction_id: transaction?.id.repeat(2) ?? null,
    project_id: Number(projectOf(seed.project).id),
    project_slug: seed.project,
    profile_id: "",
    profiler_id: "",
    sdk_name: "",
    measurements: {},
    additional_attributes: {},
    errors: (seed.errors ?? []).map(errorJson),
    occurrences: [],
    children,
    ...seed.overrides,
  };
}

/** An error as it hangs on the span it happened in. */
function errorJson(eventId: string): Json {
  const issue = ISSUES.find(({ eventIds }) => eventIds.includes(eventId));
  return {
    event_id: eventId,
    event_type: "error",
    issue_id: Number(issue?.id ?? 0),
    level: issue?.seed.level,
    message: issue?.seed.title,
    description: issue?.seed.title,
    project_id: Number(issue?.project.id ?? 0),
    project_slug: issue?.project.slug,
    short_id: issue?.shortId,
  };
}
