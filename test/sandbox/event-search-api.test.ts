import { describe, expect, it } from "vitest";
import { each, startSandbox } from "./sandbox-client.ts";

type Pairs = readonly (readonly [string, string])[];

async function as(user: "ada" | "grace", scopes?: readonly string[]) {
  const { api, tokenOf } = startSandbox();
  const token = await tokenOf(user, scopes);
  const ask = (path: string, pairs: Pairs = [], organization = "acme") =>
    api(
      token,
      `/organizations/${organization}/${path}/?${
        new URLSearchParams(pairs.map(([a, b]) => [a, b])).toString()
      }`,
    );
  const rows = async (pairs: Pairs, organization?: string) => {
    const { body } = await ask("events", pairs, organization);
    return (body as { data: Record<string, unknown>[] }).data;
  };
  return { ask, rows };
}

const SPANS = [["dataset", "spans"], ["field", "span.op"], ["per_page", "100"]] as const;

describe("a search for events", () => {
  it("answers with rows, their ids and projects, and what the columns are", async () => {
    const { ask } = await as("ada");

    const { body } = await ask("events", [["dataset", "spans"], ["field", "span.duration"], [
      "query",
      "id:aa00000000000004",
    ]]);

    expect(body).toMatchObject({
      data: [{ "span.duration": 8, id: "aa00000000000004", "project.name": "checkout" }],
      meta: {
        fields: { "span.duration": "duration" },
        units: { "span.duration": "millisecond" },
        dataset: "spans",
      },
    });
  });

  it.each([
    ["trace:7e577e577e577e577e577e577e577e57", 5],
    ["trace:7e577e577e577e577e577e577e577e57 span.duration:>1s", 4],
    ["trace:7e577e577e577e577e577e577e577e57 !span.op:http.*", 3],
    ["id:aa00000000000001 OR id:aa00000000000004", 2],
    ["trace:7e577e577e577e577e577e577e577e57 project:storefront", 2],
    ["trace:7e577e577e577e577e577e577e577e57 has:user.id", 0],
    ["cart:c-20881 span.op:cache.get", 0],
    [`"cart:c-20881"`, 1],
  ])("finds spans by %s", async (query, count) => {
    const { rows } = await as("ada");

    expect(await rows([...SPANS, ["query", query]])).toHaveLength(count);
  });

  it("computes figures for each combination of the plain fields", async () => {
    const { rows } = await as("ada");

    const found = await rows([
      ["dataset", "spans"],
      ["query", "trace:7e577e577e577e577e577e577e577e57"],
      ["field", "project"],
      ["field", "count()"],
      ["field", "max(span.duration)"],
      ["field", "p50(span.duration)"],
      ["field", "count_unique(span.op)"],
      ["sort", "-count()"],
    ]);

    expect(found).toEqual([
      {
        project: "checkout",
        "count()": 3,
        "max(span.duration)": 4600,
        "p50(span.duration)": 4300,
        "count_unique(span.op)": 3,
      },
      {
        project: "storefront",
        "count()": 2,
        "max(span.duration)": 4900,
        "p50(span.duration)": 4900,
        "count_unique(span.op)": 2,
      },
    ]);
  });

  it("comes in pages that make the whole", async () => {
    const { ask } = await as("ada");
    const ids: unknown[] = [];
    for (let offset = 0; offset < 160; offset += 80) {
      const { body } = await ask("events", [
        ["dataset", "spans"],
        ["field", "id"],
        ["query", "project:storefront"],
        ["per_page", "80"],
        ["cursor", `0:${offset}:0`],
      ]);
      ids.push(...each((body as { data: unknown }).data, "id"));
    }

    expect(new Set(ids).size).toBe(142);
  });

  it.each(
    [
      ["what is no dataset", [["dataset", "nonsense"], ["field", "id"]], /^dataset must be one of: /],
      ["no field at all", [["dataset", "spans"]], /^No columns selected$/],
      [
        "a figure it does not know",
        [["dataset", "errors"], ["field", "mode(x)"]],
        /^mode is not a valid function$/,
      ],
      [
        "a figure of spans it does not know",
        [["dataset", "spans"], ["field", "mode(x)"]],
        /^Unknown function mode$/,
      ],
      ["a field of odd characters", [["dataset", "spans"], ["field", "a|b"]], /^Invalid characters in field/],
      [
        "an order by what is not shown",
        [["dataset", "errors"], ["field", "id"], ["sort", "-title"]],
        /^Cannot sort by/,
      ],
      [
        "too many fields",
        Array.from({ length: 21 }, (_, n) => ["field", `f${n}`] as const),
        /up to 20 fields/,
      ],
      [
        "a project that is not asked for",
        [...SPANS, ["query", "project:vault"]],
        /vault do not exist or are not/,
      ],
      ["a broken query", [...SPANS, ["query", `a:"`]], /a:/],
      [
        "more than a hundred rows",
        [["dataset", "spans"], ["field", "id"], ["per_page", "101"]],
        /^Invalid per_page/,
      ],
    ] as readonly [string, Pairs, RegExp][],
  )("refuses %s", async (_, pairs, detail) => {
    const { ask } = await as("ada");

    const { status, body } = await ask("events", pairs);

    expect(status).toBe(400);
    expect((body as { detail: string }).detail).toMatch(detail);
  });

  it("shows a member only what her teams have, and others nothing", async () => {
    const grace = await as("grace");
    const powerless = await as("ada", ["team:read"]);

    const projects = each(await grace.rows([...SPANS, ["field", "project"]]), "project");

    expect(new Set(projects)).toEqual(new Set(["storefront"]));
    expect((await grace.ask("events", [...SPANS, ["project", "3002"]])).status).toBe(403);
    expect((await grace.ask("events", SPANS, "umbra")).status).toBe(404);
    expect((await powerless.ask("events", SPANS)).status).toBe(403);
  });

  it("keeps foreign telemetry in its own organization", async () => {
    const { ask } = await as("ada");
    for (const dataset of ["errors", "spans", "logs", "tracemetrics", "profiles"]) {
      const pairs: Pairs = [["dataset", dataset], ["field", "transaction"], ["field", "message"], [
        "per_page",
        "100",
      ]];

      expect(JSON.stringify(await ask("events", pairs))).not.toContain("CANARY");
      expect(JSON.stringify(await ask("events", pairs, "umbra"))).toMatch(/"project\.name":"vault"/);
    }
    expect(JSON.stringify(await ask("replays"))).not.toContain("CANARY");
    expect(JSON.stringify(await ask("replays", [], "umbra"))).toContain("CANARY");
  });
});

