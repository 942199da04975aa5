import { describe, expect, it } from "vitest";
import { ISSUES } from "../../src/sandbox/world/issues.ts";
import { getIssueDetails } from "../../src/tools/get-issue-details.ts";
import { openSession, textOf } from "./session.ts";

const KILOBYTE = 1024;

/** Monstrous or hostile on purpose. */
const NOT_TYPICAL = ["CHECKOUT-3", "CHECKOUT-15"];

async function bytesOf(shortId: string, frames: "app" | "all"): Promise<[number, string]> {
  const organizationSlug = ISSUES.find((issue) => issue.shortId === shortId)?.project.organization;
  const session = await openSession();
  const result = await session.call(getIssueDetails, { organizationSlug, issueId: shortId, frames });
  return [new TextEncoder().encode(textOf(result)).length, textOf(result)];
}

describe("the size of get_issue_details", () => {
  for (const { shortId } of ISSUES) {
    const limitBytes = (NOT_TYPICAL.includes(shortId) ? 16 : 6) * KILOBYTE;
    it(`is at most ${limitBytes / KILOBYTE} KB for ${shortId}, and 16 KB with all frames`, async () => {
      const [bytes, text] = await bytesOf(shortId, "app");
      const [bytesOfAll] = await bytesOf(shortId, "all");

      expect(text).toContain(`# Issue \`${shortId}\``);
      expect(bytes).toBeLessThanOrEqual(limitBytes);
      expect(bytesOfAll).toBeLessThanOrEqual(16 * KILOBYTE);
    });
  }

  it("names what a monster leaves out and what gets it", async () => {
    const [, text] = await bytesOf("CHECKOUT-15", "app");

    expect(text).toMatch(/5 of 500 frames .*get_event_stacktrace has more/);
    expect(text).toMatch(/7 of 200 tags; get_issue_tag_values/);
    expect(text).toMatch(/\d\d of 193; get_issue_tag_values/);
  });
});
