import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderIssueDetails } from "../../src/render/issue-details.ts";
import { decodeActivity } from "../../src/sentry/activity.ts";
import { decodeAttachment } from "../../src/sentry/attachment.ts";
import { decodeOwners, decodeSuspectCommits } from "../../src/sentry/blame.ts";
import { decodeIssueAlert, decodeMetricAlert } from "../../src/sentry/alert-rule.ts";
import { decodeCheckIn, decodeCronMonitor } from "../../src/sentry/cron-monitor.ts";
import { decodeDashboard } from "../../src/sentry/dashboard.ts";
import { decodeDetector } from "../../src/sentry/detector.ts";
import { decodeEvent, decodeEventSummary } from "../../src/sentry/event.ts";
import { decodeColumnKinds, decodeEventRow } from "../../src/sentry/events-search.ts";
import { decodeReplay } from "../../src/sentry/replay.ts";
import { decodeSeries } from "../../src/sentry/time-series.ts";
import { decodeExternalIssue } from "../../src/sentry/external-issue.ts";
import { decodeIssue } from "../../src/sentry/issue.ts";
import { decodeOrganization } from "../../src/sentry/organization.ts";
import { decodeProfile } from "../../src/sentry/profile.ts";
import { decodeProject } from "../../src/sentry/project.ts";
import { decodeSeerRun, decodeSeerState } from "../../src/sentry/seer.ts";
import { decodeRelease } from "../../src/sentry/release.ts";
import { decodeTagValues } from "../../src/sentry/tag-values.ts";
import { decodeSpan, decodeTraceIssue } from "../../src/sentry/trace.ts";
import { decodeTeam } from "../../src/sentry/team.ts";
import { decodeUptimeCheck, decodeUptimeMonitor } from "../../src/sentry/uptime-monitor.ts";
import { decodeUserReport } from "../../src/sentry/user-report.ts";
import { decodeUser } from "../../src/sentry/user.ts";
import { decodeWorkflow } from "../../src/sentry/workflow.ts";

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

