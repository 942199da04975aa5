import { errorIssue } from "./model.ts";
import type { IssueSeed, Json } from "./model.ts";
import { exception, exceptionEntry, frame } from "./parts.ts";

const RELEASE = "checkout@1.9.0";

const DEFAULTS = {
  project: "checkout",
  platform: "python",
  firstRelease: RELEASE,
  lastRelease: RELEASE,
} as const;

const FRAMES = 500;
const TAGS = 200;
const CONTEXT_CHARACTERS = 3 * 1024 * 1024;
const USERS = 1500;

/** Far more of everything than fits into an answer; the big parts are built when they are asked for. */
const MONSTER = errorIssue({
  ...DEFAULTS,
  number: 15,
  culprit: "basket.rules in apply",
  metadata: {
    type: "RuleError",
    value: "rule 'spring' calls itself",
    filename: "basket/rules.py",
    function: "apply",
  },
  firstSeenHoursAgo: 24 * 6,
  lastSeenHoursAgo: 47,
  count: 14,
  userCount: 3,
  tags: [
    ["environment", [["production", 14]]],
    ["level", [["error", 14]]],
    ["release", [[RELEASE, 14]]],
    ...Array.from({ length: TAGS - 3 }, (_, index) =>
      // Sentry cuts values at 200 characters today and kept longer ones before.
      [`rule.${index}`, [[`${index}:`.padEnd(index === 7 ? 5000 : 200, "springtime "), 14]]] as const),
  ],
  event: {
    get contexts() {
      return {
        runtime: { type: "runtime", name: "CPython", version: "3.12.6" },
        basket: {
          type: "default",
          lines: `${"one article after another; ".repeat(CONTEXT_CHARACTERS / 27)}the end`,
        },
      };
    },
    get extra() {
      return {
        history: Array.from(
          { length: 2000 },
          (_, index) => ({ step: index, rule: "spring", net: index * 7 }),
        ),
      };
    },
    sdk: { name: "sentry.python", version: "2.17.0" },
    entries: () => [
      exceptionEntry([
        exception({
          type: "RuleError",
          value: "rule 'spring' calls itself",
          frames: Array.from({ length: FRAMES }, (_, index) =>
            frame({
              file: "basket/rules.py",
              module: "basket.rules",
              name: index % 2 === 0 ? "apply" : "resolve",
              line: 40 + (index % 2) * 9,
              inApp: index % 5 !== 0,
              code: {
                from: 40 + (index % 2) * 9,
                text: "    return self.resolve(rule.target).apply(basket)",
              },
              vars: { depth: String(index), basket: `<Basket ${"article ".repeat(40)}>` },
            })),
        }),
      ]),
    ],
  },
});

/** Members that Sentry may leave null or out, kinds that no client knows yet, and lists with rubbish in them. */
const SPARSE = errorIssue({
  ...DEFAULTS,
  number: 21,
  title: "<unlabeled event>",
  culprit: "",
  type: "hologram",
  issueType: "hologram_flicker",
  issueCategory: "holography",
  metadata: {},
  firstSeenHoursAgo: 24 * 5,
  lastSeenHoursAgo: 48,
  count: 2,
  userCount: 0,
  tags: [["level", [["error", 2]]], ["operator", [["", 1], ["anna", 1]]]],
  overrides: {
    issue: {
      culprit: null,
      logger: null,
      level: null,
      platform: null,
      metadata: null,
      priority: null,
      userCount: null,
      count: null,
      stats: null,
      owners: null,
      assignedTo: null,
      annotations: null,
      firstRelease: null,
      lastRelease: undefined,
      substatus: undefined,
      issueCategory: undefined,
      participants: undefined,
    },
    event: {
      message: null,
      title: null,
      culprit: null,
      location: undefined,
      platform: null,
      user: null,
      metadata: null,
      dateCreated: null,
      dateReceived: undefined,
      contexts: null,
      context: null,
      sdk: null,
      release: null,
      errors: null,
      size: undefined,
      tags: [null, { key: "level" }, { value: "no key" }, { key: "operator", value: null }, {
        key: "level",
        value: "error",
      }],
    },
  },
  event: {
    entries: () => [
      { type: "hologram", data: { layers: [1, 2, 3], brightness: null } },
      { type: "csp", data: null },
      { type: "message", data: {} },
      {
        type: "exception",
        data: { values: [null, { type: null, value: null }, { stacktrace: { frames: null } }, "text"] },
      },
      {
        type: "threads",
        data: {
          values: [{ id: null, stacktrace: { frames: [null, {}, { function: null, lineNo: "12" }] } }],
        },
      },
      {
        type: "breadcrumbs",
        data: { values: [null, {}, { timestamp: null, level: null, message: null, data: "text" }] },
      },
      {
        type: "request",
        data: { url: null, method: null, headers: null, query: "a=1&b", cookies: null, data: null },
      },
      { type: "spans", data: null },
      {},
      // A list of entries is JSON from elsewhere: it may hold anything.
      null as unknown as Json,
    ],
  },
});

/** Its events are older than what is kept, so that only the issue is left. */
const WITHOUT_EVENTS = errorIssue({
  ...DEFAULTS,
  number: 22,
  culprit: "returns.label in draw",
  metadata: {
    type: "LabelTooWide",
    value: "label is 104 mm wide",
    filename: "returns/label.py",
    function: "draw",
  },
  firstSeenHoursAgo: 24 * 300,
  lastSeenHoursAgo: 24 * 80,
  count: 12,
  userCount: 4,
  eventsKept: 0,
  tags: [],
  event: { entries: () => [] },
});

/** Many events that differ, many values of a tag, and a long history (`histories.ts`). */
const BUSY = errorIssue({
  ...DEFAULTS,
  number: 25,
  culprit: "carriers.quote in cheapest",
  metadata: {
    type: "QuoteMissing",
    value: "no carrier made an offer",
    filename: "carriers/quote.py",
    function: "cheapest",
  },
  firstSeenHoursAgo: 24 * 60,
  lastSeenHoursAgo: 49,
  count: 200,
  userCount: 140,
  eventsKept: 200,
  variesTags: true,
  tags: [
    ["carrier", [["blue", 90], ["green", 70], ["ochre", 30], ["", 10]]],
    ["environment", [["production", 150], ["staging", 50]]],
    ["level", [["error", 200]]],
    ["release", [[RELEASE, 120], ["checkout@1.8.0", 80]]],
    ["user", Array.from({ length: USERS }, (_, index) => [`id:s-${1000 + index}`, 1] as const)],
  ],
  event: {
    message: "no carrier made an offer",
    user: { id: "s-1000", email: null, username: null, ip_address: "203.0.113.9", name: null },
    sdk: { name: "sentry.python", version: "2.17.0" },
    entries: () => [
      exceptionEntry([
        exception({
          type: "QuoteMissing",
          value: "no carrier made an offer",
          frames: [
            frame({ file: "carriers/quote.py", module: "carriers.quote", name: "cheapest", line: 33 }),
          ],
        }),
      ]),
    ],
  },
});

export const AWKWARD_ISSUES: readonly IssueSeed[] = [MONSTER, SPARSE, WITHOUT_EVENTS, BUSY];
