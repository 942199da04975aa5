import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { TOOLS } from "../../src/tools/all.ts";
import { CATALOG_FILE, catalogSource } from "../gen/catalog.ts";
import { linksOf, openSession, textOf } from "./session.ts";

const ACME = "http://localhost:3000/sandbox/organizations/acme";

const linkTo = (path: string) => ({ url: `${ACME}/${path}` });

/** Arguments beside each tool's own example. */
const CASES: Record<string, readonly object[]> = {
  find_organizations: [{ query: "berg" }],
  find_projects: [{ organizationSlug: "acme", query: "nothing-like-this" }],
  find_teams: [{ organizationSlug: "acme", query: "pay" }, { organizationSlug: "acme", query: "nobody" }],
  get_event_stacktrace: [
    { organizationSlug: "acme", issueId: "MOBILE-1" },
    { organizationSlug: "acme", issueId: "MOBILE-1", thread: "no such thread" },
    { organizationSlug: "acme", issueId: "STOREFRONT-2" },
    { issueUrl: "http://localhost:3000/sandbox/organizations/bergwerk/issues/7001/" },
  ],
  get_event_attachment: [
    {
      organizationSlug: "acme",
      projectSlug: "mobile",
      eventId: "60010001600100016001000160010001",
      attachmentId: "60012",
    },
    {
      organizationSlug: "acme",
      projectSlug: "mobile",
      eventId: "60010001600100016001000160010001",
      attachmentId: "60013",
    },
    { organizationSlug: "acme", projectSlug: "mobile", eventId: "60110001601100016011000160110001" },
    ...["60111", "60112", "60113", "60115", "60116"].map((attachmentId) => ({
      organizationSlug: "acme",
      projectSlug: "mobile",
      eventId: "60110001601100016011000160110001",
      attachmentId,
    })),
    {
      organizationSlug: "acme",
      projectSlug: "mobile",
      eventId: "60010001600100016001000160010001",
      attachmentId: "999",
    },
    { organizationSlug: "acme", projectSlug: "checkout", eventId: "60010001600100016001000160010001" },
  ],
  search_issue_events: [
    { organizationSlug: "acme", issueId: "CHECKOUT-1", query: "environment:production", limit: 2 },
    { organizationSlug: "acme", issueId: "CHECKOUT-1", query: "environment:staging" },
    { organizationSlug: "acme", issueId: "CHECKOUT-3", limit: 1 },
    { organizationSlug: "acme", issueId: "CHECKOUT-1", query: 'user.email:"' },
  ],
  search_events: [
    { organizationSlug: "acme", query: "level:fatal", projectSlug: "mobile" },
    { organizationSlug: "acme", query: "issue:CHECKOUT-3", limit: 1 },
    {
      organizationSlug: "acme",
      fields: ["project", "level", "count()", "count_unique(user.id)"],
      environment: ["production"],
      period: "30d",
    },
    {
      organizationSlug: "acme",
      dataset: "spans",
      query: "trace:7e577e577e577e577e577e577e577e57",
      sort: "-span.duration",
    },
    {
      organizationSlug: "acme",
      dataset: "spans",
      fields: ["span.op", "count()", "p95(span.duration)", "failure_rate()", "epm()"],
      limit: 5,
    },
    { organizationSlug: "acme", dataset: "spans", query: "environment:hostile" },
    {
      organizationSlug: "acme",
      dataset: "spans",
      query: "environment:hostile",
      fields: ["transaction", "span.description", "count()", "sum(span.duration)"],
    },
    {
      organizationSlug: "acme",
      dataset: "spans",
      fields: ["count()", "p95(span.duration)"],
      interval: "1d",
      period: "7d",
      projectSlug: "checkout",
    },
    {
      organizationSlug: "acme",
      dataset: "spans",
      fields: ["project", "count()"],
      interval: "12h",
      period: "7d",
    },
    { organizationSlug: "acme", dataset: "logs", query: "trace:7e577e577e577e577e577e577e577e57" },
    {
      organizationSlug: "acme",
      dataset: "logs",
      environment: "hostile",
      fields: ["timestamp", "severity", "message", "password", "empty", "nothing"],
      start: "2026-02-20T00:00:00Z",
      end: "2026-03-02T09:30:00Z",
    },
    { organizationSlug: "acme", dataset: "metrics", query: "metric.name:payment.duration", limit: 2 },
    {
      organizationSlug: "acme",
      dataset: "metrics",
      fields: ["project", "avg(value,payment.duration,distribution,millisecond)"],
      query: "metric.name:payment.duration",
    },
    { organizationSlug: "acme", dataset: "profiles" },
    { organizationSlug: "acme", dataset: "replays" },
    { organizationSlug: "acme", dataset: "errors", query: "level:nothing-like-this" },
    { organizationSlug: "acme", dataset: "errors", query: 'user.email:"' },
    { organizationSlug: "acme", dataset: "spans", fields: ["p42x(span.duration)"] },
    { organizationSlug: "acme", dataset: "replays", interval: "1h" },
    { organizationSlug: "acme", start: "2026-03-01" },
    { organizationSlug: "acme", fields: ["title", "count()"], limit: 2, cursor: "0:2:0" },
  ],
  get_trace_details: [
    { organizationSlug: "acme", traceId: "7e577e577e577e577e577e577e577e57", spanId: "aa00000000000003" },
    { organizationSlug: "acme", traceId: "51".repeat(16) },
    { organizationSlug: "acme", traceId: "3a".repeat(16) },
    { organizationSlug: "acme", traceId: "20".repeat(16) },
    { organizationSlug: "acme", traceId: "0d".repeat(16) },
    { organizationSlug: "acme", traceId: "99".repeat(16) },
    { organizationSlug: "acme", traceId: "not-a-trace" },
    { organizationSlug: "acme", traceId: "51".repeat(16), spanId: "aa00000000000003" },
  ],
  get_span_details: [
    { organizationSlug: "acme", traceId: "7e577e577e577e577e577e577e577e57", spanId: "aa00000000000003" },
    { organizationSlug: "acme", traceId: "0d".repeat(16), spanId: "0d00000000000001" },
    { organizationSlug: "acme", traceId: "0d".repeat(16), spanId: "0d00000000000009" },
    { organizationSlug: "acme", traceId: "51".repeat(16), spanId: "aa00000000000003" },
  ],
  get_issue_user_reports: [
    { organizationSlug: "acme", issueId: "CHECKOUT-1", limit: 1 },
    { organizationSlug: "acme", issueId: "CHECKOUT-3" },
    { organizationSlug: "acme", issueId: "STOREFRONT-2" },
  ],
  get_issue_activity: [
    { organizationSlug: "acme", issueId: "CHECKOUT-1", includeComments: false },
    { organizationSlug: "acme", issueId: "CHECKOUT-1", limit: 1 },
  ],
  get_issue_breadcrumbs: [
    { organizationSlug: "acme", issueId: "STOREFRONT-2" },
    { organizationSlug: "acme", issueId: "CHECKOUT-3" },
  ],
  get_issue_tag_values: [
    { organizationSlug: "acme", issueId: "STOREFRONT-1", tagKey: "browser" },
    { organizationSlug: "acme", issueId: "CHECKOUT-1", tagKey: "no-such-tag" },
    { organizationSlug: "acme", issueId: "CHECKOUT-1", tagKey: "not a key" },
  ],
  add_issue_note: [
    { organizationSlug: "acme", issueId: "CHECKOUT-1", text: "" },
    { organizationSlug: "acme", issueId: "CHECKOUT-999", text: "Anybody there?" },
  ],
  analyze_issue_with_seer: [
    { organizationSlug: "acme", issueId: "STOREFRONT-1" },
    { organizationSlug: "acme", issueId: "CHECKOUT-4", instruction: "Look at the basket" },
    { organizationSlug: "acme", issueId: "CHECKOUT-2" },
    { organizationSlug: "acme", issueId: "CHECKOUT-2", restart: true },
    { organizationSlug: "acme", issueId: "CHECKOUT-16" },
    { organizationSlug: "acme", issueId: "CHECKOUT-3" },
    { organizationSlug: "acme", issueId: "CHECKOUT-21" },
    { organizationSlug: "acme", issueId: "CHECKOUT-1", runId: "50999" },
    { organizationSlug: "acme", issueId: "MOBILE-1" },
    { organizationSlug: "acme", issueId: "STOREFRONT-2" },
    { organizationSlug: "acme", issueId: "CHECKOUT-5", runId: "12" },
    { organizationSlug: "acme", issueId: "CHECKOUT-1", runId: "51001", restart: true },
  ],
  search_issues: [
    { organizationSlug: "acme", query: "is:unresolved", projectSlugOrId: "checkout", sort: "freq", limit: 3 },
    { organizationSlug: "acme", query: "is:ignored" },
    { organizationSlug: "acme", query: "no-such-words-anywhere" },
  ],
  get_issue_details: [
    { organizationSlug: "acme", issueId: "storefront-1" },
    { organizationSlug: "acme", issueId: "CHECKOUT-2" },
    { organizationSlug: "acme", issueId: "CHECKOUT-3" },
    { organizationSlug: "acme", issueId: "STOREFRONT-2" },
    { organizationSlug: "acme", issueId: "MOBILE-1" },
    { organizationSlug: "acme", issueId: "MOBILE-1", frames: "all" },
    { issueUrl: "http://localhost:3000/sandbox/organizations/bergwerk/issues/7001/" },
    { organizationSlug: "acme", issueId: "CHECKOUT-999" },
  ],
  get_sentry_resource: [
    linkTo("issues/STOREFRONT-2/"),
    linkTo(`issues/5001/events/${"5001000250010002".repeat(2)}/`),
    linkTo(`performance/checkout:${"7a0c".repeat(8)}/`),
    linkTo("explore/traces/trace/7e577e577e577e577e577e577e577e57/"),
    linkTo("traces/trace/7e577e577e577e577e577e577e577e57/?node=span-aa00000000000005&timestamp=1"),
    linkTo(`explore/replays/${"5e9a".repeat(8)}/?t=12`),
    linkTo(`replays/${"c4ec".repeat(8)}/`),
    linkTo(`replays/${"a2c417ed".repeat(4)}/`),
    linkTo(`explore/profiling/profile/checkout/${"9f0f".repeat(8)}/flamegraph/`),
    linkTo(`profiling/profile/storefront/${"9f01".repeat(8)}/flamegraph/`),
    linkTo(
      `explore/profiling/profile/checkout/flamegraph/?profilerId=${
        "ab".repeat(16)
      }&start=2026-03-01T09:00:00Z`,
    ),
    linkTo("issues/alerts/rules/crons/checkout/nightly-invoices/details/"),
    linkTo("crons/catalog-sync/"),
    linkTo("issues/alerts/rules/uptime/checkout/601/details/"),
    linkTo("issues/alerts/rules/uptime/storefront/602/details/"),
    linkTo("monitors/611/"),
    linkTo("monitors/612/"),
    linkTo("monitors/601/"),
    linkTo("releases/checkout%401.9.0/?project=3002"),
    linkTo("explore/releases/shop%407/"),
    linkTo("releases/storefront%402.3.0/"),
    linkTo("dashboard/901/?statsPeriod=24h"),
    linkTo("dashboard/902/"),
    linkTo("dashboards/904/"),
    linkTo("issues/alerts/rules/checkout/801/details/"),
    linkTo("alerts/rules/storefront/802/details/"),
    linkTo("alerts/rules/details/811/"),
    linkTo("alerts/rules/details/812/"),
    linkTo("monitors/alerts/701/"),
    linkTo("monitors/alerts/702/"),
    linkTo("issues/feedback/?feedbackSlug=storefront%3A4015&project=3001"),
    linkTo("feedback/?feedbackSlug=storefront:4017"),
    linkTo("issues/?query=is%3Aunresolved&statsPeriod=14d&project=3002&sort=freq"),
    linkTo(
      "explore/traces/?query=span.op%3Adb&mode=aggregate&statsPeriod=24h&aggregateSort=-count(span.duration)" +
        "&aggregateField=%7B%22groupBy%22%3A%22transaction%22%7D" +
        "&aggregateField=%7B%22yAxes%22%3A%5B%22count(span.duration)%22%5D%7D",
    ),
    linkTo(
      "explore/logs/?logsQuery=severity%3Aerror&logsFields=timestamp&logsFields=message&logsSortBys=-timestamp",
    ),
    linkTo("explore/discover/results/?queryDataset=error-events&field=title&field=count()&project=3002"),
    linkTo("explore/replays/?query=count_errors%3A%3E0&project=3001&statsPeriod=30d"),
    linkTo(
      "explore/errors/?query=level%3Aerror&project=3001&project=3002&environment=production&interval=1h",
    ),
    linkTo("settings/projects/checkout/"),
    { resourceType: "release", resourceId: "storefront@2.4.1" },
    { organizationSlug: "acme", resourceType: "profile", resourceId: "9f0f" },
    { url: "https://evil.example.test/organizations/acme/issues/5001/" },
    {},
  ],
  update_issue: [
    {
      organizationSlug: "acme",
      issueId: "CHECKOUT-1",
      status: "resolvedInNextRelease",
      reason: "Fixed in the cache",
    },
    {
      organizationSlug: "acme",
      issueId: "STOREFRONT-1",
      status: "ignored",
      ignoreCount: 50,
      ignoreWindowMinutes: 60,
    },
    { organizationSlug: "acme", issueId: "STOREFRONT-1", assignedTo: "none", priority: "high" },
    { organizationSlug: "acme", issueId: "STOREFRONT-3", status: "resolved" },
    { organizationSlug: "acme", issueId: "STOREFRONT-2", assignedTo: "team:web" },
    { organizationSlug: "acme", issueId: "STOREFRONT-2", status: "resolved", ignoreCount: 3 },
    {
      organizationSlug: "acme",
      issueIds: ["CHECKOUT-1", "checkout-3", "STOREFRONT-3", "4002", "CHECKOUT-999"],
      status: "resolved",
      inRelease: "latest",
      assignedTo: "me",
      reason: "Fixed in the cache",
    },
    { organizationSlug: "acme", query: "is:ignored", status: "unresolved", priority: "high" },
    { organizationSlug: "acme", query: "no-such-words-anywhere", status: "resolved" },
    { confirm: "made-up" },
  ],
};

