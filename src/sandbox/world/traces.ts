import { CHECKOUT_TRACE } from "./checkout-chain.ts";
import type { Json } from "./model.ts";

interface SpanSeed {
  readonly id: string;
  readonly project: string;
  readonly op: string;
  readonly description: string;
  readonly startsAfterMs: number;
  readonly durationMs: number;
  readonly isTransaction?: boolean;
  /** Event ids. */
  readonly errors?: readonly string[];
  readonly children?: readonly SpanSeed[];
}

interface TraceSeed {
  readonly id: string;
  readonly organization: string;
  readonly hoursAgo: number;
  readonly spans: readonly SpanSeed[];
}

export const TRACES: readonly TraceSeed[] = [
  {
    id: CHECKOUT_TRACE,
    organization: "acme",
    hoursAgo: 0.5,
    spans: [
      {
        id: "aa00000000000001",
        project: "storefront",
        op: "ui.action.click",
        description: "Pay",
        startsAfterMs: 0,
        durationMs: 4900,
        isTransaction: true,
        children: [
          {
            id: "aa00000000000002",
            project: "storefront",
            op: "http.client",
            description: "POST /api/carts/c-20881/payments",
            startsAfterMs: 40,
            durationMs: 4700,
            children: [
              {
                id: "aa00000000000003",
                project: "checkout",
                op: "http.server",
                description: "/api/carts/{cart_id}/payments",
                startsAfterMs: 90,
                durationMs: 4600,
                isTransaction: true,
                errors: ["50010001500100015001000150010001"],
                children: [
                  {
                    id: "aa00000000000004",
                    project: "checkout",
                    op: "db",
                    description: "SELECT id, currency FROM shopper WHERE id = %s",
                    startsAfterMs: 120,
                    durationMs: 8,
                  },
                  {
                    id: "aa00000000000005",
                    project: "checkout",
                    op: "cache.get",
                    description: "cart:c-20881",
                    startsAfterMs: 140,
                    durationMs: 4300,
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  },
  {
    id: "0b5c".repeat(8),
    organization: "umbra",
    hoursAgo: 1,
    spans: [
      {
        id: "ff00000000000001",
        project: "vault",
        op: "CANARY-umbra-op",
        description: "CANARY-umbra-span",
        startsAfterMs: 0,
        durationMs: 10,
        isTransaction: true,
        errors: ["80010001800100018001000180010001"],
      },
    ],
  },
];

interface TraceView {
  readonly startMs: number;
  projectId(slug: string): string;
  error(eventId: string): Json;
}

/** A span as `/trace/{id}/` sends it, with its children inside. */
export function spanJson(seed: SpanSeed, view: TraceView, parent?: SpanSeed, transaction?: SpanSeed): Json {
  const top = seed.isTransaction ? seed : transaction;
  const startMs = view.startMs + seed.startsAfterMs;
  return {
    event_id: seed.id,
    event_type: "span",
    op: seed.op,
    name: seed.op,
    description: seed.description,
    start_timestamp: startMs / 1000,
    end_timestamp: (startMs + seed.durationMs) / 1000,
    duration: seed.durationMs,
    is_transaction: seed.isTransaction ?? false,
    parent_span_id: parent?.id ?? null,
    transaction: top?.description ?? null,
    transaction_id: top ? top.id.repeat(2) : null,
    project_id: Number(view.projectId(seed.project)),
    project_slug: seed.project,
    profile_id: "",
    profiler_id: "",
    sdk_name: "",
    measurements: {},
    additional_attributes: {},
    errors: (seed.errors ?? []).map((id) => view.error(id)),
    occurrences: [],
    children: (seed.children ?? []).map((child) => spanJson(child, view, seed, top)),
  };
}
