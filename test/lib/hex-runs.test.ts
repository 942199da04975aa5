import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packHexRuns, unpackHexRuns } from "../../src/lib/hex-runs.ts";

const hex = fc.string({
  unit: fc.constantFrom(..."0123456789abcdef".split("")),
  minLength: 60,
  maxLength: 140,
});

describe("packHexRuns()", () => {
  it("is undone by unpackHexRuns(), wherever hex stands in a text of JSON", () => {
    fc.assert(fc.property(fc.array(fc.oneof(hex, fc.string({ unit: "grapheme" }))), (parts) => {
      const text = JSON.stringify(parts);
      expect(unpackHexRuns(packHexRuns(text))).toBe(text);
    }));
  });

  it("takes 33 bytes for a token of 64 digits, and leaves the rest as it is", () => {
    const token = "0123456789abcdef".repeat(4);

    expect(packHexRuns(`"${token}"`)).toHaveLength(1 + 32 + 3);
    expect(packHexRuns("plain")).toHaveLength(1 + 5);
    expect(packHexRuns(token.toUpperCase())).toHaveLength(1 + 64);
  });
});
