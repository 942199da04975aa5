import { beforeAll, describe, expect, it } from "vitest";
import { startServer } from "../support/servers.ts";
import { type Reports, type Revision, runRevisions } from "./revisions.ts";
import type { Verdict } from "./suite.ts";

let reports: Reports;
beforeAll(async () => {
  // The suite cannot sign in. No scenario that is looked at here asks Sentry anything.
  const server = await startServer("node", {
    SENTRY_AUTH_TOKEN: "sntryu_of_nobody",
    SENTRY_URL: "http://127.0.0.1:9",
    ENCRYPTION_KEY: "only-for-tests-".repeat(3),
  });
  try {
    reports = await runRevisions(`${server.baseUrl}/mcp`);
  } finally {
    await server.stop();
  }
}, 120_000);

/** Every scenario that needs nothing but a server. */
const WITHOUT_FIXTURE: [Revision, string[]][] = [
  ["2026-07-28", [
    "completion-complete",
    "tools-list",
    "server-sse-multiple-streams",
    "resources-list",
    "sep-2164-resource-not-found",
    "prompts-list",
    "dns-rebinding-protection",
    "caching",
    "input-required-result-unsupported-methods",
    "http-header-validation",
  ]],
  ["2025-11-25", [
    "server-initialize",
    "ping",
    "completion-complete",
    "tools-list",
    "server-sse-multiple-streams",
    "resources-list",
    "prompts-list",
    "dns-rebinding-protection",
    "server-session-lifecycle",
  ]],
  ["2025-06-18", [
    "server-initialize",
    "server-session-lifecycle",
    "ping",
    "completion-complete",
    "tools-list",
    "resources-list",
    "prompts-list",
  ]],
  ["2025-03-26", ["server-session-lifecycle"]],
];

describe("the official conformance suite, against the product itself", () => {
  it.each(WITHOUT_FIXTURE)("passes what needs no fixture in %s: %j", (revision, scenarios) => {
    const found = reports[revision].filter(({ scenario }) => scenarios.includes(scenario));

    expect(found.map(({ scenario }) => scenario)).toEqual(scenarios);
    expect(found.filter(({ failed, passed }) => failed > 0 || passed === 0)).toEqual([]);
  });

  it("passes the checks of server-stateless, all but the four that call a tool of the fixture", () => {
    const { passed, problems } = verdictOf("server-stateless");

    expect(passed).toBe(24);
    expect(problems.filter((problem) => !problem.includes("Not testable"))).toEqual([]);
  });
});

function verdictOf(name: string): Verdict {
  const found = reports["2026-07-28"].find(({ scenario }) => scenario === name);
  if (!found) throw new Error(`The suite did not run ${name}`);
  return found;
}
