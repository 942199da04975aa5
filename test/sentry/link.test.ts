import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Link, parseLink } from "../../src/sentry/link.ts";

const SAAS = ["https://sentry.io", "https://us.sentry.io", "https://de.sentry.io"];
const SELF_HOSTED = ["https://sentry.example.com:9000"];
const BASE_PATH = ["http://localhost:3000/sandbox", "http://localhost:3000/sandbox/us"];

const EVENT = "0123456789abcdef0123456789abcdef";
const DASHED = "01234567-89AB-CDEF-0123-456789ABCDEF";
const SPAN = "fedcba9876543210";
const GUID = "0c0ffee0-1111-4222-8333-444455556666";

/** Pages below an organization, and what they are about. */
const PAGES: readonly (readonly [page: string, target: object])[] = [
  ["issues/123/", { kind: "issue", issueId: "123" }],
  ["issues/WEB-1A2/?query=x#y", { kind: "issue", issueId: "WEB-1A2" }],
  ["issues/123/events/latest/", { kind: "issue", issueId: "123" }],
  ["issues/123/activity/", { kind: "issue", issueId: "123" }],
  [`issues/123/events/${EVENT}/`, { kind: "event", eventId: EVENT, issueId: "123" }],
  [`issues/WEB-1/events/${DASHED}/replays/`, { kind: "event", eventId: EVENT, issueId: "WEB-1" }],
  [`projects/web/events/${EVENT}/`, { kind: "event", eventId: EVENT, project: "web" }],
  [`insights/projects/web/events/${EVENT}/`, { kind: "event", eventId: EVENT, project: "web" }],
  [`explore/discover/web:${EVENT}/`, { kind: "event", eventId: EVENT, project: "web" }],
  [`performance/web:${EVENT}/?sort=-x`, { kind: "event", eventId: EVENT, project: "web" }],
  ...[
    "performance",
    "explore/traces",
    "traces",
    "insights/backend",
    "insights/frontend/summary",
    "explore/logs",
  ]
    .map((page) => [`${page}/trace/${EVENT}/?statsPeriod=14d`, { kind: "trace", traceId: EVENT }] as const),
  ["issues/trace/" + EVENT, { kind: "trace", traceId: EVENT }],
  [`explore/traces/trace/${EVENT}/?node=span-${SPAN}&node=txn-1`, {
    kind: "span",
    traceId: EVENT,
    spanId: SPAN,
  }],
  [`performance/trace/${EVENT}/#span-${SPAN}`, { kind: "span", traceId: EVENT, spanId: SPAN }],
  [`explore/traces/trace/${EVENT}/?node=error-${EVENT}`, { kind: "trace", traceId: EVENT }],
  [`explore/replays/${EVENT}/?t=3`, { kind: "replay", replayId: EVENT }],
  [`replays/web:${DASHED}/`, { kind: "replay", replayId: EVENT }],
  [`explore/profiling/profile/web/${EVENT}/flamegraph/`, {
    kind: "profile",
    project: "web",
    profileId: EVENT,
  }],
  [`profiling/profile/3001/${EVENT}/`, { kind: "profile", project: "3001", profileId: EVENT }],
  [
    `profiling/profile/web/flamegraph/?profilerId=${EVENT}&start=2026-01-01T00:00:00Z&end=2026-01-01T00:00:10Z`,
    {
      kind: "continuousProfile",
      project: "web",
      profilerId: EVENT,
      start: "2026-01-01T00:00:00Z",
      end: "2026-01-01T00:00:10Z",
    },
  ],
  ["issues/alerts/rules/crons/web/nightly/details/", { kind: "cron", monitor: "nightly", project: "web" }],
  ["alerts/crons-rules/web/nightly/", { kind: "cron", monitor: "nightly", project: "web" }],
  ["crons/web/nightly/", { kind: "cron", monitor: "nightly", project: "web" }],
  ["crons/nightly/edit/", { kind: "cron", monitor: "nightly" }],
  [`crons/${GUID}/`, { kind: "cron", monitor: GUID }],
  ["insights/crons/web/nightly/", { kind: "cron", monitor: "nightly", project: "web" }],
  [`monitors/${GUID}/`, { kind: "cron", monitor: GUID }],
  ["monitors/123/edit/", { kind: "monitor", monitorId: "123" }],
  ["issues/monitors/123/", { kind: "monitor", monitorId: "123" }],
  ["monitors/alerts/45/", { kind: "alert", alertId: "45" }],
  ["issues/automations/45/", { kind: "alert", alertId: "45" }],
  ["issues/alerts/rules/uptime/web/7/details/", { kind: "uptime", uptimeId: "7", project: "web" }],
  ["alerts/uptime-rules/web/7/", { kind: "uptime", uptimeId: "7", project: "web" }],
  ["alerts/rules/details/8/?start=1", { kind: "metricAlert", ruleId: "8" }],
  ["issues/alerts/metric-rules/web/8/", { kind: "metricAlert", ruleId: "8" }],
  ["issues/alerts/rules/web/9/details/", { kind: "issueAlert", ruleId: "9", project: "web" }],
  ["alerts/rules/web/9/", { kind: "issueAlert", ruleId: "9", project: "web" }],
  ["explore/releases/web%401.2.0%2B3/?project=3001", {
    kind: "release",
    version: "web@1.2.0+3",
    project: "3001",
  }],
  ["releases/1.0/commits/?project=1&project=2", { kind: "release", version: "1.0" }],
  ["releases/%D0%B2%D0%B5%D1%80%D1%81%D0%B8%D1%8F%201/", { kind: "release", version: "версия 1" }],
  ["dashboard/5/widget/2/", { kind: "dashboard", dashboardId: "5" }],
  ["dashboards/default-overview/", { kind: "dashboard", dashboardId: "default-overview" }],
  ["issues/feedback/?feedbackSlug=web%3A123&project=1", { kind: "feedback", issueId: "123", project: "web" }],
  ["feedback/?feedbackSlug=web:123", { kind: "feedback", issueId: "123", project: "web" }],
];

