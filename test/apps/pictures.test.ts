import { describe, expect, it } from "vitest";
import { frequencyOf } from "../../src/apps/issue-frequency.ts";
import {
  type FrequencyPicture,
  type Picture,
  PICTURE_KEY,
  type WaterfallPicture,
} from "../../src/apps/picture.ts";
import { waterfallOf } from "../../src/apps/trace-waterfall.ts";
import type { Issue } from "../../src/sentry/issue.ts";
import type { Span } from "../../src/sentry/trace.ts";
import type { Tool } from "../../src/tools/define.ts";
import { getIssueDetails } from "../../src/tools/get-issue-details.ts";
import { getTraceDetails } from "../../src/tools/get-trace-details.ts";
import { openSession } from "../tools/session.ts";

const DAY_MS = 86_400_000;
const MOST_BYTES = 32 * 1024;
const WEB_URL = "https://sentry.example/organizations/acme";
const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

type Session = Awaited<ReturnType<typeof openSession>>;

/** The picture beside a tool's answer. */
async function pictureOf(session: Session, tool: Tool, args: object): Promise<Picture | undefined> {
  const { _meta } = await session.call(tool, args, { pictures: true });
  // The tools put nothing else there.
  return _meta?.[PICTURE_KEY] as Picture | undefined;
}

async function waterfall(session: Session, digits: string): Promise<WaterfallPicture> {
  const args = { organizationSlug: "acme", traceId: digits.repeat(32 / digits.length) };
  const picture = await pictureOf(session, getTraceDetails, args);
  if (picture?.kind !== "trace-waterfall") throw new Error("There is no waterfall");
  return picture;
}

async function frequency(session: Session, issueId = "CHECKOUT-1"): Promise<FrequencyPicture> {
  const picture = await pictureOf(session, getIssueDetails, { organizationSlug: "acme", issueId });
  if (picture?.kind !== "issue-frequency") throw new Error("There is no frequency");
  return picture;
}

describe("the waterfall of a trace", () => {
  it("has every span of a small one, parents first, on an axis that begins with it", async () => {
    const picture = await waterfall(await openSession(), "7e57");

    expect(picture).toMatchObject({ durationMs: 4900, moreSpans: 0, strayIssues: 0 });
    expect(picture.spans).toHaveLength(46);
    expect(picture.spans.slice(0, 4)).toMatchObject([
      {
        depth: 0,
        op: "ui.action.click",
        name: "Pay",
        project: "storefront",
        startsAfterMs: 0,
        durationMs: 4900,
      },
      { depth: 1, op: "http.client", startsAfterMs: 40 },
      { depth: 2, op: "http.server", project: "checkout", issues: ["CHECKOUT-1"] },
      { depth: 3, op: "db", durationMs: 8 },
    ]);
  });

  it("has the longest spans of a large one, and how many more there are, in 32 KB", async () => {
    const picture = await waterfall(await openSession(), "20");

    expect(sizeOf(picture)).toBeLessThanOrEqual(MOST_BYTES);
    expect(picture.spans.length).toBeGreaterThan(50);
    expect(picture.spans.length + picture.moreSpans).toBe(10_000);
    expect(picture.spans[0]).toMatchObject({ op: "queue.process", hidden: 10_000 - picture.spans.length });
  });

  it("stays in 32 KB when every name is as long as names get", () => {
    const spans = Array.from({ length: 500 }, (_, index): Span => ({
      kind: "span",
      id: index.toString(16).padStart(16, "0"),
      op: "é".repeat(5000),
      description: `${index} ${"\u{1F600}".repeat(5000)}`,
      projectSlug: "ü".repeat(500),
      isTransaction: true,
      startsAtMs: index,
      durationMs: 1 / 3,
    }));

    const trace = { spans, issues: [], dropped: 0, outside: 0, transactionsOnly: false };
    const picture = waterfallOf({ trace, traceId: "a".repeat(32), webUrl: WEB_URL });

    expect(sizeOf(picture)).toBeLessThanOrEqual(MOST_BYTES);
    expect(picture.spans.length + picture.moreSpans).toBe(500);
  });

  it("has cycles, orphans and spans without times once each, their text in one line without marks that reorder it", async () => {
    const picture = await waterfall(await openSession(), "0d");

    expect(picture.spans).toHaveLength(11);
    expect(new Set(picture.spans.map(({ id }) => id)).size).toBe(11);
    expect(JSON.stringify(picture)).not.toMatch(/\u202e|\\n|\\u0007/);
    expect(picture.spans.find(({ name }) => name?.includes("<script>"))?.name?.length).toBeLessThanOrEqual(
      81,
    );
  });

  it("has numbers alone where a number belongs, whatever Sentry says of time", () => {
    const times = [0, -1, 1e300, Number.MAX_VALUE, undefined];
    const spans = times.flatMap((startsAtMs) =>
      times.map((durationMs): Span => ({
        kind: "span",
        isTransaction: false,
        ...(startsAtMs !== undefined && { startsAtMs: Math.min(startsAtMs, 8.64e15) }),
        ...(durationMs !== undefined && { durationMs: Math.max(0, durationMs) }),
      }))
    );

    const trace = { spans, issues: [], dropped: 0, outside: 0, transactionsOnly: false };
    const picture = waterfallOf({ trace, traceId: "a".repeat(32), webUrl: WEB_URL });

    expect(JSON.stringify(picture)).not.toContain("null");
    expect(picture.spans).toHaveLength(25);
  });

  it("shows a confined session nothing of other projects", async () => {
    const session = await openSession({ constraint: { organizationSlug: "acme", projectSlug: "checkout" } });

    const picture = await waterfall(session, "3a");

    expect(picture.spans.map(({ project }) => project)).toEqual(["checkout", "checkout"]);
    expect(JSON.stringify(picture)).not.toMatch(/mobile|storefront/i);
  });
});

