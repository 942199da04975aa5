import { errorIssue } from "./model.ts";
import type { IssueSeed, Json } from "./model.ts";

/** `[number, title, type, occurrence type, transaction, last seen in hours ago, count, evidence shown, evidence data]`. */
type Row = readonly [
  number,
  string,
  string,
  number,
  string,
  number,
  number,
  readonly (readonly [string, string])[],
  Json,
];

const SLOW_QUERY = "SELECT * FROM order_line WHERE note ILIKE %s ORDER BY created DESC";

const ROWS: readonly Row[] = [
  [23, "Slow DB Query", "performance_slow_db_query", 1001, "/orders/search", 45, 52, [
    ["Transaction", "/orders/search"],
    ["Slow DB Query", SLOW_QUERY],
    ["Duration Impact", "91% (4.1s/4.5s)"],
  ], {
    op: "db",
    repeatingSpans: `db - ${SLOW_QUERY}`,
    parentSpanIds: [],
    causeSpanIds: [],
    offenderSpanIds: ["51090000000000a1"],
  }],
  [24, "Endpoint Regression", "performance_p95_endpoint_regression", 1018, "/api/carts/{cart_id}", 46, 1, [
    ["Regression", "/api/carts/{cart_id} duration increased from 182.5ms to 1.94s (P95)"],
    ["Transaction", "/api/carts/{cart_id}"],
  ], {
    transaction: "/api/carts/{cart_id}",
    breakpoint: 1_771_900_000,
    aggregateRange1: 182.5,
    aggregateRange2: 1940.25,
    trendPercentage: 10.63,
    requestStart: null,
    dataStart: null,
  }],
];

/** Slow rather than broken: issues that Sentry found in spans and in trends. */
export const BACKEND_PERFORMANCE_ISSUES: readonly IssueSeed[] = ROWS.map(
  ([number, title, issueType, type, transaction, lastSeenHoursAgo, count, shown, evidenceData]) =>
    errorIssue({
      number,
      project: "checkout",
      platform: "python",
      title,
      culprit: transaction,
      type: "transaction",
      level: "info",
      issueType,
      issueCategory: issueType.includes("db") ? "db_query" : "metric",
      isUnhandled: false,
      priority: "low",
      metadata: { title, location: transaction, value: shown[1]?.[1] ?? transaction },
      firstSeenHoursAgo: 24 * 18,
      lastSeenHoursAgo,
      count,
      userCount: Math.ceil(count / 2),
      firstRelease: "checkout@1.9.0",
      lastRelease: "checkout@1.9.0",
      tags: [
        ["environment", [["production", count]]],
        ["level", [["info", count]]],
        ["transaction", [[transaction, count]]],
      ],
      event: {
        location: transaction,
        contexts: {
          trace: {
            type: "trace",
            trace_id: "5109".repeat(8),
            span_id: "5109000000000001",
            op: "http.server",
          },
        },
        sdk: { name: "sentry.python.django", version: "2.17.0" },
        occurrence: {
          id: `0cc5109${number}`.padEnd(32, "0"),
          issueTitle: title,
          subtitle: shown[1]?.[1] ?? transaction,
          resourceId: null,
          type,
          level: "info",
          culprit: transaction,
          evidenceData,
          evidenceDisplay: shown.map(([name, value], index) => ({ name, value, important: index === 1 })),
        },
        entries: () => [],
      },
    }),
);
