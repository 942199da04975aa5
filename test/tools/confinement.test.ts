import { describe, expect, it } from "vitest";
import type { Constraint } from "../../src/sentry/constraint.ts";
import { SentryError } from "../../src/sentry/error.ts";
import { TOOLS } from "../../src/tools/all.ts";
import type { Tool } from "../../src/tools/define.ts";
import { Question } from "../../src/tools/question.ts";
import { BASE, openSession, textOf } from "./session.ts";

/** A page below an organization, its two kinds of prefix, and an id of the same thing. */
const linksTo = (organization: string, pages: readonly string[]) =>
  pages.flatMap((page) => [
    { url: `${BASE}/organizations/${organization}/${page}` },
    { url: `${BASE}/us/organizations/${organization}/${page}`, organizationSlug: "acme" },
  ]);

/** What umbra has, asked for as umbra's and as acme's own. */
const UMBRA_PAGES = [
  "issues/8001/",
  "issues/?query=is%3Aunresolved",
  `issues/8001/events/${"80010001".repeat(4)}/`,
  `projects/vault/events/${"80010001".repeat(4)}/`,
  `performance/vault:${"7a0f".repeat(8)}/`,
  `traces/trace/${"0b5c".repeat(8)}/?node=span-ff00000000000001`,
  `replays/${"ff91a703".repeat(4)}/`,
  `profiling/profile/vault/${"9fff".repeat(8)}/flamegraph/`,
  `profiling/profile/3021/${"9fff".repeat(8)}/flamegraph/`,
  "crons/vault/canary-umbra-monitor/",
  "crons/canary-umbra-monitor/",
  "alerts/rules/uptime/vault/609/details/",
  "alerts/rules/uptime/3021/609/details/",
  "monitors/619/",
  "monitors/alerts/709/",
  "releases/vault%401/",
  "releases/vault%401/?project=3021",
  "dashboard/909/",
  "alerts/rules/vault/809/details/",
  "alerts/rules/3021/809/details/",
  "alerts/rules/details/819/",
  "feedback/?feedbackSlug=vault:8005",
  "explore/traces/?query=&statsPeriod=90d",
  "explore/logs/?project=3021",
  "settings/projects/vault/",
];

const UMBRA_IDS: readonly object[] = [
  { resourceType: "issue", resourceId: "VAULT-1" },
  { resourceType: "event", resourceId: "80010001".repeat(4) },
  { resourceType: "trace", resourceId: "0b5c".repeat(8) },
  { resourceType: "replay", resourceId: "ff91a703".repeat(4) },
  { resourceType: "profile", resourceId: `vault/${"9fff".repeat(8)}` },
  { resourceType: "monitor", resourceId: "canary-umbra-monitor" },
  { resourceType: "monitor", resourceId: "619" },
  { resourceType: "uptime", resourceId: "vault/609" },
  { resourceType: "release", resourceId: "vault@1" },
  { resourceType: "dashboard", resourceId: "909" },
  { resourceType: "alert", resourceId: "709" },
  { resourceType: "issue_alert", resourceId: "vault/809" },
  { resourceType: "metric_alert", resourceId: "819" },
  { resourceType: "feedback", resourceId: "8005" },
];

/** Storefront's things, and what checkout has together with it. */
const STOREFRONT_PAGES = [
  "issues/4001/",
  "issues/STOREFRONT-1/",
  "issues/?query=",
  "issues/?query=&project=3001",
  "explore/traces/?statsPeriod=90d",
  "explore/discover/results/?project=3001&field=title&field=project",
  "explore/errors/?query=project%3Astorefront",
  "explore/replays/?project=-1",
  `projects/storefront/events/${"40010001".repeat(4)}/`,
  `performance/storefront:${"7a05".repeat(8)}/`,
  `performance/checkout:${"7a05".repeat(8)}/`,
  `replays/${"5e9a".repeat(8)}/`,
  `replays/${"a2c417ed".repeat(4)}/`,
  `profiling/profile/storefront/${"9f01".repeat(8)}/`,
  `profiling/profile/3001/${"9f01".repeat(8)}/`,
  `profiling/profile/checkout/${"9f01".repeat(8)}/`,
  "crons/storefront/catalog-sync/",
  "crons/checkout/catalog-sync/",
  "alerts/rules/uptime/storefront/602/details/",
  "monitors/612/",
  "monitors/alerts/702/",
  "monitors/alerts/703/",
  "releases/arcade%401/",
  "releases/arcade%401/?project=3001",
  "releases/shop%407/",
  "releases/shop%407/?project=3001",
  "dashboard/902/",
  "dashboard/903/",
  "alerts/rules/storefront/802/details/",
  "alerts/rules/details/812/",
  "feedback/?feedbackSlug=storefront:4015",
];