/** Sealed anew each time. */
const HANDLE = /(pass `confirm` alone.*\n\n```\n)[\w-]+/;

describe("what the tools say", () => {
  for (const tool of TOOLS) {
    it(`${tool.name} says what its golden file says, and its structured content fits its schema`, async () => {
      const parts: string[] = [];
      for (const args of [tool.example, ...(CASES[tool.name] ?? [])]) {
        const result = await (await openSession()).call(tool, args);
        const links = linksOf(result).map((link) => `\n→ ${link}`).join("");
        const text = textOf(result).replace(HANDLE, "$1(handle)") + links;
        parts.push(`<<< ${JSON.stringify(args)}${result.isError ? " (error)" : ""}\n\n${text}\n`);
        if (tool.output === "text" || result.isError) {
          expect(result.structuredContent).toBeUndefined();
        } else {
          expect(v.is(tool.output, result.structuredContent)).toBe(true);
        }
      }
      expectGolden(`${tool.name}.md`, parts.join("\n"));
    });
  }

  it("the catalog is the generated one (npm run gen)", () => {
    expect(readFileSync(CATALOG_FILE, "utf8")).toBe(catalogSource());
  });
});

/** `UPDATE_GOLDEN=1` writes what is compared otherwise. */
function expectGolden(name: string, text: string): void {
  const file = fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
  if (process.env.UPDATE_GOLDEN === "1") {
    mkdirSync(fileURLToPath(new URL("../golden/", import.meta.url)), { recursive: true });
    writeFileSync(file, text);
  }
  expect(text).toBe(readFileSync(file, "utf8"));
}