/** Pages that name nothing that can be read. */
const NOTHING: readonly string[] = [
  "",
  "settings/projects/web/",
  "issues/views/12/",
  "issues/errors-outages/",
  "issues/feedback/",
  "monitors/my-monitors/",
  "monitors/mobile-builds/",
  "crons/new/",
  "alerts/rules/",
  "dashboards/",
  "dashboard/new/",
  "replays/selectors/",
  "releases/",
  "explore/traces/compare/",
  "preprod/size/12/",
  "profiling/profile/web/flamegraph/",
  "explore/conversations/abc/",
];

const written = (link: Link): unknown => JSON.parse(JSON.stringify(link));

describe("parseLink()", () => {
  const shapes: [name: string, prefix: string, bases: readonly string[]][] = [
    ["sentry.io", "https://sentry.io/organizations/acme/", SAAS],
    ["a region of sentry.io", "https://de.sentry.io/organizations/acme/", SAAS],
    ["an organization's subdomain", "https://acme.sentry.io/", SAAS],
    ["a self-hosted Sentry with a port", "https://sentry.example.com:9000/organizations/acme/", SELF_HOSTED],
    ["a Sentry below a path", "http://localhost:3000/sandbox/organizations/acme/", BASE_PATH],
    ["a region below a path", "http://localhost:3000/sandbox/us/organizations/acme/", BASE_PATH],
  ];
  for (const [name, prefix, bases] of shapes) {
    it(`reads every page of ${name}`, () => {
      for (const [page, target] of PAGES) {
        expect(written(parseLink(prefix + page, bases)), page).toEqual({ organizationSlug: "acme", target });
      }
    });
  }

  for (const page of NOTHING) {
    it(`finds nothing to read behind "/${page}"`, () => {
      expect(parseLink(`https://acme.sentry.io/${page}`, SAAS).target.kind).toBe("page");
    });
  }

  const legacy: [path: string, target: object][] = [
    ["acme/web/issues/9/", { kind: "issue", issueId: "9" }],
    ["acme/web/group/9/", { kind: "issue", issueId: "9" }],
    [`acme/web/issues/9/events/${EVENT}/`, { kind: "event", eventId: EVENT, issueId: "9" }],
    [`acme/web/events/${EVENT}/`, { kind: "event", eventId: EVENT, project: "web" }],
  ];
  for (const [path, target] of legacy) {
    it(`reads the older address /${path}`, () => {
      expect(written(parseLink(`https://sentry.io/${path}`, SAAS))).toEqual({
        organizationSlug: "acme",
        target,
      });
    });
  }

  it("leaves the organization open where the link does not say it", () => {
    expect(parseLink("https://sentry.example.com:9000/issues/123/", SELF_HOSTED).organizationSlug)
      .toBeUndefined();
  });

  it("takes the organization of the path, not of the subdomain", () => {
    expect(parseLink("https://acme.sentry.io/organizations/other/issues/1/", SAAS).organizationSlug).toBe(
      "other",
    );
  });

  const refused: [link: string, bases: readonly string[], why: string][] = [
    ["https://sentry.io.evil.test/organizations/acme/issues/1/", SAAS, "leads to"],
    ["https://evil.test/?https://sentry.io/organizations/acme/issues/1/", SAAS, "leads to"],
    ["https://sentry.io@evil.test/organizations/acme/issues/1/", SAAS, "user name or password"],
    ["https://user:secret@sentry.io/organizations/acme/issues/1/", SAAS, "user name or password"],
    ["https://sentry.io:8443/organizations/acme/issues/1/", SAAS, "leads to"],
    ["https://acme.sentry.example.com:9000/issues/1/", SELF_HOSTED, "leads to"],
    ["https://sentry.example.com/organizations/acme/issues/1/", SELF_HOSTED, "leads to"],
    ["http://localhost:3000/organizations/acme/issues/5/", BASE_PATH, "leads to"],
    ["http://localhost:3000/sandbox2/organizations/acme/issues/5/", BASE_PATH, "leads to"],
    ["http://localhost:3000/sandbox/../organizations/acme/issues/5/", BASE_PATH, "leads to"],
    ["javascript:alert(1)", SAAS, "leads to"],
    ["file://sentry.io/organizations/acme/issues/1/", SAAS, "leads to"],
    ["WEB-1", SAAS, "is not a URL"],
    ["https://sentry.io/organizations/acme%2F..%2Fumbra/issues/1/", SAAS, "a slash"],
    ["https://sentry.io/organizations/acme/releases/a%2Fb/", SAAS, "a slash"],
    ["https://sentry.io/organizations/acme/issues/..%5Cumbra/", SAAS, "a slash"],
    ["https://sentry.io/organizations/acme/releases/a%0Ab/", SAAS, "a slash"],
    ["https://sentry.io/organizations/ac me/issues/1/", SAAS, "no organization"],
  ];
  for (const [link, bases, why] of refused) {
    it(`refuses ${link}`, () => {
      expect(() => parseLink(link, bases)).toThrow(why);
    });
  }

  it("never reads a link to another host, whatever is in front of and behind it", () => {
    const host = fc.oneof(
      fc.domain(),
      fc.ipV4(),
      fc.constantFrom("sentry.io.evil.test", "xsentry.io", "a.b.sentry.io"),
    );
    const page = fc.constantFrom(...PAGES.map(([page]) => page));

    fc.assert(fc.property(host, page, fc.constantFrom("", ":443", ":8080"), (host, page, port) => {
      fc.pre(!/(?:^|\.)sentry\.io$/.test(host) || host.split(".").length > 3);

      expect(() => parseLink(`https://${host}${port}/organizations/acme/${page}`, SAAS)).toThrow(
        "not to this server's",
      );
    }));
  });

  it("gives ids and slugs only that cannot leave their place in a path", () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "..",
        "%2e%2e",
        "a/b",
        "..%2f..",
        "issues",
        "events",
        "organizations",
        EVENT,
        "web",
        "12",
      ),
    );
    const path = fc.array(part, { minLength: 1, maxLength: 7 });

    fc.assert(fc.property(path, fc.boolean(), (parts, isEncoded) => {
      const link = `https://sentry.io/${
        parts.map((part) => isEncoded ? encodeURIComponent(part) : part).join("/")
      }`;
      fc.pre(URL.canParse(link) && new URL(link).host === "sentry.io");

      const { organizationSlug, target } = readOrRefuse(link);

      expect(organizationSlug ?? "acme").toMatch(/^[\w-]+$/);
      if (target === undefined || target.kind === "page") return;
      for (const value of Object.values(target)) {
        if (typeof value === "string") expect(value).not.toMatch(/[/\\]|^\.{1,2}$/);
      }
    }));
  });
});

