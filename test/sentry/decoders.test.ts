import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderIssueDetails } from "../../src/render/issue-details.ts";
import { decodeActivity } from "../../src/sentry/activity.ts";
import { decodeEvent, decodeEventSummary } from "../../src/sentry/event.ts";
import { decodeIssue } from "../../src/sentry/issue.ts";
import { decodeOrganization } from "../../src/sentry/organization.ts";
import { decodeProject } from "../../src/sentry/project.ts";
import { decodeSeerRun, decodeSeerState } from "../../src/sentry/seer.ts";
import { decodeTagValues } from "../../src/sentry/tag-values.ts";
import { decodeTeam } from "../../src/sentry/team.ts";
import { decodeUserReport } from "../../src/sentry/user-report.ts";
import { decodeUser } from "../../src/sentry/user.ts";

const frame = {
  filename: "app/views.py",
  absPath: "/srv/app/views.py",
  module: "app.views",
  function: "show",
  lineNo: 3,
  colNo: 1,
  inApp: true,
  context: [[2, "a"], [3, "b"]],
  vars: { name: "value", deep: { list: [1, null] } },
};

/** One whole answer per decoder. */
const SAMPLES: Record<string, [(raw: unknown) => unknown, object]> = {
  user: [decodeUser, { id: "1", name: "Ada", email: "ada@example.test" }],
  organization: [decodeOrganization, {
    id: "1",
    slug: "acme",
    name: "Acme",
    links: { organizationUrl: "https://acme.example.test", regionUrl: "https://us.example.test" },
  }],
  project: [decodeProject, {
    id: "2",
    slug: "web",
    name: "Web",
    platform: "node",
    teams: [{ id: "3", slug: "ui" }],
  }],
  team: [decodeTeam, { id: "3", slug: "ui", name: "UI", memberCount: 4 }],
  activity: [decodeActivity, {
    type: "set_resolved_in_release",
    dateCreated: "2026-02-01T10:00:00Z",
    user: { id: "1", name: "Ada", email: "ada@example.test" },
    data: {
      version: "web@1.0.0",
      assigneeName: "Grace",
      text: "Done",
      priority: "high",
      commit: { id: "abc" },
    },
  }],
  "event summary": [decodeEventSummary, {
    eventID: "a".repeat(32),
    id: "a".repeat(32),
    projectID: "2",
    title: "Error: no",
    message: "no",
    dateCreated: "2026-02-01T10:00:00Z",
    platform: "node",
    tags: [{ key: "environment", value: "production" }],
    user: { email: "ada@example.test" },
  }],
  "run of Seer": [decodeSeerRun, {
    run_id: 7,
    status: "awaiting_user_input",
    failure_reason: "timeout",
    updated_at: "2026-03-01T09:59:59.123456",
    blocks: [{
      id: "b",
      message: { role: "assistant", content: "I looked" },
      todos: [{ content: "Look", status: "in_progress" }],
      artifacts: [
        {
          key: "root_cause",
          data: {
            one_line_description: "It is empty",
            five_whys: ["Nobody fills it"],
            reproduction_steps: ["Open it"],
            relevant_repo: "acme/web",
            no_code_fix_reason: "none",
          },
        },
        {
          key: "solution",
          data: { one_line_summary: "Fill it", steps: [{ title: "Fill", description: "it" }] },
        },
      ],
    }],
    pending_user_input: {
      input_type: "question",
      data: { questions: [{ question: "When?", options: ["now"] }] },
    },
    repo_pr_states: { web: { repo_name: "web", pr_url: "https://git.example.test/1", title: "Fill it" } },
    coding_agents: {
      one: { results: [{ repo_full_name: "acme/web", pr_url: "https://git.example.test/2" }] },
    },
  }],
  "older run of Seer": [decodeSeerRun, {
    run_id: 7,
    status: "PROCESSING",
    updated_at: "2026-03-01T09:59:59+00:00",
    steps: [
      { type: "default", progress: [{ message: "Looking" }] },
      {
        type: "root_cause_analysis",
        selection: { cause_id: 1 },
        causes: [{ id: 0, description: "No" }, {
          id: 1,
          description: "It is empty",
          relevant_repos: ["acme/web"],
          root_cause_reproduction: [{
            title: "Open it",
            code_snippet_and_analysis: "open()",
            relevant_code_file: { file_path: "a.ts" },
          }],
        }],
      },
      { type: "solution", description: "Fill it", solution: [{ title: "Fill", is_active: true }] },
      {
        type: "changes",
        changes: [{
          repo_name: "web",
          title: "Fill it",
          pull_request: { pr_url: "https://git.example.test/1" },
        }],
        agent_comment_thread: { messages: [{ role: "assistant", content: "When?" }] },
      },
    ],
  }],
  "state of Seer": [decodeSeerState, { autofix: { run_id: 7, status: "completed", blocks: [] } }],
  "user report": [decodeUserReport, {
    id: "9",
    eventID: "a".repeat(32),
    name: "Ada",
    email: "ada@example.test",
    comments: "It broke",
    dateCreated: "2026-02-01T10:00:00Z",
    event: { id: "1", eventID: "a".repeat(32) },
  }],
  "tag values": [decodeTagValues, {
    key: "browser",
    name: "Browser",
    totalValues: 12,
    uniqueValues: 2,
    topValues: [{
      value: "Firefox 140",
      name: "Firefox 140",
      count: 9,
      firstSeen: "2026-02-01T10:00:00Z",
      lastSeen: "2026-03-01T10:00:00Z",
    }],
  }],
  issue: [decodeIssue, {
    id: "4",
    shortId: "WEB-1",
    title: "Error: no",
    culprit: "show",
    permalink: "https://acme.example.test/issues/4/",
    level: "error",
    status: "ignored",
    substatus: "archived_until_condition_met",
    statusDetails: { ignoreCount: 4, ignoreUntil: "2026-03-01T10:00:00Z", inCommit: { id: "abc" } },
    priority: "high",
    issueType: "error",
    issueCategory: "error",
    platform: "node",
    isUnhandled: true,
    project: { id: "2", slug: "web", name: "Web" },
    assignedTo: { type: "team", id: "3", name: "ui" },
    count: "12",
    userCount: 3,
    numComments: 1,
    stats: { "24h": [[1_770_000_000, 1], [1_770_003_600, 4]], "30d": [[1_769_900_000, 7]] },
    firstSeen: "2026-02-01T10:00:00Z",
    lastSeen: "2026-03-01T10:00:00Z",
    firstRelease: { version: "web@1" },
    lastRelease: { version: "web@2" },
  }],
  event: [decodeEvent, {
    eventID: "a".repeat(32),
    groupID: "4",
    projectID: "2",
    title: "Error: no",
    type: "error",
    platform: "node",
    dateCreated: "2026-03-01T10:00:00Z",
    release: { version: "web@2" },
    tags: [{ key: "level", value: "error" }],
    user: { id: "7", email: "who@example.test" },
    contexts: { trace: { trace_id: "b".repeat(32) }, os: { name: "Linux" } },
    context: { extra: true },
    occurrence: { evidenceDisplay: [{ name: "Query", value: "SELECT 1", important: true }] },
    entries: [
      { type: "message", data: { formatted: "hello" } },
      {
        type: "exception",
        data: {
          values: [{
            type: "Error",
            value: "no",
            module: "app",
            mechanism: { type: "generic", handled: false },
            threadId: 1,
            stacktrace: { frames: [frame] },
          }],
        },
      },
      {
        type: "threads",
        data: { values: [{ id: 1, name: "main", state: "RUNNABLE", crashed: true, current: true }] },
      },
      {
        type: "breadcrumbs",
        data: {
          values: [{
            timestamp: "2026-03-01T09:59:59Z",
            type: "http",
            level: "info",
            category: "fetch",
            message: "GET",
            data: { url: "/" },
          }],
        },
      },
      {
        type: "request",
        data: {
          method: "GET",
          url: "https://shop.example.test/?a=1",
          query: [["a", "1"]],
          headers: [["Accept", "*/*"]],
          data: { a: 1 },
        },
      },
    ],
  }],
};