/** These have attachments. */
const VAULT_EVENT = "80010001800100018001000180010001";
const BASKET_EVENT = "40130001401300014013000140130001";

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
  { organizationSlug: "acme", issueIds: ["VAULT-1", "8001", "CHECKOUT-5"] },
  { organizationSlug: "umbra", issueIds: ["VAULT-1", "8001"] },
  { organizationSlug: "umbra", query: "is:unresolved" },
  { organizationSlug: "umbra", projectSlug: "vault", eventId: VAULT_EVENT },
  { organizationSlug: "acme", projectSlug: "3021", eventId: VAULT_EVENT, attachmentId: "80011" },
  { organizationSlug: "acme", projectSlug: "checkout", eventId: VAULT_EVENT, attachmentId: "80011" },
  { organizationSlug: "acme", projectSlugOrId: "vault" },
  { organizationSlug: "acme", projectSlugOrId: "3021" },
  { organizationSlug: "acme", query: "project:vault" },
  { organizationSlug: "acme", query: "80010001800100018001000180010001" },
  { organizationSlug: "acme", query: "CANARY" },
  { query: "umbra" },
  { query: "CANARY" },
  { organizationSlug: "acme", cursor: "0:0:0", query: "" },
  { organizationSlug: "acme", regionUrl: "https://evil.example.test" },
  { organizationSlug: "acme", traceId: "0b5c".repeat(8) },
  { organizationSlug: "umbra", traceId: "0b5c".repeat(8), spanId: "ff00000000000001" },
  { organizationSlug: "acme", traceId: "0b5c".repeat(8), spanId: "ff00000000000001" },
  { organizationSlug: "acme", issueId: "CHECKOUT-5", assignedTo: "team:canary-umbra-keepers" },
  { organizationSlug: "acme", issueId: "VAULT-1", runId: "81001" },
  { organizationSlug: "acme", issueId: "CHECKOUT-1", runId: "81001" },
  { organizationSlug: "umbra", issueId: "VAULT-1", restart: true },
  { organizationSlug: "acme", projectSlug: "vault" },
  { organizationSlug: "acme", projectSlug: "3021" },
  { organizationSlug: "acme", query: "id:80010001800100018001000180010001", dataset: "errors" },
  { organizationSlug: "acme", query: `trace:${"0b5c".repeat(8)}`, dataset: "spans" },
  { organizationSlug: "acme", query: "id:ff00000000000001", dataset: "spans", cursor: "0:0:0" },
  { organizationSlug: "acme", query: "CANARY", dataset: "logs" },
  { organizationSlug: "acme", query: "metric.name:CANARY*", dataset: "metrics", limit: 100 },
  { organizationSlug: "acme", query: `replay_id:${"ff91a703".repeat(4)}`, dataset: "replays" },
  { organizationSlug: "acme", dataset: "profiles", fields: ["project", "transaction", "count()"] },
  { organizationSlug: "acme", dataset: "logs", fields: ["project", "count()"], interval: "1d", limit: 100 },
  ...linksTo("umbra", UMBRA_PAGES),
  ...linksTo("acme", UMBRA_PAGES),
  ...linksTo("1003", UMBRA_PAGES),
  ...UMBRA_IDS.flatMap((naming) =>
    ["umbra", "acme"].map((organizationSlug) => ({ ...naming, organizationSlug }))
  ),
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
  { organizationSlug: "acme", projectSlug: "storefront", eventId: BASKET_EVENT },
  { organizationSlug: "acme", projectSlug: "3001", eventId: BASKET_EVENT, attachmentId: "40131" },
  { organizationSlug: "acme", projectSlug: "checkout", eventId: BASKET_EVENT, attachmentId: "40131" },
  { organizationSlug: "acme", issueIds: ["STOREFRONT-1", "4002", "CHECKOUT-6"] },
  { organizationSlug: "acme", traceId: "7e57".repeat(8), spanId: "aa00000000000001" },
  { organizationSlug: "acme", traceId: "51".repeat(16) },
  { organizationSlug: "acme", traceId: "51".repeat(16), spanId: "ac00000000000001" },
  { organizationSlug: "acme", traceId: "3a".repeat(16) },
  { organizationSlug: "acme", traceId: "3a".repeat(16), spanId: "ad00000000000001" },
  { organizationSlug: "acme", traceId: "3a".repeat(16), spanId: "ad00000000000002" },
  { organizationSlug: "acme", eventId: "40010001400100014001000140010001" },
  { organizationSlug: "acme", issueId: "CHECKOUT-1", eventId: "40010001400100014001000140010001" },
  { organizationSlug: "acme", issueId: "STOREFRONT-1", runId: "41001" },
  { organizationSlug: "acme", issueId: "CHECKOUT-1", runId: "41001" },
  { organizationSlug: "acme", issueId: "STOREFRONT-1", restart: true, instruction: "Look at the basket" },
  { organizationSlug: "acme", projectSlug: "storefront", dataset: "spans" },
  { organizationSlug: "acme", projectSlug: "3001", dataset: "logs" },
  { organizationSlug: "acme", query: "project:[storefront, mobile]", dataset: "spans" },
  { organizationSlug: "acme", query: "!project:checkout", dataset: "spans" },
  { organizationSlug: "acme", query: "id:aa00000000000001 OR id:aa00000000000004", dataset: "spans" },
  ...["errors", "spans", "logs", "metrics", "profiles", "replays"].flatMap((dataset) => [
    { organizationSlug: "acme", dataset, limit: 100, period: "90d" },
    { organizationSlug: "acme", dataset, limit: 2, cursor: "0:2:0" },
    { organizationSlug: "acme", dataset, fields: ["project", "transaction", "count()"], limit: 100 },
    { organizationSlug: "acme", dataset, fields: ["project", "transaction", "count()"], interval: "1d" },
  ]),
  ...linksTo("acme", STOREFRONT_PAGES),
  { organizationSlug: "acme", resourceType: "profile", resourceId: `storefront/${"9f01".repeat(8)}` },
  { organizationSlug: "acme", resourceType: "uptime", resourceId: "storefront/602" },
  { organizationSlug: "acme", resourceType: "issue_alert", resourceId: "storefront/802" },
  { organizationSlug: "acme", resourceType: "alert", resourceId: "702" },
];

