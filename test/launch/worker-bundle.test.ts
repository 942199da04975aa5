import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { bundleWorker } from "../support/worker-bundle.ts";

let bundle: string;
beforeAll(async () => {
  bundle = await bundleWorker();
});

describe("wrangler deploy --dry-run", () => {
  it("bundles the Worker within 203 KB gzip, as wrangler counts", () => {
    expect(gzipSync(bundle).length).toBeLessThanOrEqual(203 * 1024);
  });

  it("leaves the sandbox and Node's own modules out", () => {
    expect(bundle).toContain("find_organizations");
    expect(bundle).not.toContain("__sandbox");
    expect(bundle).not.toMatch(/from\s*"node:/);
  });

  it("has what stands in for parts of its libraries, not the parts", () => {
    const parts = {
      "zod's JSON Schema": "processJSONSchema",
      McpServer: "registerTool",
      routers: "RegExpRouter",
    };
    const found = Object.entries(parts).flatMap(([part, trace]) => (bundle.includes(trace) ? part : []));

    expect(found).toEqual([]);
  });
});
