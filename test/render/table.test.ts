import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { figureTable } from "../../src/render/figure-table.ts";
import { code } from "../../src/render/markdown.ts";
import { table } from "../../src/render/table.ts";

/** Text made to leave its cell: pipes, backslashes, ticks, new lines, HTML. */
const hostile = fc.array(
  fc.oneof(
    fc.constantFrom(
      "|",
      "\\",
      "\\|",
      "`",
      "```",
      "\n",
      "\r\n",
      "| --- |",
      "# x",
      "<b>",
      "&#124;",
      "\u2028",
      " ",
    ),
    fc.string({ unit: "binary" }),
  ),
).map((parts) => parts.join(""));

/**
 * Where cells end, as the two families of readers see it: some let a backslash take whatever follows it, others look
 * only at the character before a pipe (GFM §4.10 leaves it open).
 */
const READERS: readonly ((line: string) => number)[] = [
  (line) => line.replace(/\\./gs, "").split("|").length - 2,
  (line) => line.split(/(?<!\\)\|/).length - 2,
];

describe("table()", () => {
  it("keeps its rows and cells whatever is in them", () => {
    fc.assert(fc.property(fc.array(fc.tuple(hostile, hostile), { minLength: 1, maxLength: 4 }), (rows) => {
      const text = table(["a", "b"], rows.map((row) => row.map((cell) => code(cell))));

      const lines = text.split("\n");
      expect(lines).toHaveLength(rows.length + 2);
      for (const cells of READERS) expect(lines.map(cells)).toEqual(lines.map(() => 2));
    }));
  });

  it("escapes a pipe in a code span, which readers undo there", () => {
    expect(table(["a"], [[code("x|y")]]).split("\n")[2]).toBe("| `x\\|y` |");
  });
});

describe("figureTable()", () => {
  const kinds = { "p95(span.duration)": { type: "duration", unit: "millisecond" } };

  it("has units in the header and numbers as far as they tell something", () => {
    const { text } = figureTable(
      [{ "span.op": "db", "p95(span.duration)": 12.345678, "count()": 1843 }],
      { fields: ["span.op", "p95(span.duration)", "count()"], kinds, most: 1000 },
    );

    expect(text).toBe(
      "| `span.op` | `p95(span.duration)` (ms) | `count()` |\n| --- | --- | --- |\n| `db` | 12.35 | 1,843 |",
    );
  });

  it("leaves ids and codes as they are, hides secrets, and says what is missing or empty", () => {
    const { text } = figureTable(
      [{ "issue.id": 1234567, api_key: "k-1", release: "" }],
      { fields: ["issue.id", "api_key", "release", "user.id", "count()"], kinds, most: 1000 },
    );

    expect(text.split("\n")[2]).toBe("| 1234567 | [removed] | (empty) | – | – |");
  });

  it("shows shares as percent", () => {
    const { text } = figureTable([{ "failure_rate()": 0.0512345 }], {
      fields: ["failure_rate()"],
      kinds: { "failure_rate()": { type: "percentage" } },
      most: 1000,
    });

    expect(text).toBe("| `failure_rate()` (%) |\n| --- |\n| 5.123 |");
  });

  it("stops where there is no more room", () => {
    const rows = Array.from({ length: 100 }, (_, index) => ({ title: `${index} ${"x".repeat(150)}` }));

    const { text, shown } = figureTable(rows, { fields: ["title", "count()"], kinds, most: 2000 });

    expect(shown).toBeLessThan(15);
    expect(shown).toBeGreaterThan(5);
    expect(text.length).toBeLessThanOrEqual(2000);
  });
});
