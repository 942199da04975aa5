import { errorIssue } from "./model.ts";
import type { IssueSeed } from "./model.ts";
import { breadcrumbsEntry, exception, exceptionEntry, frame, requestEntry } from "./parts.ts";

const BUNDLE = "https://shop.example.test/assets/checkout-9be2c1.min.js";

/** A release as a branch builds it: slashes, spaces, umlauts, a character beyond the first plane. */
const BRANCH_RELEASE = "shop/feature/größe wählen@2.5.0-β+🛒";

/** The replay that STOREFRONT-13 links to; it has been archived. */
export const ARCHIVED_REPLAY = "a2c417ed".repeat(4);

/** All on one line, nothing mapped back: what is left when nobody uploaded the source maps. */
const MINIFIED = errorIssue({
  number: 13,
  project: "storefront",
  platform: "javascript",
  culprit: "Object.t(/assets/checkout-9be2c1.min)",
  metadata: {
    type: "TypeError",
    value: "t is not a function",
    filename: "/assets/checkout-9be2c1.min.js",
    function: "t",
  },
  firstSeenHoursAgo: 24 * 8,
  lastSeenHoursAgo: 42,
  count: 44,
  userCount: 40,
  firstRelease: BRANCH_RELEASE,
  lastRelease: BRANCH_RELEASE,
  tags: [
    ["browser", [["Safari 18.1", 30], ["Firefox 132.0", 14]]],
    ["environment", [["staging", 44]]],
    ["level", [["error", 44]]],
    ["release", [[BRANCH_RELEASE, 44]]],
    ["replayId", [[ARCHIVED_REPLAY, 44]]],
  ],
  event: {
    contexts: {
      browser: { type: "browser", name: "Safari", version: "18.1" },
      replay: { replay_id: ARCHIVED_REPLAY },
    },
    sdk: { name: "sentry.javascript.browser", version: "8.40.0" },
    errors: [
      { type: "js_no_source", message: "Source code was not found", data: { url: BUNDLE } },
      { type: "js_invalid_source", message: "Source file was not found", data: { url: `${BUNDLE}.map` } },
    ],
    entries: (atMs) => [
      exceptionEntry([
        exception({
          type: "TypeError",
          value: "t is not a function",
          mechanism: { type: "onunhandledrejection", handled: false },
          frames: ["e", "Object.r", "<anonymous>", "Object.t"].map((name, index) =>
            frame({
              file: "/assets/checkout-9be2c1.min.js",
              absPath: BUNDLE,
              name,
              line: 1,
              column: 90_412 + index * 388,
            })
          ),
        }),
      ]),
      breadcrumbsEntry(atMs, [
        { secondsBefore: 4, category: "ui.click", message: "button.pay > span" },
        { secondsBefore: 2, category: "replay.started" },
      ]),
      requestEntry({ method: "GET", url: "https://staging.example.test/checkout?step=2" }),
    ],
  },
});

