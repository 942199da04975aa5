import { CHECKOUT_TRACE } from "./checkout-chain.ts";
import type { Json } from "./model.ts";
import { isoTime } from "./parts.ts";

interface TransactionSeed {
  readonly id: string;
  readonly project: string;
  readonly title: string;
  readonly traceId: string;
  readonly release: string;
}

/** Events that belong to no issue. */
export const TRANSACTIONS: readonly TransactionSeed[] = [
  {
    id: "7a0c".repeat(8),
    project: "checkout",
    title: "/api/carts/{cart_id}/payments",
    traceId: CHECKOUT_TRACE,
    release: "checkout@1.9.0",
  },
  {
    id: "7a05".repeat(8),
    project: "storefront",
    title: "/pay of storefront@2.4.1",
    traceId: CHECKOUT_TRACE,
    release: "storefront@2.4.1",
  },
  {
    id: "7a0f".repeat(8),
    project: "vault",
    title: "CANARY-umbra-transaction",
    traceId: "0b5c".repeat(8),
    release: "CANARY-umbra-release-2",
  },
];

export function transactionJson(seed: TransactionSeed, projectId: string, nowMs: number): Json {
  const endMs = nowMs - 1_800_000;
  return {
    id: seed.id,
    eventID: seed.id,
    groupID: null,
    projectID: projectId,
    type: "transaction",
    title: seed.title,
    message: "",
    platform: "python",
    dateCreated: isoTime(endMs),
    dateReceived: isoTime(endMs + 900),
    startTimestamp: (endMs - 4600) / 1000,
    endTimestamp: endMs / 1000,
    release: { version: seed.release },
    user: null,
    tags: [{ key: "environment", value: "production" }, { key: "http.status_code", value: "500" }],
    contexts: {
      trace: {
        type: "trace",
        trace_id: seed.traceId,
        span_id: "aa00000000000003",
        op: "http.server",
        status: "internal_error",
      },
    },
    entries: [{ type: "spans", data: [] }],
    measurements: null,
  };
}