type Path = readonly (string | number)[];

/** Where something could be missing or odd. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path, odd: unknown): unknown {
  if (key === undefined) return odd;
  if (Array.isArray(value)) {
    return value.map((item, index) => (String(index) === key ? replaced(item, rest, odd) : item));
  }
  const entries = Object.entries(value as object).map(([name, inner]) =>
    [name, name === key ? replaced(inner, rest, odd) : inner] as const
  );
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
}

const odd = fc.oneof(
  fc.constant(undefined),
  fc.constant(null),
  fc.jsonValue(),
  fc.constant(Number.MAX_VALUE),
);

describe("lenient decoding", () => {
  for (const [name, [decode, sample]] of Object.entries(SAMPLES)) {
    it(`of ${name} costs the odd field and nothing else`, () => {
      const whole = decode(sample);
      const asOf = "2026-03-01T10:00:00.000Z";
      const issue = decodeIssue(SAMPLES.issue?.[1]);
      if (!issue) throw new Error("the sample is no issue");

      fc.assert(
        fc.property(fc.constantFrom(...pathsOf(sample)), odd, (path, value) => {
          const decoded = decode(replaced(sample, path, value));

          if (decoded === undefined) {
            expect(path.length === 0 || ["id", "slug", "key", "type", "autofix"].includes(String(path[0])))
              .toBe(true);
            return;
          }
          for (const [field, before] of Object.entries(whole as object)) {
            if (!readsFrom(field, path)) {
              expect((decoded as Record<string, unknown>)[field], field).toEqual(before);
            }
          }
          const common = { organizationSlug: "acme", allFrames: true, asOf };
          if (name === "issue") renderIssueDetails({ ...common, issue: decoded as never });
          if (name === "event") renderIssueDetails({ ...common, issue, event: decoded as never });
        }),
        { numRuns: 400 },
      );
    });
  }

  it("drops the bad item of a list and keeps the others", () => {
    const event = decodeEvent({
      tags: [{ key: "a", value: "1" }, null, 7, { key: "b" }, { key: "c", value: 3 }],
    });

    expect(event?.tags).toEqual([{ key: "a", value: "1" }, { key: "c", value: "3" }]);
  });
});

/** Fields whose name inside is not that of Sentry. Those of an event's entries come and go together. */
const SOURCES: Record<string, readonly string[]> = {
  members: ["memberCount"],
  eventId: ["eventID", "event"],
  lastHours: ["stats"],
  lastDays: ["stats"],
  at: ["dateCreated"],
  by: ["user", "sentry_app"],
  run: ["autofix"],
  statusWord: ["status"],
  failure: ["failure_reason"],
  updatedAt: ["updated_at"],
  activities: ["blocks", "steps", "status"],
  rootCause: ["blocks", "steps"],
  solution: ["blocks", "steps"],
  pullRequests: ["repo_pr_states", "coding_agents", "blocks", "steps"],
  questions: ["pending_user_input", "blocks", "steps"],
  details: ["data"],
  distinctValues: ["uniqueValues"],
  top: ["topValues"],
  type: ["issueType", "type"],
  category: ["issueCategory"],
  events: ["count", "totalValues"],
  users: ["userCount"],
  comments: ["numComments", "comments"],
  webUrl: ["links"],
  regionUrl: ["links"],
  extra: ["context"],
  evidence: ["occurrence"],
  issueId: ["groupID"],
  projectId: ["projectID"],
  occurredAt: ["dateCreated"],
  id: ["id", "shortId", "eventID", "run_id"],
  slug: ["slug", "id"],
  message: ["entries", "message"],
  exceptions: ["entries"],
  threads: ["entries"],
  request: ["entries"],
  breadcrumbs: ["entries"],
};

function readsFrom(field: string, path: Path): boolean {
  return path.length === 0 || (SOURCES[field] ?? [field]).includes(String(path[0]));
}
