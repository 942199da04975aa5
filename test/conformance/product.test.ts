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
    "tools-list",
    "server-sse-multiple-streams",
    "sep-2164-resource-not-found",
    "dns-rebinding-protection",
    "input-required-result-unsupported-methods",
    "http-header-validation",
  ]],
  ["2025-11-25", [
    "server-initialize",
    "ping",
    "tools-list",
    "server-sse-multiple-streams",
    "dns-rebinding-protection",
    "server-session-lifecycle",
  ]],
  ["2025-06-18", ["server-initialize", "server-session-lifecycle", "ping", "tools-list"]],
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

  it("passes the checks of caching, all but those of lists that it does not have", () => {
    const { passed, problems } = verdictOf("caching");

    expect(passed).toBeGreaterThan(0);
    expect(problems.filter((problem) => !problem.includes("-32601: Method not found"))).toEqual([]);
  });
});

function verdictOf(name: string): Verdict {
  const found = reports["2026-07-28"].find(({ scenario }) => scenario === name);
  if (!found) throw new Error(`The suite did not run ${name}`);
  return found;
}
