import { projectOf } from "./directory.ts";
import { errorIssue } from "./model.ts";
import type { IssueSeed, Triage } from "./model.ts";
import { exception, exceptionEntry, frame } from "./parts.ts";

/** `[number, type, value, file, function, count, users, first seen and last seen in hours ago, and what differs]` */
type Row = readonly [
  number,
  string,
  string,
  string,
  string,
  number,
  number,
  number,
  number,
  (Partial<Triage> & Partial<Pick<IssueSeed, "level" | "isUnhandled">>)?,
];

const RESOLVED = { status: "resolved", substatus: undefined } as const;

const STOREFRONT: readonly Row[] = [
  [4, "RangeError", "Invalid time value", "src/format/date.ts", "formatDay", 31, 12, 700, 11],
  [5, "NetworkError", "Failed to load the recommendations", "src/api/recommend.ts", "load", 402, 190, 500, 2],
  [6, "SyntaxError", "Unexpected end of JSON input", "src/api/decode.ts", "decode", 64, 33, 340, 9, {
    assignee: "user:102",
  }],
  [7, "TypeError", "image.decode is not a function", "src/gallery/image.ts", "show", 18, 17, 96, 20, {
    priority: "low",
  }],
  [8, "QuotaExceededError", "The quota has been exceeded", "src/basket/storage.ts", "keep", 9, 9, 210, 30, {
    level: "warning",
    isUnhandled: false,
  }],
  [9, "AbortError", "The user aborted a request", "src/api/send.ts", "send", 520, 311, 900, 4, {
    level: "info",
    priority: "low",
  }],
  [10, "SecurityError", "Blocked a frame from reading a page", "src/embed/frame.ts", "peek", 5, 5, 60, 40, {
    priority: "high",
    assignee: "team:2001",
  }],
  [11, "ReferenceError", "ga is not defined", "src/metrics/send.ts", "count", 77, 70, 800, 300, RESOLVED],
  [12, "HydrationError", "Text content did not match", "src/home/page.tsx", "Home", 143, 99, 50, 1, {
    substatus: "new",
  }],
];

const CHECKOUT: readonly Row[] = [
  [
    4,
    "StockReservationLate",
    "reservation arrived after payment",
    "checkout/stock/reserve.py",
    "reserve",
    96,
    71,
    260,
    4,
    {
      status: "ignored",
      substatus: "archived_until_condition_met",
      statusDetails: { ignoreCount: 100, ignoreWindow: 60 },
    },
  ],
  [
    5,
    "IntegrityError",
    "duplicate key value violates unique constraint",
    "checkout/orders/save.py",
    "save_order",
    12,
    11,
    400,
    14,
  ],
  [6, "DecimalException", "invalid amount in coupon", "checkout/coupons/amount.py", "parse", 44, 20, 310, 8],
  [
    7,
    "Timeout",
    "gateway did not answer in 10 s",
    "checkout/payments/gateway.py",
    "authorize",
    205,
    160,
    1000,
    3,
    { priority: "high", assignee: "user:103" },
  ],
  [8, "KeyError", "'vat_id'", "checkout/invoices/render.py", "render", 23, 9, 72, 10, { substatus: "new" }],
  [
    9,
    "PermissionDenied",
    "shopper may not read this order",
    "checkout/orders/views.py",
    "get",
    61,
    58,
    600,
    16,
    { level: "warning", isUnhandled: false },
  ],
  [
    10,
    "UnicodeDecodeError",
    "invalid start byte in address file",
    "checkout/imports/read.py",
    "read",
    3,
    1,
    190,
    120,
  ],
  [11, "AssertionError", "total is negative", "checkout/cart/total.py", "total", 7, 7, 30, 6, {
    priority: "high",
  }],
  [12, "OperationalError", "too many connections", "checkout/db/pool.py", "acquire", 330, 240, 240, 25, {
    ...RESOLVED,
    statusDetails: { inNextRelease: true },
  }],
  [13, "ValueError", "unknown currency 'XTS'", "checkout/money/parse.py", "parse_currency", 15, 4, 150, 44, {
    priority: "low",
  }],
  [
    14,
    "SMTPServerDisconnected",
    "connection closed while sending a receipt",
    "checkout/mail/send.py",
    "send",
    52,
    50,
    1500,
    18,
    { assignee: "team:2002" },
  ],
];

