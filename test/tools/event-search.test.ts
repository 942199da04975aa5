import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseAxes, chooseColumns, DEFAULT_FIELDS } from "../../src/tools/event-search-columns.ts";
import { searchEvents } from "../../src/tools/search-events.ts";
import { openSession, textOf } from "./session.ts";

const DATASETS = ["errors", "spans", "logs", "metrics", "profiles"] as const;
const plain = fc.constantFrom("timestamp", "project", "span.op", "release", "tags[foo]");
const figure = fc.constantFrom("count()", "p95(span.duration)", "count_unique(user.id)");

async function search(args: object) {
  const session = await openSession();
  const result = await session.call(searchEvents, { organizationSlug: "acme", ...args });
  const asked = session.sent.filter((request) => !request.endsWith("/organizations/acme/"));
  return { text: textOf(result), isError: result.isError, asked: asked.map(parametersOf) };
}

const parametersOf = (request: string) =>
  Object.assign(new URLSearchParams(request.slice(request.indexOf("?"))), { path: request.split("?")[0] });

describe("the columns of a search", () => {
  it("are the dataset's own, newest first, unless something is asked for", () => {
    for (const dataset of DATASETS) {
      const { fields, sort, figures } = chooseColumns({ dataset });

      expect(fields).toEqual(DEFAULT_FIELDS[dataset]);
      expect(sort).toBe("-timestamp");
      expect(figures).toEqual([]);
    }
  });

  it("hold everything that was asked for, once, and what rows are sorted by", () => {
    fc.assert(fc.property(
      fc.constantFrom(...DATASETS),
      fc.array(fc.oneof(plain, figure), { maxLength: 6 }),
      fc.option(plain, { nil: undefined }),
      (dataset, asked, sort) => {
        const { fields, figures, groups, sort: chosen } = chooseColumns({
          dataset,
          fields: asked,
          sort: sort && `-${sort}`,
        });

        expect(new Set(fields).size).toBe(fields.length);
        expect(fields).toEqual(expect.arrayContaining(asked));
        if (figures.length === 0) expect(fields).toContain(chosen.slice(1));
        if (figures.length > 0) {
          expect([...groups, ...figures].toSorted()).toEqual([...new Set(asked)].toSorted());
        }
      },
    ));
  });

  it("are sorted by the first figure, largest first, when there is one", () => {
    const { sort } = chooseColumns({
      dataset: "spans",
      fields: ["span.op", "p95(span.duration)", "count()"],
    });

    expect(sort).toBe("-p95(span.duration)");
  });

  it("take in the figure that figures are sorted by, but no field that would split their groups", () => {
    const fields = ["span.op", "count()"];

    expect(chooseColumns({ dataset: "spans", fields, sort: "-p95(span.duration)" }).fields)
      .toEqual([...fields, "p95(span.duration)"]);
    expect(chooseColumns({ dataset: "spans", fields, sort: "-timestamp" }).fields).toEqual(fields);
  });

  it("of metrics say which metric a value is of", () => {
    expect(chooseColumns({ dataset: "metrics", fields: ["value"] }).fields)
      .toEqual(["value", "metric.name", "metric.type", "metric.unit", "timestamp"]);
  });

  it("over time are figures, or else a count", () => {
    expect(chooseAxes({ fields: ["project", "p95(span.duration)"] }))
      .toEqual({ axes: ["p95(span.duration)"], groups: ["project"], sort: "-p95(span.duration)" });
    expect(chooseAxes({})).toEqual({ axes: ["count()"], groups: [], sort: "-count()" });
  });
});

