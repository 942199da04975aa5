import { beforeAll, describe, expect, it } from "vitest";
import { startFixture } from "./fixture/app.ts";
import { type Reports, type Revision, runRevisions } from "./revisions.ts";

/** Scenarios without a check that could fail here; the README says why. */
const VACUOUS = ["tasks-status-notifications", "server-sse-polling"];

let reports: Reports;
beforeAll(async () => {
  const fixture = await startFixture();
  try {
    reports = await runRevisions(fixture.url);
  } finally {
    await fixture.stop();
  }
}, 120_000);

describe("the official conformance suite, through the product's transport", () => {
  it.each<[number, Revision]>([
    [37, "2026-07-28"],
    [30, "2025-11-25"],
    [27, "2025-06-18"],
    [1, "2025-03-26"],
  ])("passes all %i scenarios of %s", (total, revision) => {
    const scored = reports[revision].filter(({ unscored }) => unscored === undefined);

    expect(scored.filter(({ failed, passed }) => failed > 0 || passed === 0)).toEqual([]);
    expect(scored).toHaveLength(total);
  });

  it("passes the nine scenarios of the extension for tasks that can be run", () => {
    const tasks = reports["2026-07-28"].filter(({ scenario }) => scenario.startsWith("tasks-"));

    expect(tasks.filter(({ failed }) => failed > 0)).toEqual([]);
    expect(tasks.filter(({ scenario }) => !VACUOUS.includes(scenario))).toHaveLength(9);
  });

  it("fails nothing else but one scenario, which wants a tool with headers of its own", () => {
    const failed = Object.values(reports).flat().filter(({ failed }) => failed > 0);

    expect(failed.map(({ scenario }) => scenario)).toEqual(["http-custom-header-server-validation"]);
  });

  it("skips nothing else but what does not apply", () => {
    const empty = Object.values(reports).flat().filter(({ passed, failed }) => passed + failed === 0);

    expect(empty.map(({ scenario }) => scenario)).toEqual(VACUOUS);
  });
});
