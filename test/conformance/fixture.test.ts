import { beforeAll, describe, expect, it } from "vitest";
import { startFixture } from "./fixture/app.ts";
import { type Revision, runRevisions } from "./revisions.ts";
import { type Report, score } from "./suite.ts";

let reports: Record<Revision, Report>;
beforeAll(async () => {
  const fixture = await startFixture();
  reports = await runRevisions(fixture.url).finally(() => fixture.stop());
}, 120_000);

describe("the official conformance suite, through the product's transport", () => {
  it.each<[Revision, number]>([["2026-07-28", 37]])("passes %s: all %i scenarios", (revision, total) => {
    const { passed, failed } = score(reports[revision]);

    expect(failed, reports[revision].problems.join("\n")).toEqual([]);
    expect(passed).toHaveLength(total);
  });
});
