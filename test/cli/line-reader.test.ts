import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLineReader } from "../../src/cli/line-reader.ts";

describe("createLineReader()", () => {
  it("reads the same lines however the bytes are cut", () => {
    // A byte order mark at the beginning of a stream is none of its text.
    const line = fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 })
      .filter((text) => text.trim() !== "" && !/[\n\ufeff]/.test(text));

    fc.assert(fc.property(fc.array(line), fc.integer({ min: 1, max: 7 }), (lines, chunkBytes) => {
      expect(read(`${lines.join("\n\n")}\n`, { chunkBytes, maxCharacters: 200 })).toEqual(lines);
    }));
  });

  it("says once that a line is too long, skips all of it, and goes on", () => {
    for (const chunkBytes of [1, 3, 1000]) {
      expect(read(`${"x".repeat(10)}\n${"y".repeat(35)}\nz\n`, { chunkBytes })).toEqual([
        "x".repeat(10),
        "too long",
        "z",
      ]);
    }
  });

  it("says so before the line has ended", () => {
    expect(read("x".repeat(11), { chunkBytes: 4 })).toEqual(["too long"]);
  });

  it("keeps a line that has not ended", () => {
    expect(read("x\ny", { chunkBytes: 1 })).toEqual(["x"]);
  });
});

function read(
  text: string,
  { chunkBytes, maxCharacters = 10 }: { chunkBytes: number; maxCharacters?: number },
): string[] {
  const lines: string[] = [];
  const receive = createLineReader({
    maxCharacters,
    onLine: (line) => lines.push(line),
    onTooLong: () => lines.push("too long"),
  });
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) receive(bytes.subarray(at, at + chunkBytes));
  return lines;
}