/** So that a tool that writes has something to write. */
const WRITES: readonly object[] = [{}, { status: "resolved" }, {
  priority: "low",
  reason: "because",
}];

/** A link to anything is tried where there is a parameter for one: elsewhere it changes nothing. */
function takes(tool: Tool, naming: object): boolean {
  const parameters: object = "entries" in tool.input ? Object(tool.input.entries) : {};
  return "url" in parameters || !("url" in naming || "resourceType" in naming);
}

async function everyCall(constraint: Constraint, namings: readonly object[]) {
  const session = await openSession({ constraint });
  const said: string[] = [];
  for (const tool of TOOLS) {
    for (
      const naming of [...namings.filter((naming) => takes(tool, naming)), Object(tool.example) as object]
    ) {
      for (const write of tool.effect === "read" ? [{}] : WRITES) {
        try {
          const { content, structuredContent } = await session.call(tool, { ...naming, ...write });
          said.push(textOf({ content }), JSON.stringify(structuredContent ?? {}));
          const confirm = /"confirm":"([\w-]+)"/.exec(said.at(-1) ?? "")?.[1];
          if (confirm) said.push(textOf(await session.call(tool, { confirm })));
        } catch (error) {
          expect(error).toBeInstanceOf(SentryError);
        }
      }
    }
  }
  return { said: said.join("\n"), sent: session.sent };
}

/** What a user would be asked: to choose a place, and to agree to changes. */
async function everyQuestion(constraint: Constraint): Promise<string[]> {
  const session = await openSession({ constraint });
  const questions: string[] = [];
  const changes = [{ issueIds: ["CHECKOUT-5", "STOREFRONT-2", "8001"] }, { query: "is:unresolved" }, {
    query: "is:unresolved",
    projectSlugOrId: "storefront",
  }];
  for (const tool of TOOLS) {
    const { organizationSlug: _, projectSlug: __, ...example } = tool.example as Record<string, unknown>;
    for (const args of [{}, example, ...changes.map((change) => ({ ...change, priority: "low" }))]) {
      try {
        await session.call(tool, args, { ask: { answerTo: () => undefined } });
      } catch (error) {
        if (!(error instanceof Question)) throw error;
        questions.push(JSON.stringify([error.message, error.choice]));
      }
    }
  }
  return questions;
}

/** Slugs that were asked for are named in refusals, so what gives a leak away is what only Sentry knows. */
const LEAK = /CANARY-umbra/;
const OTHER_PROJECT =
  /screenshot\.png|Cannot read properties|HydrationError|StackOverflow|javascript-react|storefront@|src\/basket\.tsx|CatalogueActivity|experiment b chosen|bundle\.size|ui\.action\.click|4e91a70|(?:storefront|mobile) only/;

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
        expect(request).not.toMatch(/^PUT .*[?&]id=[^5]/);
        if (/\/(?:issues|acme\/events(?:-\w+)?|acme\/replays)\/\?/.test(request)) {
          expect(request).toContain("project=3002");
        }
      }
    });
  }

  it("in an organization asks about nothing of another", async () => {
    const questions = await everyQuestion({ organizationSlug: "acme" });

    expect(questions.join("\n")).toContain('"mobile"');
    expect(questions.join("\n")).toMatch(/Change \d+ issues of acme/);
    expect(questions.join("\n")).not.toMatch(/umbra|vault|bergwerk|stollen|8001/i);
  });

  it("in a project asks about nothing of another", async () => {
    const questions = await everyQuestion({ organizationSlug: "acme", projectSlug: "checkout" });

    expect(questions.join("\n")).toContain("CHECKOUT-5");
    expect(questions.join("\n")).not.toMatch(/umbra|vault|storefront|mobile|8001/i);
  });

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