const BLOCKING_ASSET = errorIssue({
  number: 16,
  project: "storefront",
  platform: "javascript",
  title: "Large Render Blocking Asset",
  culprit: "/articles/:id",
  type: "transaction",
  level: "info",
  issueType: "performance_render_blocking_asset_span",
  issueCategory: "frontend",
  isUnhandled: false,
  priority: "low",
  metadata: { title: "Large Render Blocking Asset", location: "/articles/:id", value: "/assets/fonts.css" },
  firstSeenHoursAgo: 24 * 25,
  lastSeenHoursAgo: 43,
  count: 88,
  userCount: 70,
  firstRelease: "storefront@2.4.0",
  lastRelease: "storefront@2.4.1",
  tags: [
    ["environment", [["production", 88]]],
    ["level", [["info", 88]]],
    ["transaction", [["/articles/:id", 88]]],
  ],
  event: {
    location: "/articles/:id",
    contexts: {
      trace: {
        type: "trace",
        trace_id: "b10c".repeat(8),
        span_id: "b10c000000000001",
        op: "pageload",
        status: "ok",
      },
    },
    sdk: { name: "sentry.javascript.react", version: "8.33.1" },
    occurrence: {
      id: "0ccb10c0".repeat(4),
      issueTitle: "Large Render Blocking Asset",
      subtitle: "https://shop.example.test/assets/fonts.css",
      resourceId: null,
      type: 1004,
      level: "info",
      culprit: "/articles/:id",
      evidenceData: {
        op: "resource.css",
        parentSpanIds: [],
        causeSpanIds: [],
        offenderSpanIds: ["b10c000000000002"],
        fcp: 3120.5,
        transactionName: "/articles/:id",
        patternSize: null,
      },
      evidenceDisplay: [
        { name: "Transaction", value: "/articles/:id", important: false },
        { name: "Slow Resource Span", value: "resource.css - /assets/fonts.css", important: true },
        { name: "FCP Delay", value: "1.84s (59% of 3.12s)", important: true },
      ],
    },
    entries: (atMs) => [{
      type: "spans",
      data: [{
        span_id: "b10c000000000002",
        parent_span_id: "b10c000000000001",
        trace_id: "b10c".repeat(8),
        op: "resource.css",
        description: "https://shop.example.test/assets/fonts.css",
        start_timestamp: atMs / 1000,
        timestamp: atMs / 1000 + 1.84,
        status: null,
        data: { "http.response_content_length": 1_480_000, "resource.render_blocking_status": "blocking" },
      }],
    }],
  },
});

/** What a visitor wrote, as an issue of its own; issue searches leave these out unless asked for the category. */
function feedback(seed: {
  number: number;
  message: string;
  name: string | null;
  email: string | null;
  associatedEventId: string | null;
}): IssueSeed {
  const { number, message, name, email } = seed;
  return errorIssue({
    number,
    project: "storefront",
    platform: "javascript",
    title: "User Feedback",
    culprit: "user",
    type: "generic",
    level: "info",
    issueType: "feedback",
    issueCategory: "feedback",
    isUnhandled: false,
    metadata: {
      title: "User Feedback",
      value: message,
      message,
      source: "new_feedback_envelope",
      ...(name !== null && { name }),
      ...(email !== null && { contact_email: email }),
    },
    firstSeenHoursAgo: 44 + number,
    lastSeenHoursAgo: 44 + number,
    count: 1,
    userCount: 1,
    firstRelease: "storefront@2.4.1",
    lastRelease: "storefront@2.4.1",
    tags: [["environment", [["production", 1]]], ["level", [["info", 1]]]],
    event: {
      contexts: {
        feedback: {
          type: "feedback",
          message,
          name,
          contact_email: email,
          url: "https://shop.example.test/basket",
          source: "new_feedback_envelope",
          associated_event_id: seed.associatedEventId,
          replay_id: null,
        },
      },
      sdk: { name: "sentry.javascript.react", version: "8.33.1" },
      occurrence: {
        id: `0ccfeedb${number}`.padEnd(32, "0"),
        issueTitle: "User Feedback",
        subtitle: message,
        resourceId: null,
        type: 6001,
        level: "info",
        culprit: "user",
        evidenceData: { associated_event_id: seed.associatedEventId, contact_email: email, message, name },
        evidenceDisplay: [
          { name: "message", value: message, important: true },
          ...(email === null ? [] : [{ name: "contact_email", value: email, important: false }]),
        ],
      },
      entries: () => [],
    },
  });
}

export const BROWSER_ISSUES: readonly IssueSeed[] = [
  MINIFIED,
  BLOCKING_ASSET,
  feedback({
    number: 15,
    message: 'The total shows up as "undefined" since this morning.\nI cannot pay.',
    name: "Mira Solberg",
    email: "mira@example.test",
    associatedEventId: "40010001".repeat(4),
  }),
  // Written about an event whose project has been deleted since.
  feedback({
    number: 17,
    message: "hm 🤷",
    name: null,
    email: null,
    associatedEventId: "90010001".repeat(4),
  }),
];
