import { errorIssue } from "./model.ts";
import { requestEntry } from "./parts.ts";

const REPEATED = "SELECT price, currency FROM price WHERE article_id = %s";
const OFFENDERS = Array.from({ length: 12 }, (_, index) => `bb000000000000${(index + 16).toString(16)}`);
const PARENT = "bb00000000000002";
const CAUSE = "bb00000000000003";
const TRACE = "5107510751075107510751075107510a";

function spans(endsAtMs: number): object[] {
  const start = endsAtMs / 1000 - 1.2;
  const span = (span_id: string, op: string, description: string, from: number, to: number) => ({
    trace_id: TRACE,
    parent_span_id: PARENT,
    span_id,
    op,
    description,
    status: "ok",
    start_timestamp: start + from,
    timestamp: start + to,
    exclusive_time: Math.round((to - from) * 1000),
    data: { "db.system": "postgresql" },
    hash: op === "db" ? "a1b2c3d4e5f60718" : null,
  });
  return [
    { ...span(PARENT, "django.view", "order_history", 0.01, 1.19), parent_span_id: "bb00000000000001" },
    span(CAUSE, "db", "SELECT id, article_id FROM order_line WHERE order_id = %s", 0.03, 0.06),
    ...OFFENDERS.map((id, index) => span(id, "db", REPEATED, 0.08 + index * 0.09, 0.16 + index * 0.09)),
  ];
}

export const CHECKOUT_QUERIES = errorIssue({
  number: 2,
  project: "checkout",
  platform: "python",
  title: "N+1 Query",
  culprit: "/orders/history",
  type: "transaction",
  level: "info",
  issueType: "performance_n_plus_one_db_queries",
  issueCategory: "db_query",
  isUnhandled: false,
  priority: "low",
  metadata: {
    title: "N+1 Query",
    location: "/orders/history",
    value: `SELECT id, article_id FROM order_line`,
  },
  firstSeenHoursAgo: 24 * 40,
  lastSeenHoursAgo: 2,
  count: 620,
  userCount: 288,
  firstRelease: "checkout@1.8.0",
  lastRelease: "checkout@1.9.0",
  tags: [
    ["environment", [["production", 620]]],
    ["level", [["info", 620]]],
    ["release", [["checkout@1.9.0", 420], ["checkout@1.8.0", 200]]],
    ["transaction", [["/orders/history", 620]]],
  ],
  event: {
    location: "/orders/history",
    contexts: {
      runtime: { type: "runtime", name: "CPython", version: "3.12.6" },
      trace: { type: "trace", trace_id: TRACE, span_id: "bb00000000000001", op: "http.server", status: "ok" },
    },
    sdk: { name: "sentry.python.django", version: "2.17.0" },
    occurrence: {
      id: "0cc0510251020cc0510251020cc05102",
      issueTitle: "N+1 Query",
      subtitle: REPEATED,
      resourceId: null,
      type: 1006,
      level: "info",
      culprit: "/orders/history",
      evidenceData: {
        op: "db",
        transactionName: "/orders/history",
        parentSpan: "django.view - order_history",
        parentSpanIds: [PARENT],
        causeSpanIds: [CAUSE],
        offenderSpanIds: OFFENDERS,
        repeatingSpans: `db - ${REPEATED}`,
        repeatingSpansCompact: REPEATED,
        numRepeatingSpans: String(OFFENDERS.length),
      },
      evidenceDisplay: [
        { name: "Offending Spans", value: `db - ${REPEATED}`, important: true },
        { name: "Transaction", value: "/orders/history", important: false },
      ],
    },
    entries: (atMs) => [
      { type: "spans", data: spans(atMs) },
      requestEntry({
        method: "GET",
        url: "https://shop.example.test/orders/history",
        query: [["page", "2"]],
      }),
    ],
  },
});
