import { errorIssue } from "./model.ts";
import type { IssueSeed } from "./model.ts";
import { breadcrumbsEntry, exception, exceptionEntry, frame, messageEntry, requestEntry } from "./parts.ts";

const BUNDLE = "https://shop.example.test/assets/index-4f1c9a.js";

const READ_TOTAL = errorIssue({
  number: 1,
  project: "storefront",
  platform: "javascript",
  culprit: "?(/assets/index-4f1c9a)",
  metadata: {
    type: "TypeError",
    value: "Cannot read properties of undefined (reading 'total')",
    filename: "/assets/index-4f1c9a.js",
    function: "q",
  },
  substatus: "regressed",
  assignee: "user:101",
  firstSeenHoursAgo: 24 * 21,
  lastSeenHoursAgo: 0.2,
  count: 951,
  userCount: 377,
  firstRelease: "storefront@2.3.0",
  lastRelease: "storefront@2.4.1",
  tags: [
    ["browser", [["Chrome Mobile 130.0", 700], ["Mobile Safari 18.0", 251]]],
    ["environment", [["production", 951]]],
    ["level", [["error", 951]]],
    ["release", [["storefront@2.4.1", 610], ["storefront@2.4.0", 300], ["storefront@2.3.0", 41]]],
    ["url", [["https://shop.example.test/basket", 900], ["https://shop.example.test/", 51]]],
  ],
  event: {
    contexts: {
      browser: { type: "browser", name: "Chrome Mobile", version: "130.0" },
      device: { type: "device", family: "Pixel 8", model: "Pixel 8", brand: "Google" },
      os: { type: "os", name: "Android", version: "15" },
      trace: {
        type: "trace",
        trace_id: "50f750f750f750f750f750f750f750f7",
        span_id: "cc00000000000001",
        op: "pageload",
      },
    },
    user: { id: "s-1204", email: null, username: null, ip_address: "203.0.113.40", name: null },
    sdk: { name: "sentry.javascript.react", version: "8.33.1" },
    entries: (atMs) => [
      exceptionEntry([
        exception({
          type: "TypeError",
          value: "Cannot read properties of undefined (reading 'total')",
          mechanism: { type: "onerror", handled: false },
          frames: [
            frame({
              file: "/assets/vendor-b7702e.js",
              absPath: BUNDLE.replace("index-4f1c9a", "vendor-b7702e"),
              name: "Ps",
              line: 38,
              column: 16911,
              inApp: false,
            }),
            frame({
              file: "/assets/vendor-b7702e.js",
              absPath: BUNDLE.replace("index-4f1c9a", "vendor-b7702e"),
              name: "El",
              line: 40,
              column: 3149,
              inApp: false,
            }),
            frame({ file: "/assets/index-4f1c9a.js", absPath: BUNDLE, name: "?", line: 1, column: 48211 }),
            frame({
              file: "/assets/index-4f1c9a.js",
              absPath: BUNDLE,
              name: "q",
              line: 1,
              column: 51977,
              code: {
                from: 1,
                text:
                  '{snip} n=e.basket;return t.jsx("output",{children:k(n.summary.total,e.currency)})}function W(e){const[n,r]=H(null); {snip}',
              },
            }),
          ],
        }),
      ]),
      breadcrumbsEntry(atMs, [
        { secondsBefore: 9, category: "navigation", type: "navigation", data: { from: "/", to: "/basket" } },
        {
          secondsBefore: 2,
          category: "fetch",
          type: "http",
          level: "error",
          data: { method: "GET", url: "/api/carts/current", status_code: 503 },
        },
        { secondsBefore: 1, category: "ui.click", message: 'main > form.basket > button[type="submit"]' },
      ]),
      requestEntry({
        method: "GET",
        url: "https://shop.example.test/basket",
        headers: [["User-Agent", "Mozilla/5.0 (Linux; Android 15; Pixel 8) Chrome/130.0 Mobile"], [
          "Referer",
          "https://shop.example.test/",
        ]],
      }),
    ],
  },
});

const SLOW_SEARCH: IssueSeed = errorIssue({
  number: 2,
  project: "storefront",
  platform: "javascript",
  title: "Article search took 8120 ms and was given up",
  culprit: "search(/assets/index-4f1c9a)",
  type: "default",
  level: "warning",
  isUnhandled: false,
  metadata: { title: "Article search took 8120 ms and was given up" },
  firstSeenHoursAgo: 24 * 6,
  lastSeenHoursAgo: 3,
  count: 86,
  userCount: 60,
  firstRelease: "storefront@2.4.0",
  lastRelease: "storefront@2.4.1",
  tags: [
    ["environment", [["production", 80], ["staging", 6]]],
    ["level", [["warning", 86]]],
    ["release", [["storefront@2.4.1", 50], ["storefront@2.4.0", 36]]],
  ],
  event: {
    message: "Article search took 8120 ms and was given up",
    sdk: { name: "sentry.javascript.react", version: "8.33.1" },
    extra: { phrase: "winter boots", timeoutMs: 8000 },
    entries: () => [
      messageEntry(
        "Article search took 8120 ms and was given up",
        "Article search took %s ms and was given up",
        ["8120"],
      ),
    ],
  },
});

const OLD_CHUNK = errorIssue({
  number: 3,
  project: "storefront",
  platform: "javascript",
  culprit: "loadRoute(src/routes)",
  metadata: {
    type: "ChunkLoadError",
    value: "Loading chunk 17 failed after a deploy",
    filename: "src/routes.tsx",
    function: "loadRoute",
  },
  status: "resolved",
  substatus: undefined,
  statusDetails: { inRelease: "storefront@2.4.1" },
  assignee: "team:2001",
  firstSeenHoursAgo: 24 * 30,
  lastSeenHoursAgo: 24 * 8,
  count: 240,
  userCount: 198,
  firstRelease: "storefront@2.3.0",
  lastRelease: "storefront@2.4.0",
  tags: [
    ["environment", [["production", 240]]],
    ["level", [["error", 240]]],
    ["release", [["storefront@2.4.0", 150], ["storefront@2.3.0", 90]]],
  ],
  event: {
    sdk: { name: "sentry.javascript.react", version: "8.30.0" },
    entries: () => [
      exceptionEntry([
        exception({
          type: "ChunkLoadError",
          value: "Loading chunk 17 failed after a deploy",
          frames: [frame({ file: "src/routes.tsx", name: "loadRoute", line: 22, column: 9 })],
          rawFrames: [frame({ file: "/assets/index-33aa01.js", name: "u", line: 1, column: 9903 })],
        }),
      ]),
    ],
  },
});

export const STOREFRONT_ISSUES: readonly IssueSeed[] = [READ_TOTAL, SLOW_SEARCH, OLD_CHUNK];
