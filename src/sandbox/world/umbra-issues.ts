import { errorIssue } from "./model.ts";
import type { IssueSeed } from "./model.ts";
import {
  breadcrumbsEntry,
  exception,
  exceptionEntry,
  frame,
  messageEntry,
  requestEntry,
  threadsEntry,
} from "./parts.ts";

/** Whatever shows up of these in a session that is confined elsewhere names itself. */
function canary(number: number): IssueSeed {
  const say = (what: string) => `CANARY-umbra-${what}-${number}`;
  return errorIssue({
    number,
    project: "vault",
    platform: "python",
    culprit: say("culprit"),
    metadata: { type: say("type"), value: say("value"), filename: say("file"), function: say("function") },
    priority: "high",
    assignee: "team:2021",
    firstSeenHoursAgo: 24 * number,
    lastSeenHoursAgo: number,
    count: 10 * number,
    userCount: number,
    firstRelease: "CANARY-umbra-release-1",
    lastRelease: "CANARY-umbra-release-2",
    tags: [
      ["environment", [["CANARY-umbra-environment", 10 * number]]],
      ["release", [["CANARY-umbra-release-2", 10 * number]]],
      ["CANARY-umbra-key", [[say("tag"), 10 * number]]],
    ],
    notes: [{ login: "CANARY-umbra-login", text: say("note"), hoursAgo: 1 }],
    event: {
      message: say("message"),
      contexts: {
        "CANARY-umbra-context": { type: "default", text: say("context") },
        replay: { replay_id: say("replay") },
        trace: { type: "trace", trace_id: "0b5c".repeat(8), span_id: "ff00000000000001", op: say("op") },
      },
      extra: { [say("extra")]: say("extra") },
      user: {
        id: say("user"),
        email: `${say("user")}@example.test`,
        username: say("username"),
        ip_address: null,
        name: say("person"),
      },
      sdk: { name: say("sdk"), version: "1.0.0" },
      errors: [{ type: say("problem"), message: say("problem"), data: { url: say("problem") } }],
      entries: (atMs) => [
        messageEntry(say("message")),
        exceptionEntry([
          exception({
            type: say("type"),
            value: say("value"),
            module: say("module"),
            frames: [
              frame({
                file: say("file"),
                name: say("function"),
                line: 3,
                code: { from: 3, text: say("code") },
                vars: { [say("local")]: say("local") },
              }),
            ],
          }),
        ]),
        threadsEntry([{ id: 1, name: say("thread"), state: say("state"), crashed: true }]),
        { type: "debugmeta", data: { images: [{ type: "elf", code_file: say("image") }] } },
        { type: say("entry"), data: { text: say("entry") } },
        breadcrumbsEntry(atMs, [{ secondsBefore: 1, category: say("category"), message: say("breadcrumb") }]),
        requestEntry({
          method: "GET",
          url: `https://example.test/${say("url")}`,
          headers: [["X-Canary", say("header")]],
        }),
      ],
    },
  });
}

/** The kinds of issue that are no errors. */
function canaryOf(
  number: number,
  issueType: string,
  issueCategory: string,
  occurrenceType: number,
): IssueSeed {
  const say = (what: string) => `CANARY-umbra-${what}-${number}`;
  const seed = canary(number);
  return {
    ...seed,
    title: say("title"),
    type: "generic",
    level: "info",
    isUnhandled: false,
    issueType,
    issueCategory,
    metadata: {
      title: say("title"),
      value: say("value"),
      message: say("message"),
      contact_email: say("contact"),
    },
    event: {
      ...seed.event,
      occurrence: {
        id: `0cc0b5c${number}`.padEnd(32, "0"),
        issueTitle: say("title"),
        subtitle: say("subtitle"),
        type: occurrenceType,
        evidenceData: { [say("evidence")]: say("evidence") },
        evidenceDisplay: [{ name: say("evidence"), value: say("evidence"), important: true }],
      },
    },
  };
}

export const UMBRA_ISSUES: readonly IssueSeed[] = [
  canary(1),
  canary(2),
  canary(3),
  canaryOf(4, "performance_slow_db_query", "db_query", 1001),
  canaryOf(5, "feedback", "feedback", 6001),
];
