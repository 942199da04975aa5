import { describe, expect, it } from "vitest";
import { TOOLSET_IDS, type ToolsetId } from "../../src/lib/toolset-id.ts";
import { createToolList } from "../../src/mcp/tool-list.ts";
import { TOOLS } from "../../src/tools/all.ts";
import { CATALOG } from "../../src/tools/catalog.ts";

const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const toolList = createToolList({ tools: TOOLS, catalog: CATALOG });

function offered(toolset: ToolsetId, client = { apps: false }) {
  const skills = ["inspect", "seer", "triage", "project-management"] as const;
  return toolList.offered({ skills, readOnly: false, constraint: {} }, toolset, client);
}

/** Every model reads the list before it does anything. */
describe("the list of tools", () => {
  it.each(["default", "basic"] as const)("has at most 12 tools and 16 KB in the %s set", (toolset) => {
    expect(offered(toolset).length).toBeLessThanOrEqual(12);
    expect(sizeOf({ tools: offered(toolset) })).toBeLessThanOrEqual(16 * 1024);
  });

  it("has one tool more, and at most 17.5 KB, in the default set for clients that show Apps", () => {
    const tools = offered("default", { apps: true });

    expect(tools.length).toBe(offered("default").length + 1);
    expect(sizeOf({ tools })).toBeLessThanOrEqual(17.5 * 1024);
  });

  it.each(TOOLSET_IDS)(
    "has at most 2.2 KB a tool on average, and none over 4 KB, in the %s set",
    (toolset) => {
      const sizes = offered(toolset).map(sizeOf);

      expect(sizes.reduce((sum, size) => sum + size) / sizes.length).toBeLessThanOrEqual(2200);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(4096);
    },
  );
});
