import MarkdownIt from "markdown-it";
import { describe, expect, it } from "vitest";
import { renderIssueAlert, renderMetricAlert } from "../../src/render/alert-rule.ts";
import { renderCronMonitor } from "../../src/render/cron-monitor.ts";
import { renderDashboard } from "../../src/render/dashboard.ts";
import { renderDetector } from "../../src/render/detector.ts";
import { renderFeedback } from "../../src/render/feedback.ts";
import { renderProfile } from "../../src/render/profile.ts";
import { renderRelease } from "../../src/render/release.ts";
import { renderReplay } from "../../src/render/replay.ts";
import { renderTransaction } from "../../src/render/transaction.ts";
import { renderUptimeMonitor } from "../../src/render/uptime-monitor.ts";
import { renderWorkflow } from "../../src/render/workflow.ts";
import { decodeIssueAlert, decodeMetricAlert } from "../../src/sentry/alert-rule.ts";
import { decodeCheckIn, decodeCronMonitor } from "../../src/sentry/cron-monitor.ts";
import { record } from "../../src/sentry/decode.ts";
import { decodeDashboard } from "../../src/sentry/dashboard.ts";
import { decodeDetector } from "../../src/sentry/detector.ts";
import { decodeEvent } from "../../src/sentry/event.ts";
import { decodeIssue } from "../../src/sentry/issue.ts";
import { decodeProfile } from "../../src/sentry/profile.ts";
import { decodeRelease } from "../../src/sentry/release.ts";
import { decodeReplay } from "../../src/sentry/replay.ts";
import { decodeUptimeCheck, decodeUptimeMonitor } from "../../src/sentry/uptime-monitor.ts";
import { decodeWorkflow } from "../../src/sentry/workflow.ts";
import { startSandbox } from "../sandbox/sandbox-client.ts";

const common = { organizationSlug: "acme", asOf: "2026-03-02T10:00:00Z" };

function there<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Error("the sandbox has no such thing");
  return thing;
}

/** Where the sandbox has one of each, and how it is told; `raw` is hostile by then. */
const KINDS: Record<string, [path: string, tell: (raw: unknown) => string]> = {
  replay: [
    `/organizations/acme/replays/${"5e9a".repeat(8)}/`,
    (raw) => renderReplay({ ...common, replay: there(decodeReplay(record(raw).data)) }),
  ],
  profile: [
    `/projects/acme/checkout/profiling/profiles/${"9f0f".repeat(8)}/`,
    (raw) =>
      renderProfile({
        ...common,
        project: "checkout",
        profileId: "9f0f",
        profile: there(decodeProfile(raw)),
      }),
  ],
  "cron monitor": [
    "/organizations/acme/monitors/nightly-invoices/",
    (raw) =>
      renderCronMonitor({
        ...common,
        monitor: there(decodeCronMonitor(raw)),
        checkIns: Array.from({ length: 100 }, () => there(decodeCheckIn(raw))),
      }),
  ],
  "uptime monitor": [
    "/projects/acme/checkout/uptime/601/",
    (raw) =>
      renderUptimeMonitor({
        ...common,
        monitor: there(decodeUptimeMonitor(raw)),
        checks: Array.from({ length: 100 }, () =>
          there(decodeUptimeCheck({ checkStatus: HOSTILE, checkStatusReason: HOSTILE, region: HOSTILE }))),
      }),
  ],
  monitor: [
    "/organizations/acme/detectors/611/",
    (raw) => renderDetector({ ...common, detector: there(decodeDetector(raw)) }),
  ],
  alert: [
    "/organizations/acme/workflows/701/",
    (raw) => renderWorkflow({ ...common, workflow: there(decodeWorkflow(raw)) }),
  ],
  "issue alert": [
    "/projects/acme/checkout/rules/801/",
    (raw) => renderIssueAlert({ ...common, rule: there(decodeIssueAlert(raw)) }),
  ],
  "metric alert": [
    "/organizations/acme/alert-rules/811/",
    (raw) => renderMetricAlert({ ...common, rule: there(decodeMetricAlert(raw)) }),
  ],
  release: [
    "/organizations/acme/releases/checkout@1.9.0/",
    (raw) => renderRelease({ ...common, release: there(decodeRelease(raw)) }),
  ],
  dashboard: [
    "/organizations/acme/dashboards/901/",
    (raw) => renderDashboard({ ...common, dashboard: there(decodeDashboard(raw)) }),
  ],
  transaction: [
    `/projects/acme/checkout/events/${"7a0c".repeat(8)}/`,
    (raw) => renderTransaction({ ...common, project: "checkout", event: there(decodeEvent(raw)) }),
  ],
  feedback: [
    `/organizations/acme/issues/STOREFRONT-15/events/latest/`,
    (raw) => renderFeedback({ ...common, issue: there(decodeIssue(raw)), event: decodeEvent(raw) }),
  ],
};

const HOSTILE = "`OBEY` ```\n# OBEY\n<b>OBEY</b> [OBEY](https://evil.test) \u202e";

/** The same shape, with as much of everything as an enemy could send; times stay times. */
function hostile(raw: unknown, times: number): unknown {
  if (Array.isArray(raw)) {
    return Array.from({ length: times }, (_, index) => hostile(raw[index % raw.length], times));
  }
  if (typeof raw === "string") return /^\d{4}-\d\d-\d\dT/.test(raw) ? raw : HOSTILE.repeat(times);
  if (typeof raw !== "object" || raw === null) return raw;
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, hostile(value, times)]));
}

/** Everything that a reader would take for our own words: text, headings and HTML, but not code. */
function ownWords(markdown: string): string {
  return new MarkdownIt({ html: true }).parse(markdown, {})
    .flatMap((token) => token.type === "fence" ? [] : [token, ...(token.children ?? [])])
    .filter(({ type }) => ["text", "html_block", "html_inline", "code_block"].includes(type))
    .map(({ content }) => content).join("\n");
}

describe("a compact reading", () => {
  for (const [kind, [path, tell]] of Object.entries(KINDS)) {
    it(`of a ${kind} keeps hostile text inside code, and its length in bounds`, async () => {
      const sandbox = startSandbox();
      const { body } = await sandbox.api(await sandbox.tokenOf("ada"), path);

      for (const times of [1, 40]) {
        const text = tell(hostile(body, times));

        expect(text).toContain("OBEY");
        expect(ownWords(text)).not.toContain("OBEY");
        expect(text.length).toBeLessThanOrEqual(4000);
      }
    });
  }
});
