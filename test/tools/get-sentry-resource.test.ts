import { describe, expect, it } from "vitest";
import type { Constraint } from "../../src/sentry/constraint.ts";
import { getSentryResource } from "../../src/tools/get-sentry-resource.ts";
import { searchEvents } from "../../src/tools/search-events.ts";
import { BASE, openSession, textOf } from "./session.ts";

const ACME = `${BASE}/organizations/acme`;
const IN_CHECKOUT: Constraint = { organizationSlug: "acme", projectSlug: "checkout", projectId: "3002" };
const TRACE = "7e577e577e577e577e577e577e577e57";

async function ask(args: object, constraint: Constraint = {}) {
  const session = await openSession({ constraint });
  const result = await session.call(getSentryResource, args);
  return { text: textOf(result), isError: result.isError ?? false, sent: session.sent };
}

describe("get_sentry_resource", () => {
  it("reads the same by its type and id as by its link", async () => {
    const pairs: [page: string, resourceType: string, resourceId: string][] = [
      ["issues/5001/", "issue", "checkout-1"],
      [`projects/checkout/events/${"50010001".repeat(4)}/`, "event", "50010001-5001-0001-5001-000150010001"],
      [`traces/trace/${TRACE}/`, "trace", TRACE.toUpperCase()],
      [`traces/trace/${TRACE}/?node=span-aa00000000000005`, "span", `${TRACE}/aa00000000000005`],
      [`replays/${"5e9a".repeat(8)}/`, "replay", "5e9a".repeat(8)],
      [`profiling/profile/checkout/${"9f0f".repeat(8)}/`, "profile", `checkout/${"9f0f".repeat(8)}`],
      ["crons/nightly-invoices/", "monitor", "nightly-invoices"],
      ["monitors/611/", "monitor", "611"],
      ["alerts/rules/uptime/checkout/601/details/", "uptime", "checkout/601"],
      ["releases/checkout%401.9.0/", "release", "checkout@1.9.0"],
      ["dashboard/901/", "dashboard", "901"],
      ["monitors/alerts/701/", "alert", "701"],
      ["alerts/rules/checkout/801/details/", "issue_alert", "checkout:801"],
      ["alerts/rules/details/811/", "metric_alert", "811"],
      ["feedback/?feedbackSlug=storefront:4015", "feedback", "STOREFRONT-15"],
    ];
    for (const [page, resourceType, resourceId] of pairs) {
      const byLink = await ask({ url: `${ACME}/${page}` });
      const byId = await ask({ organizationSlug: "acme", resourceType, resourceId });

      expect(byLink.isError, byLink.text).toBe(false);
      expect(byId.text, resourceType).toBe(byLink.text);
    }
  });

  it("shows the whole trace of a span's link when asked for the trace", async () => {
    const { text } = await ask({
      url: `${ACME}/traces/trace/${TRACE}/?node=span-aa00000000000005`,
      resourceType: "trace",
    });

    expect(text).toContain(`# Trace \`${TRACE}\``);
  });

  it("keeps every compact reading under 4,000 characters", async () => {
    const pages = [
      `replays/${"5e9a".repeat(8)}/`,
      `profiling/profile/checkout/${"9f0f".repeat(8)}/`,
      "crons/nightly-invoices/",
      "alerts/rules/uptime/checkout/601/details/",
      "dashboard/902/",
      "releases/checkout%401.9.0/",
    ];
    for (const page of pages) {
      const { text, isError } = await ask({ url: `${ACME}/${page}` });

      expect(isError).toBe(false);
      expect(text.length, page).toBeLessThan(4000);
    }
  });

  it("never shows what is secret in an address", async () => {
    for (
      const page of [
        "alerts/rules/uptime/checkout/601/details/",
        "monitors/601/",
        "alerts/rules/checkout/801/",
      ]
    ) {
      const { text } = await ask({ url: `${ACME}/${page}` });

      expect(text).toContain("Project");
      expect(text).not.toContain("c0ffee");
    }
  });

  it("takes the link's organization where it names one, else the one that is named beside it", async () => {
    const beside = await ask({ url: `${BASE}/issues/5001/`, organizationSlug: "acme" });
    const neither = await ask({ url: `${BASE}/issues/5001/` });
    const both = await ask({ url: `${ACME}/issues/5001/`, organizationSlug: "bergwerk" });

    expect(beside.text).toContain("CHECKOUT-1");
    expect(neither.text).toContain("organizationSlug is missing");
    expect(both.text).toContain(`url and organizationSlug "bergwerk" name different organizations`);
  });

  it("refuses a link and an id together", async () => {
    const { text, sent } = await ask({
      url: `${ACME}/issues/5001/`,
      resourceType: "issue",
      resourceId: "5002",
    });

    expect(text).toContain("pass one of them");
    expect(sent).toEqual([]);
  });

  it("says why it refuses a link to another organization, and asks Sentry for nothing", async () => {
    for (
      const page of ["dashboard/909/", "settings/", "explore/logs/?logsQuery=x", `traces/trace/${TRACE}/`]
    ) {
      const { text, sent } = await ask({ url: `${BASE}/organizations/umbra/${page}` }, IN_CHECKOUT);

      expect(text).toContain('Organization "umbra" is outside this session');
      expect(sent).toEqual([]);
    }
  });

  it("asks for nothing of another project when the link names it", async () => {
    const pages = [
      `profiling/profile/storefront/${"9f01".repeat(8)}/`,
      "alerts/rules/uptime/storefront/602/details/",
      "alerts/rules/storefront/802/details/",
      "releases/arcade%401/?project=3001",
    ];
    for (const page of pages) {
      const { text, sent } = await ask({ url: `${ACME}/${page}` }, IN_CHECKOUT);

      expect(text, page).toMatch(/Project "(?:storefront|3001)" is outside this session/);
      expect(sent).toEqual([]);
    }
  });

  it("shows a session of a project the dashboards and alerts that are of that project alone", async () => {
    const inside = ["dashboard/901/", "alerts/rules/details/811/", "monitors/alerts/701/"];
    const outside = [
      "dashboard/902/",
      "dashboard/903/",
      "alerts/rules/details/812/",
      "monitors/alerts/702/",
      "monitors/alerts/703/",
    ];

    for (const page of inside) {
      expect((await ask({ url: `${ACME}/${page}` }, IN_CHECKOUT)).isError).toBe(false);
    }
    for (const page of outside) {
      expect((await ask({ url: `${ACME}/${page}` }, IN_CHECKOUT)).text, page).toContain(
        "What was asked for is outside this session",
      );
    }
  });

  it("tells a session of a project of a shared release without the other projects", async () => {
    const { text, sent } = await ask({ url: `${ACME}/releases/shop%407/` }, IN_CHECKOUT);

    expect(text).toContain("- `checkout` · 1 new issue");
    expect(text).not.toContain("storefront");
    expect(sent).toEqual([
      "GET /api/0/organizations/acme/",
      expect.stringContaining("/projects/acme/checkout/releases/shop@7/"),
    ]);
  });

  it("knows a session's project by its slug where the session has its id, and the other way round", async () => {
    const byId = { organizationSlug: "acme", projectSlug: "3002" };
    const bySlug = { organizationSlug: "acme", projectSlug: "checkout" };
    const profile = (project: string) => ({
      url: `${ACME}/profiling/profile/${project}/${"9f0f".repeat(8)}/`,
    });

    expect((await ask(profile("checkout"), byId)).isError).toBe(false);
    expect((await ask(profile("3002"), bySlug)).isError).toBe(false);
    expect((await ask(profile("storefront"), byId)).text).toContain(
      'Project "storefront" is outside this session',
    );
  });

  it("tells of a monitor even when its check-ins are refused", async () => {
    const session = await openSession();
    await session.fault({ path: "/checkins/", status: 404, body: { detail: "no" } });

    const result = await session.call(getSentryResource, { url: `${ACME}/crons/nightly-invoices/` });

    expect(textOf(result)).toContain("0 3 * * *");
    expect(textOf(result)).toContain("Its check-ins could not be read.");
  });

  it("runs a link's search for issues, and only says what one is that names more than the tool takes", async () => {
    const plain = await ask({ url: `${ACME}/issues/?query=is%3Aignored&project=3002&statsPeriod=90d` });
    const several = await ask({ url: `${ACME}/issues/?query=is%3Aignored&project=3002&project=3001` });

    expect(plain.text).toContain("CHECKOUT-4");
    expect(plain.sent.at(-1)).toContain("project=3002");
    expect(several.text).toContain("Projects: id `3002`, `3001`");
    expect(several.sent).toEqual([]);
  });

  it("reads the web link that a search gives as that search", async () => {
    const searches = [
      { dataset: "errors", query: "level:error", fields: ["title", "count()"], period: "7d" },
      { dataset: "spans", query: "span.op:db", fields: ["transaction", "p95(span.duration)"], period: "24h" },
      { dataset: "spans", query: "span.op:db", environment: ["production"], projectSlug: "checkout" },
      {
        dataset: "logs",
        query: "severity:error",
        start: "2026-03-01T00:00:00Z",
        end: "2026-03-02T09:30:00Z",
      },
    ];
    for (const search of searches) {
      const session = await openSession();
      const found = textOf(await session.call(searchEvents, { organizationSlug: "acme", ...search }));
      const url = /^Web: (\S+)$/m.exec(found)?.[1];

      const { text } = await ask({ url });

      expect(withoutProject(text)).toBe(
        `${withoutProject(found)}\n\n\`search_events\` runs a search like this.`,
      );
    }
  });

  it("only says what a search is that no tool takes", async () => {
    const { text, sent } = await ask({ url: `${ACME}/explore/errors/?query=a&project=3001&project=3002` });

    expect(text).toContain("# A search of errors in `acme`");
    expect(text).toContain("- Projects: id `3001`, `3002`");
    expect(sent).toEqual([]);
  });
});

/** A link has a project's id where a caller says its slug. */
const withoutProject = (text: string) => text.replace(/ · project `\w+`/, "");
