import { describe, expect, it } from "vitest";
import type { Constraint } from "../../src/sentry/constraint.ts";
import { SentryError } from "../../src/sentry/error.ts";
import { TOOLS } from "../../src/tools/all.ts";
import { BASE, openSession, textOf } from "./session.ts";

/** Every way to name what lies outside; the user herself could see all of it. */
const FOREIGN_ORGANIZATION: readonly object[] = [
  { organizationSlug: "umbra" },
  { organizationSlug: "UMBRA" },
  { organizationSlug: "1003" },
  { organizationSlug: "acme/../umbra" },
  { organizationSlug: "..%2fumbra" },
  { issueId: "VAULT-1" },
  { organizationSlug: "acme", issueId: "VAULT-1" },
  { organizationSlug: "acme", issueId: "8001" },
  { organizationSlug: "umbra", issueId: "VAULT-1" },
  { organizationSlug: "acme", issueId: "../../umbra/issues/8001" },
  { issueUrl: `${BASE}/organizations/umbra/issues/8001/` },
  { issueUrl: `${BASE}/us/organizations/umbra/issues/8001/` },
  { issueUrl: `${BASE}/umbra/vault/issues/8001/` },
  { issueUrl: `${BASE}/issues/8001/` },
  { issueUrl: `${BASE}/organizations/umbra/issues/8001/`, organizationSlug: "acme" },
  { issueUrl: `${BASE}/organizations/acme%2F..%2Fumbra/issues/8001/` },
  { organizationSlug: "acme", eventId: "80010001800100018001000180010001" },
  { organizationSlug: "umbra", eventId: "80010001800100018001000180010001" },
  { organizationSlug: "acme", issueId: "CHECKOUT-1", eventId: "80010001800100018001000180010001" },
  { organizationSlug: "acme", projectSlugOrId: "vault" },
  { organizationSlug: "acme", projectSlugOrId: "3021" },
  { organizationSlug: "acme", query: "project:vault" },
  { organizationSlug: "acme", query: "80010001800100018001000180010001" },
  { organizationSlug: "acme", query: "CANARY" },
  { query: "umbra" },
  { query: "CANARY" },
  { organizationSlug: "acme", cursor: "0:0:0", query: "" },
  { organizationSlug: "acme", regionUrl: "https://evil.example.test" },
  { organizationSlug: "acme", issueId: "CHECKOUT-5", assignedTo: "team:canary-umbra-keepers" },
  { organizationSlug: "acme", issueId: "VAULT-1", runId: "81001" },
  { organizationSlug: "acme", issueId: "CHECKOUT-1", runId: "81001" },
  { organizationSlug: "umbra", issueId: "VAULT-1", restart: true },
];

const FOREIGN_PROJECT: readonly object[] = [
  { organizationSlug: "acme", projectSlugOrId: "storefront" },
  { organizationSlug: "acme", projectSlugOrId: "3001" },
  { organizationSlug: "acme", query: "" },
  { organizationSlug: "acme", query: "", limit: 100, period: "90d" },
  { organizationSlug: "acme", query: "project:storefront" },
  { organizationSlug: "acme", query: "storefront" },
  { organizationSlug: "acme", query: "40010001400100014001000140010001" },
  { organizationSlug: "acme", issueId: "STOREFRONT-1" },
  { organizationSlug: "acme", issueId: "4001" },
  { issueUrl: `${BASE}/organizations/acme/issues/4001/` },
  { organizationSlug: "acme", eventId: "40010001400100014001000140010001" },
  { organizationSlug: "acme", issueId: "CHECKOUT-1", eventId: "40010001400100014001000140010001" },
  { organizationSlug: "acme", issueId: "STOREFRONT-1", runId: "41001" },
  { organizationSlug: "acme", issueId: "CHECKOUT-1", runId: "41001" },
  { organizationSlug: "acme", issueId: "STOREFRONT-1", restart: true, instruction: "Look at the basket" },
];

/** So that a tool that writes has something to write. */
const WRITES: readonly object[] = [{}, { status: "resolved" }, { priority: "low", reason: "because" }];