function readOrRefuse(link: string): Partial<Link> {
  try {
    return parseLink(link, SAAS);
  } catch (error) {
    expect(String(error)).toContain("url");
    return {};
  }
}

describe("a link to a search", () => {
  const read = (page: string) => written(parseLink(`https://acme.sentry.io/${page}`, SAAS));
  const nothing = { fields: [], projects: [], environments: [] };
  const searches: [page: string, target: object][] = [
    ["issues/", { kind: "issueSearch", ...nothing }],
    ["issues/?query=is%3Aresolved&sort=freq&statsPeriod=24h&project=1&project=-1&environment=prod", {
      kind: "issueSearch",
      query: "is:resolved",
      sort: "freq",
      period: "24h",
      ...nothing,
      projects: ["1"],
      environments: ["prod"],
    }],
    ["explore/traces/?query=span.op%3Adb&field=id&field=span.duration&sort=-span.duration&interval=1h", {
      kind: "search",
      dataset: "spans",
      query: "span.op:db",
      ...nothing,
      fields: ["id", "span.duration"],
      sort: "-span.duration",
      interval: "1h",
    }],
    [
      `traces/?mode=aggregate&field=id&sort=id&aggregateSort=-p95(span.duration)&aggregateField=${
        encodeURIComponent('{"groupBy":"transaction"}')
      }&aggregateField=${
        encodeURIComponent('{"yAxes":["p95(span.duration)","count()"],"chartType":1}')
      }&aggregateField={`,
      {
        kind: "search",
        dataset: "spans",
        ...nothing,
        fields: ["transaction", "p95(span.duration)", "count()"],
        sort: "-p95(span.duration)",
      },
    ],
    ["explore/logs/?logsQuery=a&logsFields=message&logsSortBys=-timestamp&start=2026-01-01&end=2026-01-02", {
      kind: "search",
      dataset: "logs",
      query: "a",
      ...nothing,
      fields: ["message"],
      sort: "-timestamp",
      start: "2026-01-01",
      end: "2026-01-02",
    }],
    [
      `explore/metrics/?metric=${
        encodeURIComponent(
          JSON.stringify({
            metric: { name: "cart.size", type: "gauge" },
            query: "release:1",
            aggregateFields: [{ yAxes: ["avg(value)"] }, { groupBy: "plan" }],
            aggregateSortBys: [{ field: "avg(value)", kind: "desc" }],
          }),
        )
      }`,
      {
        kind: "search",
        dataset: "metrics",
        query: 'metric.name:"cart.size" release:1',
        ...nothing,
        fields: ["avg(value)", "plan"],
        sort: "-avg(value)",
      },
    ],
    ["explore/discover/results/?queryDataset=error-events&field=title&field=count()&query=x&sort=-count", {
      kind: "search",
      dataset: "errors",
      query: "x",
      ...nothing,
      fields: ["title", "count()"],
      sort: "-count",
    }],
    ["discover/homepage/?queryDataset=transaction-like", { kind: "search", dataset: "spans", ...nothing }],
    ["discover/results/", { kind: "search", dataset: "errors", ...nothing }],
    ["explore/errors/?query=a", { kind: "search", dataset: "errors", query: "a", ...nothing }],
    ["explore/profiling/?query=a", { kind: "search", dataset: "profiles", query: "a", ...nothing }],
    ["explore/replays/?query=a", { kind: "search", dataset: "replays", query: "a", ...nothing }],
    ["insights/backend/summary/?transaction=GET%20%2Fa%20%22b%22&query=x", {
      kind: "search",
      dataset: "spans",
      query: 'transaction:"GET /a \\"b\\"" x',
      ...nothing,
    }],
  ];
  for (const [page, target] of searches) {
    it(`says what is searched: ${page.slice(0, 60)}`, () => {
      expect(read(page)).toEqual({ organizationSlug: "acme", target });
    });
  }
});
