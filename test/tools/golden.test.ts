import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { TOOLS } from "../../src/tools/all.ts";
import { CATALOG_FILE, catalogSource } from "../gen/catalog.ts";
import { openSession, textOf } from "./session.ts";

/** Arguments beside each tool's own example. */
const CASES: Record<string, readonly object[]> = {
  find_organizations: [{ query: "berg" }],
  find_projects: [{ organizationSlug: "acme", query: "nothing-like-this" }],
  find_teams: [{ organizationSlug: "acme", query: "pay" }, { organizationSlug: "acme", query: "nobody" }],
  get_event_stacktrace: [
    { organizationSlug: "acme", issueId: "MOBILE-1" },
    { organizationSlug: "acme", issueId: "MOBILE-1", thread: "no such thread" },
    { organizationSlug: "acme", issueId: "STOREFRONT-2" },
    { issueUrl: "http://localhost:3000/sandbox/organizations/bergwerk/issues/7001/" },
  ],
  search_issue_events: [
    { organizationSlug: "acme", issueId: "CHECKOUT-1", query: "environment:production", limit: 2 },
    { organizationSlug: "acme", issueId: "CHECKOUT-1", query: "environment:staging" },
    { organizationSlug: "acme", issueId: "CHECKOUT-3", limit: 1 },
    { organizationSlug: "acme", issueId: "CHECKOUT-1", query: 'user.email:"' },
  ],
  get_issue_user_reports: [
    { organizationSlug: "acme", issueId: "CHECKOUT-1", limit: 1 },
    { organizationSlug: "acme", issueId: "CHECKOUT-3" },
    { organizationSlug: "acme", issueId: "STOREFRONT-2" },
  ],
  get_issue_activity: [
    { organizationSlug: "acme", issueId: "CHECKOUT-1", includeComments: false },
    { organizationSlug: "acme", issueId: "CHECKOUT-1", limit: 1 },
  ],
  get_issue_breadcrumbs: [
    { organizationSlug: "acme", issueId: "STOREFRONT-2" },
    { organizationSlug: "acme", issueId: "CHECKOUT-3" },
  ],
  get_issue_tag_values: [
    { organizationSlug: "acme", issueId: "STOREFRONT-1", tagKey: "browser" },
    { organizationSlug: "acme", issueId: "CHECKOUT-1", tagKey: "no-such-tag" },
    { organizationSlug: "acme", issueId: "CHECKOUT-1", tagKey: "not a key" },
  ],
  add_issue_note: [
    { organizationSlug: "acme", issueId: "CHECKOUT-1", text: "" },
    { organizationSlug: "acme", issueId: "CHECKOUT-999", text: "Anybody there?" },
  ],
  analyze_issue_with_seer: [
    { organizationSlug: "acme", issueId: "STOREFRONT-1" },
    { organizationSlug: "acme", issueId: "CHECKOUT-4", instruction: "Look at the basket" },
    { organizationSlug: "acme", issueId: "CHECKOUT-2" },
    { organizationSlug: "acme", issueId: "CHECKOUT-2", restart: true },
    { organizationSlug: "acme", issueId: "CHECKOUT-16" },
    { organizationSlug: "acme", issueId: "CHECKOUT-3" },
    { organizationSlug: "acme", issueId: "CHECKOUT-21" },
    { organizationSlug: "acme", issueId: "CHECKOUT-1", runId: "50999" },
    { organizationSlug: "acme", issueId: "MOBILE-1" },
    { organizationSlug: "acme", issueId: "STOREFRONT-2" },
    { organizationSlug: "acme", issueId: "CHECKOUT-5", runId: "12" },
    { organizationSlug: "acme", issueId: "CHECKOUT-1", runId: "51001", restart: true },
  ],
  search_issues: [
    { organizationSlug: "acme", query: "is:unresolved", projectSlugOrId: "checkout", sort: "freq", limit: 3 },
    { organizationSlug: "acme", query: "is:ignored" },
    { organizationSlug: "acme", query: "no-such-words-anywhere" },
  ],
  get_issue_details: [
    { organizationSlug: "acme", issueId: "storefront-1" },
    { organizationSlug: "acme", issueId: "CHECKOUT-2" },
    { organizationSlug: "acme", issueId: "CHECKOUT-3" },
    { organizationSlug: "acme", issueId: "STOREFRONT-2" },
    { organizationSlug: "acme", issueId: "MOBILE-1" },
    { organizationSlug: "acme", issueId: "MOBILE-1", frames: "all" },
    { issueUrl: "http://localhost:3000/sandbox/organizations/bergwerk/issues/7001/" },
    { organizationSlug: "acme", issueId: "CHECKOUT-999" },
  ],
  update_issue: [
    {
      organizationSlug: "acme",
      issueId: "CHECKOUT-1",
      status: "resolvedInNextRelease",
      reason: "Fixed in the cache",
    },
    {
      organizationSlug: "acme",
      issueId: "STOREFRONT-1",
      status: "ignored",
      ignoreCount: 50,
      ignoreWindowMinutes: 60,
    },
    { organizationSlug: "acme", issueId: "STOREFRONT-1", assignedTo: "none", priority: "high" },
    { organizationSlug: "acme", issueId: "STOREFRONT-3", status: "resolved" },
    { organizationSlug: "acme", issueId: "STOREFRONT-2", assignedTo: "team:web" },
    { organizationSlug: "acme", issueId: "STOREFRONT-2", status: "resolved", ignoreCount: 3 },
  ],
};

describe("what the tools say", () => {
  for (const tool of TOOLS) {
    it(`${tool.name} says what its golden file says, and its structured content fits its schema`, async () => {
      const parts: string[] = [];
      for (const args of [tool.example, ...(CASES[tool.name] ?? [])]) {
        const result = await (await openSession()).call(tool, args);
        parts.push(`<<< ${JSON.stringify(args)}${result.isError ? " (error)" : ""}\n\n${textOf(result)}\n`);
        if (tool.output === "text" || result.isError) {
          expect(result.structuredContent).toBeUndefined();
        } else {
          expect(v.is(tool.output, result.structuredContent)).toBe(true);
        }
      }
      expectGolden(`${tool.name}.md`, parts.join("\n"));
    });
  }

  it("the catalog is the generated one (npm run gen)", () => {
    expect(readFileSync(CATALOG_FILE, "utf8")).toBe(catalogSource());
  });
});

/** `UPDATE_GOLDEN=1` writes what is compared otherwise. */
function expectGolden(name: string, text: string): void {
  const file = fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
  if (process.env.UPDATE_GOLDEN === "1") {
    mkdirSync(fileURLToPath(new URL("../golden/", import.meta.url)), { recursive: true });
    writeFileSync(file, text);
  }
  expect(text).toBe(readFileSync(file, "utf8"));
}
