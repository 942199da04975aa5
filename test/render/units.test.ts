import { describe, expect, it } from "vitest";
import { duration } from "../../src/render/units.ts";

describe("duration()", () => {
  const said: [milliseconds: number, text: string][] = [
    [0, "0 ms"],
    [0.1234, "0.123 ms"],
    [812, "812 ms"],
    [1000, "1 s"],
    [4712, "4.71 s"],
    [59_999, "60 s"],
    [60_000, "1 min"],
    [576_000, "9 min 36 s"],
    [3_600_000, "1 h"],
    [7_500_000, "2 h 5 min"],
    [86_400_000, "1 d"],
    [100_800_000, "1 d 4 h"],
  ];
  for (const [milliseconds, text] of said) {
    it(`says ${text}`, () => {
      expect(duration(milliseconds)).toBe(text);
    });
  }
});