async function everyCall(constraint: Constraint, namings: readonly object[]) {
  const session = await openSession({ constraint });
  const said: string[] = [];
  for (const tool of TOOLS) {
    for (const naming of [...namings, Object(tool.example) as object]) {
      for (const write of tool.effect === "read" ? [{}] : WRITES) {
        try {
          const { content, structuredContent } = await session.call(tool, { ...naming, ...write });
          said.push(textOf({ content }), JSON.stringify(structuredContent ?? {}));
        } catch (error) {
          expect(error).toBeInstanceOf(SentryError);
        }
      }
    }
  }
  return { said: said.join("\n"), sent: session.sent };
}

/** Slugs that were asked for are named in refusals, so what gives a leak away is what only Sentry knows. */
const LEAK = /CANARY-umbra/;
const OTHER_PROJECT =
  /Cannot read properties|HydrationError|StackOverflow|javascript-react|storefront@|src\/basket\.tsx/;

describe("a confined session", () => {
  const organizations: [string, Constraint][] = [
    ["an organization by slug", { organizationSlug: "acme" }],
    ["an organization as verified", {
      organizationSlug: "acme",
      organizationId: "1001",
      regionUrl: `${BASE}/us`,
    }],
  ];
  for (const [name, constraint] of organizations) {
    it(`in ${name} neither shows nor asks for anything of another`, async () => {
      const { said, sent } = await everyCall(constraint, [...FOREIGN_ORGANIZATION, ...FOREIGN_PROJECT]);

      expect(LEAK.exec(said)).toBeNull();
      expect(said).toContain("CHECKOUT-1");
      expect(sent.length).toBeGreaterThan(0);
      for (const request of sent) {
        expect(request).toMatch(/^\w+ (?:\/us)?\/api\/0\/(?:auth\/|organizations\/acme\/|projects\/acme\/)/);
      }
    });
  }

  const projects: [string, Constraint][] = [
    ["a project by slug", { organizationSlug: "acme", projectSlug: "checkout" }],
    ["a project by id", { organizationSlug: "acme", projectSlug: "3002" }],
    ["a project as verified", {
      organizationSlug: "acme",
      organizationId: "1001",
      projectSlug: "checkout",
      projectId: "3002",
      regionUrl: `${BASE}/us`,
    }],
  ];
  for (const [name, constraint] of projects) {
    it(`in ${name} shows and changes nothing of another project`, async () => {
      const { said, sent } = await everyCall(constraint, [...FOREIGN_ORGANIZATION, ...FOREIGN_PROJECT]);

      expect(LEAK.exec(said)).toBeNull();
      expect(said).toContain("CHECKOUT-1");
      expect(OTHER_PROJECT.exec(said)).toBeNull();
      for (const request of sent) {
        expect(request).toMatch(
          /^\w+ (?:\/us)?\/api\/0\/(?:auth\/|organizations\/acme\/|projects\/acme\/(?:checkout|3002)\/)/,
        );
        expect(request).not.toMatch(/^PUT .*\/issues\/4\d{3}\//);
        expect(request).not.toMatch(/^POST .*\/issues\/4\d{3}\//);
        if (/\/issues\/\?/.test(request)) expect(request).toContain("project=3002");
      }
    });
  }

  it("in another region refuses what the first region has", async () => {
    const { said } = await everyCall({ organizationSlug: "bergwerk" }, FOREIGN_PROJECT);

    expect(said).not.toContain("Cannot read properties");
    expect(LEAK.exec(said)).toBeNull();
  });

  it("says why it refuses, and names what was asked for", async () => {
    const session = await openSession({ constraint: { organizationSlug: "acme", projectSlug: "checkout" } });
    const details = TOOLS.find((tool) => tool.name === "get_issue_details");
    if (!details) throw new Error("get_issue_details is gone");

    const result = await session.call(details, { issueUrl: `${BASE}/organizations/umbra/issues/8001/` });

    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain(
      `Organization "umbra" is outside this session, which is confined to project "checkout" of organization "acme"`,
    );
    expect(session.sent).toEqual([]);
  });
});
