import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clean, code, cut, fence, link } from "../../src/render/markdown.ts";
import { moment } from "../../src/render/time.ts";

/** Text made to break out: fences, ticks, HTML, controls, bidirectional marks. */
const hostile = fc.array(
  fc.oneof(
    fc.constantFrom(
      "`",
      "```",
      "````",
      "\n",
      "\r\n",
      "~~~",
      "# x",
      "</script>",
      "\u202e",
      "\u0000",
      "\u200b",
      " ",
      "🚒",
    ),
    fc.string({ unit: "binary" }),
  ),
).map((parts) => parts.join(""));

describe("code()", () => {
  it("leaves identifiers unescaped, because they are copied back", () => {
    expect(code("api_v2*x")).toBe("`api_v2*x`");
  });

  it("is one line with delimiters longer than any run of ticks inside (CommonMark §6.1)", () => {
    fc.assert(fc.property(hostile, (text) => {
      const span = code(text);
      const ticks = /^`+/.exec(span)?.[0] ?? "";
      const inner = span.slice(ticks.length, -ticks.length);

      expect(span).not.toContain("\n");
      expect(span.endsWith(ticks)).toBe(true);
      expect((inner.match(/`+/g) ?? []).every((run) => run.length < ticks.length)).toBe(true);
      expect(span.length).toBeLessThanOrEqual(3 * 300 + 10);
    }));
  });
});

describe("fence()", () => {
  it("cannot be left by what is inside (CommonMark §4.5)", () => {
    fc.assert(fc.property(hostile, (text) => {
      const block = fence(text, { maximum: 200 }).split("\n");
      const [opening = "", ...rest] = block;
      const closing = rest.pop();

      expect(closing).toBe(opening);
      expect(opening).toMatch(/^`{3,}$/);
      expect(rest.some((line) => line.trimStart().startsWith(opening))).toBe(false);
    }));
  });
});

describe("clean()", () => {
  it("keeps nothing that hides or reorders text", () => {
    fc.assert(fc.property(hostile, (text) => {
      expect(clean(text)).not.toMatch(
        // oxlint-disable-next-line no-control-regex -- they are what must be gone
        /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/,
      );
      expect(clean(text)).not.toMatch(/\p{Surrogate}/u);
    }));
  });

  it("keeps letters of every script, tabs and line feeds", () => {
    expect(clean("Größe\t日本語\nعربى 🚒")).toBe("Größe\t日本語\nعربى 🚒");
  });
});

describe("cut()", () => {
  it("never cuts a character in two", () => {
    expect(cut("ab🚒", 3)).toBe("ab…");
  });
});

describe("link()", () => {
  it("shows addresses only, never script or Markdown", () => {
    expect(link("https://acme.sentry.io/issues/1/")).toBe("https://acme.sentry.io/issues/1/");
    expect(link("javascript:alert(1)")).toBeUndefined();
    expect(link("https://x.test/) [click](https://evil.test")).toBeUndefined();
  });
});

describe("moment()", () => {
  const asOf = "2026-03-02T10:00:00Z";
  const times: [string, string][] = [
    ["2026-03-02T09:59:31Z", "2026-03-02 09:59 UTC (now)"],
    ["2026-03-02T09:30:00Z", "2026-03-02 09:30 UTC (30 min ago)"],
    ["2026-03-02T05:00:00+02:00", "2026-03-02 03:00 UTC (7 h ago)"],
    ["2026-02-01T10:00:00Z", "2026-02-01 10:00 UTC (29 d ago)"],
    ["2026-03-02T12:00:00Z", "2026-03-02 12:00 UTC (in 2 h)"],
  ];
  for (const [time, says] of times) {
    it(`says "${says}"`, () => expect(moment(time, asOf)).toBe(says));
  }
});