const owner = { type: "team", id: "3", name: "ui" };
const condition = { id: "1", type: "gt", comparison: 1600, conditionResult: 75 };

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
  "suspect commits": [decodeSuspectCommits, {
    committers: [{
      author: { name: "Ada", email: "ada@example.test" },
      commits: [{
        id: "c0ffee",
        message: "Fix it",
        dateCreated: "2026-02-01T10:00:00Z",
        repository: { name: "acme/web" },
        suspectCommitType: "via SCM integration",
        pullRequest: { externalUrl: "https://code.example.test/1" },
      }],
    }],
  }],
  owners: [decodeOwners, {
    owners: [{ type: "team", id: "3", name: "ui" }, { type: "user", id: "1", name: "Ada" }],
  }],
  "external issue": [decodeExternalIssue, {
    id: "8",
    issueId: "4",
    serviceType: "linear",
    displayName: "PAY-17",
    webUrl: "https://tracker.example.test/17",
  }],
  attachment: [decodeAttachment, {
    id: "7",
    event_id: "a".repeat(32),
    name: "log.txt",
    type: "event.attachment",
    mimetype: "text/plain",
    size: 12,
    dateCreated: "2026-02-01T10:00:00Z",
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
  "row of a search": [decodeEventRow, {
    "project.name": "web",
    "span.duration": 12.5,
    "error.type": ["Error", "TypeError"],
    is_transaction: true,
  }],
  "kinds of columns": [decodeColumnKinds, {
    fields: { "p95(span.duration)": "duration" },
    units: { "p95(span.duration)": "millisecond" },
  }],
  "time series": [decodeSeries, {
    yAxis: "count()",
    groupBy: [{ key: "transaction", value: "/cart" }],
    meta: { valueType: "integer", valueUnit: null, interval: 3_600_000 },
    values: [{ timestamp: 1_770_000_000_000, value: 4, incomplete: false }],
  }],
  replay: [decodeReplay, {
    id: "a".repeat(32),
    project_id: "2",
    is_archived: false,
    started_at: "2026-03-01T10:00:00Z",
    finished_at: "2026-03-01T10:09:36Z",
    duration: 576,
    environment: "production",
    platform: "javascript",
    replay_type: "session",
    releases: ["web@1"],
    browser: { name: "Firefox", version: "140" },
    os: { name: "Linux", version: null },
    device: { name: "Phone", family: "Phones" },
    sdk: { name: "sentry.javascript", version: "8" },
    user: { display_name: "Ada" },
    urls: ["https://shop.example.test/"],
    count_urls: 4,
    count_errors: 1,
    count_warnings: 0,
    count_rage_clicks: 2,
    count_dead_clicks: 3,
    error_ids: ["b".repeat(32)],
    trace_ids: ["c".repeat(32)],
  }],
  profile: [decodeProfile, {
    event_id: "a".repeat(32),
    project_id: 2,
    platform: "python",
    release: "web@1",
    environment: "production",
    timestamp: "2026-03-01T10:00:00Z",
    transaction: { name: "/", trace_id: "c".repeat(32) },
    profile: {
      frames: [{ function: "show", filename: "app/views.py", lineno: 3, in_app: true }],
      stacks: [[0]],
      samples: [
        { stack_id: 0, thread_id: "1", elapsed_since_start_ns: "0" },
        { stack_id: 0, thread_id: "1", elapsed_since_start_ns: "1000000" },
      ],
    },
  }],
  "cron monitor": [decodeCronMonitor, {
    slug: "nightly",
    name: "Nightly",
    status: "active",
    isMuted: false,
    config: { schedule: [2, "hour"], timezone: "UTC", checkin_margin: 5, max_runtime: 30 },
    project: { id: "2", slug: "web" },
    owner,
    environments: [{
      name: "production",
      status: "ok",
      lastCheckIn: "2026-03-01T10:00:00Z",
      nextCheckIn: "2026-03-02T10:00:00Z",
    }],
  }],
  "check-in": [decodeCheckIn, {
    id: "1",
    status: "ok",
    dateCreated: "2026-03-01T10:00:00Z",
    duration: 12,
    environment: "production",
  }],
  "uptime monitor": [decodeUptimeMonitor, {
    id: "7",
    name: "Up",
    projectSlug: "web",
    environment: "production",
    status: "active",
    uptimeStatus: 1,
    method: "GET",
    url: "https://shop.example.test/",
    intervalSeconds: 60,
    timeoutMs: 5000,
    owner,
  }],
  "uptime check": [decodeUptimeCheck, {
    timestamp: "2026-03-01T10:00:00Z",
    checkStatus: "failure",
    checkStatusReason: "timeout",
    httpStatusCode: 503,
    durationMs: 12,
    regionName: "US",
    region: "us",
    traceId: "c".repeat(32),
  }],
  detector: [decodeDetector, {
    id: "8",
    projectId: "2",
    name: "Slow",
    description: "Too slow",
    type: "metric_issue",
    enabled: true,
    owner,
    dateCreated: "2026-02-01T10:00:00Z",
    dateUpdated: "2026-03-01T10:00:00Z",
    dataSources: [{
      queryObj: {
        url: "https://shop.example.test/",
        snubaQuery: { dataset: "events", aggregate: "count()", query: "a", timeWindow: 900 },
      },
    }],
    conditionGroup: { conditions: [condition] },
    openIssues: 1,
    latestGroup: { shortId: "WEB-1", title: "Slow", status: "unresolved" },
    workflowIds: ["9"],
  }],
  workflow: [decodeWorkflow, {
    id: "9",
    name: "Tell",
    enabled: true,
    environment: "production",
    owner,
    config: { frequency: 30 },
    dateCreated: "2026-02-01T10:00:00Z",
    lastTriggered: "2026-03-01T10:00:00Z",
    triggers: { conditions: [condition] },
    actionFilters: [{
      logicType: "all",
      conditions: [condition],
      actions: [{ type: "slack", config: { targetType: "specific", targetDisplay: "#web" } }],
    }],
    detectorIds: ["8"],
  }],
  "issue alert": [decodeIssueAlert, {
    id: "5",
    name: "Regressions",
    status: "active",
    snooze: false,
    environment: "production",
    owner: "team:3",
    frequency: 30,
    dateCreated: "2026-02-01T10:00:00Z",
    lastTriggered: "2026-03-01T10:00:00Z",
    actionMatch: "any",
    filterMatch: "all",
    conditions: [{ id: "a.b.RegressionEventCondition", name: "It regresses", value: 1 }],
    filters: [{ id: "a.b.LevelFilter", level: "40" }],
    actions: [{ id: "a.b.NotifyEmailAction", targetType: "Team" }],
    projects: ["web"],
  }],
  "metric alert": [decodeMetricAlert, {
    id: "6",
    name: "Errors",
    dataset: "events",
    query: "a",
    aggregate: "count()",
    timeWindow: 60,
    environment: "production",
    owner: "team:3",
    dateCreated: "2026-02-01T10:00:00Z",
    thresholdType: 0,
    resolveThreshold: 3,
    comparisonDelta: 60,
    triggers: [{
      label: "critical",
      alertThreshold: 100,
      actions: [{ type: "email", targetType: "team", targetIdentifier: "3" }],
    }],
    projects: ["web"],
  }],
  release: [decodeRelease, {
    version: "web@1",
    status: "open",
    dateCreated: "2026-02-01T10:00:00Z",
    dateReleased: "2026-02-01T10:00:00Z",
    firstEvent: "2026-02-01T10:00:00Z",
    lastEvent: "2026-02-01T10:00:00Z",
    newGroups: 1,
    commitCount: 2,
    deployCount: 3,
    lastCommit: { id: "abc", message: "Fix", author: { name: "Ada" } },
    lastDeploy: { environment: "production", dateFinished: "2026-02-01T10:00:00Z" },
    authors: [{ name: "Ada", email: "ada@example.test" }],
    projects: [{ id: 2, slug: "web", newGroups: 1 }],
    url: "https://code.example.test/",
  }],
  dashboard: [decodeDashboard, {
    id: "1",
    title: "Shop",
    dateCreated: "2026-02-01T10:00:00Z",
    createdBy: { name: "Ada" },
    projects: [2],
    environment: ["production"],
    period: "7d",
    start: "2026-02-01T10:00:00Z",
    end: "2026-03-01T10:00:00Z",
    widgets: [{
      title: "Slow",
      displayType: "table",
      widgetType: "spans",
      queries: [{ name: "", conditions: "a", columns: ["b"], aggregates: ["count()"], orderby: "-count()" }],
    }],
  }],
  span: [decodeSpan, {
    event_id: "a".repeat(16),
    event_type: "span",
    parent_span_id: "b".repeat(16),
    op: "db",
    description: "SELECT 1",
    name: "db",
    duration: 12.5,
    start_timestamp: 1_770_000_000.5,
    is_transaction: false,
    project_id: 2,
    project_slug: "web",
    status: "ok",
  }],
  "issue in a trace": [decodeTraceIssue, {
    event_id: "a".repeat(32),
    event_type: "error",
    issue_id: 4,
    short_id: "WEB-1",
    level: "error",
    description: "Error: no",
    start_timestamp: 1_770_000_000.5,
    project_id: 2,
    project_slug: "web",
    span: "b".repeat(16),
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
            expect(
              path.length === 0 ||
                ["id", "slug", "key", "type", "version", "autofix"].includes(String(path[0])),
            ).toBe(true);
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

  it("begins an issue's days with the first whose count it keeps", () => {
    const days = [[1_769_800_000, null], [1_769_886_400, 5], "odd", [1_769_972_800, 7]];
    const issue = decodeIssue({ id: "1", stats: { "30d": days, "24h": [["soon", 1]] } });

    expect(issue).toMatchObject({ lastDays: [5, 7], daysFromMs: 1_769_886_400_000, lastHours: [1] });
    expect(issue?.hoursFromMs).toBeUndefined();
  });

  it("drops the bad item of a list and keeps the others", () => {
    const event = decodeEvent({
      tags: [{ key: "a", value: "1" }, null, 7, { key: "b" }, { key: "c", value: 3 }],
    });

    expect(event?.tags).toEqual([{ key: "a", value: "1" }, { key: "c", value: "3" }]);
  });
});

/** Fields whose name inside is not that of Sentry. Those of an event's entries come and go together. */
const SOURCES: Record<string, readonly string[]> = {
  isArchived: ["is_archived"],
  isMuted: ["isMuted", "snooze"],
  isEnabled: ["enabled"],
  isDown: ["uptimeStatus"],
  isAbove: ["thresholdType"],
  startedAt: ["started_at", "timestamp"],
  finishedAt: ["finished_at"],
  createdAt: ["dateCreated"],
  updatedAt: ["dateUpdated", "updated_at"],
  releasedAt: ["dateReleased"],
  lastTriggeredAt: ["lastTriggered"],
  durationSeconds: ["duration"],
  durationMs: ["duration", "durationMs", "profile"],
  windowMinutes: ["timeWindow"],
  comparisonMinutes: ["comparisonDelta"],
  frequencyMinutes: ["frequency", "config"],
  schedule: ["config"],
  timezone: ["config"],
  marginMinutes: ["config"],
  longestMinutes: ["config"],
  errors: ["count_errors"],
  warnings: ["count_warnings"],
  rageClicks: ["count_rage_clicks"],
  deadClicks: ["count_dead_clicks"],
  errorIds: ["error_ids"],
  traceIds: ["trace_ids"],
  traceId: ["traceId", "transaction", "contexts"],
  transaction: ["transaction"],
  samples: ["profile"],
  busiest: ["profile"],
  reason: ["checkStatusReason"],
  httpStatus: ["httpStatusCode"],
  region: ["region", "regionName"],
  sources: ["dataSources"],
  conditions: ["conditions", "conditionGroup"],
  steps: ["actionFilters"],
  alertIds: ["workflowIds"],
  latestIssue: ["latestGroup"],
  newIssues: ["newGroups"],
  commits: ["commitCount"],
  deploys: ["deployCount"],
  projectIds: ["projects"],
  environments: ["environments", "environment"],
  status: ["status", "checkStatus"],
  members: ["memberCount"],
  eventId: ["eventID", "event", "event_id"],
  mimeType: ["mimetype"],
  sizeBytes: ["size"],
  kind: ["event_type", "meta"],
  parentId: ["parent_span_id"],
  spanId: ["span"],
  startsAtMs: ["start_timestamp"],
  isTransaction: ["is_transaction"],
  projectSlug: ["projectSlug", "project_slug"],
  shortId: ["shortId", "short_id"],
  lastHours: ["stats"],
  lastDays: ["stats"],
  hoursFromMs: ["stats"],
  daysFromMs: ["stats"],
  at: ["dateCreated", "timestamp"],
  by: ["user", "sentry_app"],
  run: ["autofix"],
  statusWord: ["status"],
  failure: ["failure_reason"],
  activities: ["blocks", "steps", "status"],
  rootCause: ["blocks", "steps"],
  solution: ["blocks", "steps"],
  pullRequests: ["repo_pr_states", "coding_agents", "blocks", "steps"],
  questions: ["pending_user_input", "blocks", "steps"],
  details: ["data"],
  distinctValues: ["uniqueValues"],
  top: ["topValues"],
  type: ["issueType", "type", "replay_type"],
  category: ["issueCategory"],
  events: ["count", "totalValues"],
  users: ["userCount"],
  comments: ["numComments", "comments"],
  webUrl: ["links", "webUrl"],
  name: ["name", "displayName"],
  service: ["serviceType"],
  0: ["committers", "owners"],
  1: ["owners"],
  regionUrl: ["links"],
  extra: ["context"],
  evidence: ["occurrence"],
  issueId: ["groupID", "issue_id"],
  projectId: ["projectID", "project_id", "projectId"],
  occurredAt: ["dateCreated"],
  id: ["id", "shortId", "eventID", "run_id", "event_id"],
  slug: ["slug", "id"],
  "p95(span.duration)": ["fields", "units"],
  pages: ["count_urls"],
  axis: ["yAxis"],
  group: ["groupBy", "meta"],
  points: ["values"],
  message: ["entries", "message"],
  exceptions: ["entries"],
  threads: ["entries", "profile"],
  request: ["entries"],
  breadcrumbs: ["entries"],
};

function readsFrom(field: string, path: Path): boolean {
  return path.length === 0 || (SOURCES[field] ?? [field]).includes(String(path[0]));
}