describe("search_events", () => {
  it("sends one request for rows, with everything that was asked for", async () => {
    const { asked } = await search({
      dataset: "spans",
      query: "span.op:db",
      fields: ["span.op", "span.duration"],
      sort: "-span.duration",
      environment: ["production", "staging"],
      period: "7d",
      limit: 3,
      cursor: "0:3:0",
    });

    expect(asked).toHaveLength(1);
    const sent = asked[0];
    expect(sent?.path).toBe("GET /us/api/0/organizations/acme/events/");
    expect(sent?.get("dataset")).toBe("spans");
    expect(sent?.get("query")).toBe("span.op:db");
    expect(sent?.getAll("field")).toEqual(["span.op", "span.duration"]);
    expect(sent?.get("sort")).toBe("-span.duration");
    expect(sent?.getAll("environment")).toEqual(["production", "staging"]);
    expect(sent?.get("statsPeriod")).toBe("7d");
    expect(sent?.get("per_page")).toBe("3");
    expect(sent?.get("cursor")).toBe("0:3:0");
  });

  it("reads page after page until there is no more, each row once", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { text } = await search({
        dataset: "logs",
        query: "project:[mobile,storefront]",
        limit: 7,
        cursor,
      });
      seen.push(...(text.match(/trace=[0-9a-f]{32}/g) ?? []));
      cursor = /pass `cursor` `([^`]+)`/.exec(text)?.[1];
    } while (cursor !== undefined);

    expect(seen).toHaveLength(30);
    expect(new Set(seen).size).toBe(30);
  });

  it("takes times of any zone and sends them as UTC", async () => {
    const { asked } = await search({ start: "2026-03-01T10:00:00+02:00", end: "2026-03-02T00:30" });

    expect(asked[0]?.get("start")).toBe("2026-03-01T08:00:00");
    expect(asked[0]?.get("end")).toBe("2026-03-02T00:30:00");
    expect(asked[0]?.has("statsPeriod")).toBe(false);
  });

  it("refuses a limit, an interval or a time that means nothing before anything is sent", async () => {
    const wrong = [
      { limit: 0 },
      { limit: 101 },
      { interval: "soon" },
      { start: "yesterday", end: "today" },
      { start: "2026-13-01", end: "2026-13-02" },
      { start: "2026-03-01" },
      { period: "7d", start: "2026-03-01", end: "2026-03-02" },
      { dataset: "transactions" },
      { dataset: "replays", interval: "1h" },
    ];
    for (const args of wrong) {
      const { isError, asked } = await search(args);

      expect(isError, JSON.stringify(args)).toBe(true);
      expect(asked).toEqual([]);
    }
  });

  it("stays below 15,000 characters, and says what did not fit", async () => {
    for (const dataset of [...DATASETS, "replays"]) {
      const { text } = await search({ dataset, limit: 100, period: "90d" });

      expect(text.length).toBeLessThanOrEqual(15_000);
    }
    const { text } = await search({ dataset: "errors", limit: 100, period: "90d" });

    expect(text).toMatch(/\d+ more did not fit: pass a lower `limit`/);
  });

  it("shows a week by the minute as its last buckets, and says so", async () => {
    const { text } = await search({ interval: "5m", period: "7d" });

    expect(text).toMatch(/The last 60 of 2,?01\d buckets; a longer `interval` shows all/);
    expect(text.length).toBeLessThanOrEqual(15_000);
  });

  it("gives a link that leads to the same search", async () => {
    const { text } = await search({
      dataset: "spans",
      query: "span.op:db*",
      fields: ["span.op", "count()"],
      projectSlug: "checkout",
    });

    const link = new URL(/^Web: (\S+)$/m.exec(text)?.[1] ?? "");
    expect(link.pathname).toBe("/sandbox/organizations/acme/explore/traces/");
    expect(link.searchParams.get("query")).toBe("span.op:db*");
    expect(link.searchParams.get("project")).toBe("3002");
    expect(link.searchParams.getAll("aggregateField")).toEqual([
      '{"groupBy":"span.op"}',
      '{"yAxes":["count()"]}',
    ]);
  });
});

describe("search_events on an older Sentry", () => {
  it("asks for logs by their older name, and remembers it", async () => {
    const session = await openSession();
    await session.age("25.6");

    const first = textOf(await session.call(searchEvents, { organizationSlug: "acme", dataset: "logs" }));
    await session.call(searchEvents, { organizationSlug: "acme", dataset: "logs", limit: 2 });

    expect(first).toContain("# 10 logs");
    expect(session.sent.map((request) => /dataset=(\w+)/.exec(request)?.[1]).filter(Boolean))
      .toEqual(["logs", "ourlogs", "ourlogs"]);
  });

  it("takes time series from the older endpoint, and they say the same", async () => {
    const searches = [
      { fields: ["count()"] },
      { fields: ["count()", "count_unique(user.id)"] },
      { fields: ["project", "count()"] },
      { fields: ["project", "count()", "count_unique(user.id)"] },
      { dataset: "logs", fields: ["count()"] },
    ];
    for (const args of searches) {
      const call = { organizationSlug: "acme", period: "3d", interval: "12h", ...args };
      const [newer, older] = [await openSession(), await openSession()];
      await older.age("25.3");
      if (args.dataset === "logs") await older.age("25.6");

      const [expected, said] = [await newer.call(searchEvents, call), await older.call(searchEvents, call)];

      // The older endpoint does not say that a bucket is incomplete.
      expect(textOf(said)).toBe(textOf(expected).replaceAll(" (incomplete)", ""));
      expect(older.sent.some((request) => request.includes("/events-stats/"))).toBe(true);
    }
  });

  it("says which dataset is not there", async () => {
    const session = await openSession();
    await session.age("24.1");

    for (const dataset of ["spans", "logs", "metrics"]) {
      const result = await session.call(searchEvents, { organizationSlug: "acme", dataset });

      expect(result.isError).toBe(true);
      expect(textOf(result)).toContain(`This Sentry has no dataset "${dataset}"`);
    }
  });
});

describe("search_events in a session that is confined to a project", () => {
  const answer = {
    data: [
      { id: "a1", title: "mine", project: "checkout" },
      { id: "a2", title: "foreign", project: "storefront" },
      { id: "a3", title: "foreign", "project.id": 3001, project: "checkout" },
      { id: "a4", title: "summed up" },
      null,
    ],
    meta: { fields: {}, units: {} },
  };

  it("leaves out rows that name another project, should Sentry send them", async () => {
    const session = await openSession({
      constraint: { organizationSlug: "acme", projectSlug: "checkout", projectId: "3002" },
    });
    await session.fault({ path: "/acme/events/", status: 200, body: JSON.stringify(answer) });

    const text = textOf(await session.call(searchEvents, { organizationSlug: "acme" }));

    expect(text).toContain("# 2 errors");
    expect(text).not.toContain("foreign");
    expect(text).toContain("1 error could not be read and are left out");
  });

  it("shows rows that have only a slug when it knows its project by id", async () => {
    const session = await openSession({ constraint: { organizationSlug: "acme", projectSlug: "3002" } });

    const text = textOf(
      await session.call(searchEvents, {
        organizationSlug: "acme",
        dataset: "spans",
        fields: ["project", "count()"],
      }),
    );

    expect(text).toContain("| `checkout` | 184 |");
  });
});
