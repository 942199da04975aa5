import { describe, expect, it } from "vitest";
import { CATALOG } from "../../src/tools/catalog.gen.ts";

const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** Every model reads the list before it does anything. */
describe("the list of tools", () => {
  it("has at most 16 KB", () => {
    expect(sizeOf({ tools: CATALOG })).toBeLessThanOrEqual(16 * 1024);
  });

  it("has at most 2.2 KB a tool on average, and no tool of more than 4 KB", () => {
    const sizes = CATALOG.map(sizeOf);

    expect(sizes.reduce((sum, size) => sum + size) / sizes.length).toBeLessThanOrEqual(2200);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4096);
  });
});