const MOBILE: readonly Row[] = [
  [2, "BadTokenException", "window is gone", "Dialogs.kt", "show", 90, 84, 700, 5, {
    status: "ignored",
    substatus: "archived_until_escalating",
  }],
  [3, "SocketTimeoutException", "timeout while loading the feed", "Feed.kt", "load", 610, 404, 900, 2, {
    level: "warning",
    isUnhandled: false,
  }],
  [4, "IllegalStateException", "fragment is not attached", "Basket.kt", "render", 121, 88, 300, 7],
  [5, "OutOfMemoryError", "failed to allocate 48 MB", "Images.kt", "decode", 38, 36, 220, 12, {
    level: "fatal",
    priority: "high",
  }],
  [6, "SecurityException", "camera permission is missing", "Scanner.kt", "open", 14, 14, 100, 33],
  [7, "JsonParseException", "expected an object at line 1", "Json.kt", "read", 8, 6, 80, 21, {
    assignee: "team:2003",
  }],
  [8, "ApplicationNotResponding", "input dispatching timed out", "Sync.kt", "run", 55, 55, 410, 13, {
    substatus: "regressed",
  }],
  [9, "SQLiteFullException", "database or disk is full", "Store.kt", "write", 2, 2, 65, 50, {
    priority: "low",
  }],
  [10, "NumberFormatException", 'for input string: "1,50"', "Prices.kt", "parse", 27, 25, 480, 200, RESOLVED],
];

const STOLLEN: readonly Row[] = [
  [2, "net.OpError", "dial tcp: connection refused", "pump/client.go", "dial", 19, 2, 120, 9],
  [3, "context.DeadlineExceeded", "context deadline exceeded", "survey/scan.go", "Scan", 210, 12, 600, 4, {
    level: "warning",
  }],
  [
    4,
    "json.SyntaxError",
    "invalid character in survey",
    "survey/decode.go",
    "Decode",
    6,
    3,
    90,
    45,
    RESOLVED,
  ],
];

function plainIssues(project: string, platform: string, rows: readonly Row[]): IssueSeed[] {
  const { releases } = projectOf(project);
  const [firstRelease = "", lastRelease = ""] = [releases[0], releases.at(-1)];
  return rows.map(([number, type, value, filename, name, count, userCount, first, last, rest]) => {
    const level = rest?.level ?? "error";
    return errorIssue({
      number,
      project,
      platform,
      culprit: `${name}(${filename})`,
      metadata: { type, value, filename, function: name },
      firstSeenHoursAgo: first,
      lastSeenHoursAgo: last,
      count,
      userCount,
      firstRelease,
      lastRelease,
      tags: [
        ["environment", [["production", count]]],
        ["level", [[level, count]]],
        ["release", [[lastRelease, count]]],
      ],
      event: {
        sdk: { name: `sentry.${platform}`, version: "2.0.0" },
        entries: () => [
          exceptionEntry([exception({
            type,
            value,
            frames: [
              frame({ file: `lib/${project}/entry`, name: "dispatch", line: 12, inApp: false }),
              frame({ file: filename, name, line: 10 + number }),
            ],
          })]),
        ],
      },
      ...rest,
    });
  });
}

export const PLAIN_ISSUES: readonly IssueSeed[] = [
  ...plainIssues("storefront", "javascript", STOREFRONT),
  ...plainIssues("checkout", "python", CHECKOUT),
  ...plainIssues("mobile", "java", MOBILE),
  ...plainIssues("stollen", "go", STOLLEN),
];