describe("a time series", () => {
  const PAIRS: Pairs = [["dataset", "spans"], ["statsPeriod", "2d"], ["interval", "12h"], [
    "yAxis",
    "count()",
  ]];

  it("counts everything once, in buckets that follow one another", async () => {
    const { ask, rows } = await as("ada");

    const { body } = await ask("events-timeseries", PAIRS);

    const [series] =
      (body as { timeSeries: { values: { timestamp: number; value: number }[] }[] }).timeSeries;
    const values = series?.values ?? [];
    const total = await rows([["dataset", "spans"], ["statsPeriod", "2d"], ["field", "count()"]]);
    expect(values.reduce((sum, { value }) => sum + value, 0)).toBe(total[0]?.["count()"]);
    expect(values.slice(1).map(({ timestamp }, index) => timestamp - (values[index]?.timestamp ?? 0)))
      .toEqual(values.slice(1).map(() => 43_200_000));
  });

  it("of the biggest groups says which they are", async () => {
    const { ask } = await as("ada");

    const { body } = await ask("events-timeseries", [...PAIRS, ["groupBy", "project"], ["topEvents", "2"]]);

    expect((body as { timeSeries: object[] }).timeSeries).toMatchObject([
      { groupBy: [{ key: "project", value: "checkout" }], yAxis: "count()", meta: { order: 0 } },
      { groupBy: [{ key: "project", value: "storefront" }], yAxis: "count()", meta: { order: 1 } },
    ]);
  });

  it("is named by its axes and groups at the older endpoint", async () => {
    const { ask } = await as("ada");
    const top: Pairs = [["field", "project"], ["topEvents", "1"]];

    const one = await ask("events-stats", PAIRS);
    const two = await ask("events-stats", [...PAIRS, ["yAxis", "epm()"]]);
    const groups = await ask("events-stats", [...PAIRS, ...top]);

    expect(Object.keys(one.body as object)).toContain("data");
    expect(Object.keys(two.body as object)).toEqual(["count()", "epm()"]);
    expect(Object.keys(groups.body as object)).toEqual(["checkout"]);
  });

  it("has at most ten thousand buckets", async () => {
    const { ask } = await as("ada");

    const { status, body } = await ask("events-timeseries", [["statsPeriod", "90d"], ["interval", "1m"]]);

    expect(status).toBe(400);
    expect(body).toMatchObject({ detail: expect.stringContaining("too many results") });
  });
});

describe("a search for replays", () => {
  it("has an archived one, of which little is left", async () => {
    const { ask } = await as("ada");

    const { body } = await ask("replays");

    const replays = (body as { data: { is_archived: boolean; started_at: string | null }[] }).data;
    expect(replays).toHaveLength(6);
    expect(replays.filter((replay) => replay.is_archived).map(({ started_at }) => started_at)).toEqual([
      null,
    ]);
  });

  it.each([
    ["user.email:shopper@example.test", 1],
    ["count_errors:>0", 2],
    ["duration:>40", 3],
    ["!platform:android", 5],
    ["url:*basket*", 1],
  ])("finds them by %s", async (query, count) => {
    const { ask } = await as("ada");

    const { body } = await ask("replays", [["query", query]]);

    expect((body as { data: unknown[] }).data).toHaveLength(count);
  });

  it("refuses a field or an order that it does not know", async () => {
    const { ask } = await as("ada");

    expect((await ask("replays", [["query", "nonsense:1"]])).status).toBe(400);
    expect((await ask("replays", [["sort", "nonsense"]])).status).toBe(400);
  });
});
