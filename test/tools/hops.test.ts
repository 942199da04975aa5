import { describe, expect, it } from "vitest";
import { TOOLS } from "../../src/tools/all.ts";
import { openSession } from "./session.ts";

/** What one answer of Sentry has to be known for before the next can be asked. */
const TURNS: Record<string, number> = {
  // The regions say where to look.
  find_organizations: 2,
  list_organizations: 2,
  // The issue says its project, which has to be inside the session before anything of it is shown or changed.
  add_issue_note: 2,
  analyze_issue_with_seer: 2,
  update_issue: 2,
  resolve_issue: 2,
  unresolve_issue: 2,
  assign_issue: 2,
  get_issue_tag_values: 2,
  get_issue_user_reports: 2,
  // Suspect commits and owners belong to an event of a project; the issue says the project.
  get_issue_details: 2,
  get_sentry_resource: 2,
  // The trace says the project of a span.
  get_span_details: 2,
  get_issue: 2,
  // The event says its issue.
  get_event: 3,
};

describe("a tool", () => {
  for (const tool of TOOLS) {
    const turns = TURNS[tool.name] ?? 1;
    it(`that knows where an organization lives asks Sentry in ${turns} turn(s): ${tool.name}`, async () => {
      const session = await openSession({ delayMs: 4 });
      await session.access().organization("acme").details();
      session.forget();

      await session.call(tool, tool.example);

      expect(session.hops(), session.sent.join("\n")).toBe(turns);
      expect(session.sent.length).toBeGreaterThan(0);
    });
  }
});