describe("the frequency of an issue", () => {
  it("has its hours and days, and the releases of its project in that time, oldest first", async () => {
    const picture = await frequency(await openSession());

    expect(picture).toMatchObject({
      issue: "CHECKOUT-1",
      events: 1843,
      days: { stepMs: DAY_MS, counts: expect.any(Array) },
      hours: { stepMs: DAY_MS / 24 },
      moreReleases: 0,
      withoutReleases: false,
    });
    expect(picture.days?.counts).toHaveLength(30);
    expect(picture.hours?.counts).toHaveLength(24);
    expect(picture.releases.map(({ version }) => version)).toEqual([
      "checkout@1.8.0",
      "checkout@1.8.1",
      "checkout@1.9.0",
    ]);
  });

  it("costs no turn more, and nothing where nobody draws", async () => {
    const session = await openSession({ delayMs: 4 });
    await session.access().organization("acme").details();
    session.forget();

    await frequency(session);
    expect(session.hops()).toBe(2);
    expect(session.sent.filter((path) => path.includes("/releases/"))).toEqual([
      "GET /us/api/0/organizations/acme/releases/?project=3002&statsPeriod=31d&per_page=100",
    ]);

    session.forget();
    await session.call(getIssueDetails, getIssueDetails.example);
    expect(session.sent.filter((path) => path.includes("/releases/"))).toEqual([]);
  });

  it("is drawn without releases when they cannot be read", async () => {
    const session = await openSession();
    await session.fault({ path: "/releases/", status: 403 });

    expect(await frequency(session)).toMatchObject({ releases: [], withoutReleases: true });
  });

  it("leaves out releases of other times, and counts those that are too many", () => {
    const asOf = "2026-03-02T12:00:00.000Z";
    const nowMs = Date.parse(asOf);
    const release = (version: string, daysAgo: number) => ({
      version,
      releasedAt: new Date(nowMs - daysAgo * DAY_MS).toISOString(),
    });
    // The rest of an issue is of no matter here.
    const issue = {
      id: "1",
      daysFromMs: nowMs - 29 * DAY_MS,
      lastDays: Array(30).fill(1),
      lastHours: [],
    } as unknown as Issue;

    const many = Array.from({ length: 70 }, (_, index) => release(`web@${index}`, 20 - index / 10));
    const releases = [release("old", 31), release("next", -1), { version: "undated" }, ...many];
    const picture = frequencyOf({ issue, webUrl: WEB_URL, asOf, releases });

    expect(picture.releases).toHaveLength(60);
    expect(picture.moreReleases).toBe(10);
    expect(picture.releases.at(-1)?.version).toBe("web@69");
    expect(picture.url).toBe(`${WEB_URL}/issues/1/`);
    expect(sizeOf(picture)).toBeLessThanOrEqual(MOST_BYTES);
  });

  it("shows a confined session the releases of its own project", async () => {
    const session = await openSession({ constraint: { organizationSlug: "acme", projectSlug: "checkout" } });

    const { releases } = await frequency(session);

    expect(releases.every(({ version }) => version.startsWith("checkout@"))).toBe(true);
    expect(releases.length).toBeGreaterThan(0);
  });

  it("is not there for an issue of another project than a confined session's", async () => {
    const session = await openSession({
      constraint: { organizationSlug: "acme", projectSlug: "storefront" },
    });

    const args = { organizationSlug: "acme", issueId: "CHECKOUT-1" };
    const result = await session.call(getIssueDetails, args, { pictures: true });

    expect(result).toMatchObject({ isError: true });
    expect(result).not.toHaveProperty("_meta");
    expect(session.sent.filter((path) => path.includes("/releases/"))).toEqual([]);
  });
});
