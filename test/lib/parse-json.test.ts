import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_NESTING, parseJson } from "../../src/lib/parse-json.ts";

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

describe("parseJson()", () => {
  it("reads what JSON.parse() reads", () => {
    fc.assert(fc.property(fc.json({ maxDepth: 20 }), (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text));
    }));
  });

  it("takes lists and objects as deep as is allowed, and no deeper", () => {
    expect(() => parseJson(nested(MAX_NESTING))).not.toThrow();
    expect(() => parseJson(nested(MAX_NESTING + 1))).toThrow(SyntaxError);
    expect(() => parseJson(`${'{"a":'.repeat(MAX_NESTING + 1)}1${"}".repeat(MAX_NESTING + 1)}`)).toThrow(
      SyntaxError,
    );
  });

  it("counts what is open, not how much there is", () => {
    const wide = `[${Array.from({ length: 1000 }, () => '{"a":[]}').join()}]`;

    expect(parseJson(wide)).toHaveLength(1000);
  });

  it("passes over brackets in strings, after an escaped quote as well", () => {
    const text = JSON.stringify(`"\\${"[{".repeat(MAX_NESTING)}`);

    expect(parseJson(text)).toBe(JSON.parse(text));
  });

  it.each(["", "{", "undefined", "]]]]", '"\\'])("throws what JSON.parse() throws at %j", (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});
