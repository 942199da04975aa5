import { describe, expect, it } from "vitest";
import { isSkillId, sentryScopesOf, SKILLS } from "../../src/lib/skills.ts";
import { TOOLS } from "../../src/tools/all.ts";

describe("skills", () => {
  it("ask only for the scopes of what was ticked", () => {
    expect(sentryScopesOf(["inspect"])).toEqual(["org:read", "project:read", "team:read", "event:read"]);
    expect(sentryScopesOf(["inspect", "triage"])).toContain("event:write");
    expect(sentryScopesOf([])).toEqual([]);
  });

  it("cover the scopes of each of their tools", () => {
    const missing = TOOLS.flatMap((tool) =>
      tool.skills.flatMap((skill) =>
        tool.scopes.filter((scope) => !sentryScopesOf([skill]).includes(scope)).map((scope) =>
          `${tool.name}: ${skill} lacks ${scope}`
        )
      )
    );

    expect(missing).toEqual([]);
  });

  it("that change nothing have no tool that writes", () => {
    const readOnly = SKILLS.filter(({ writes }) => writes === undefined).map(({ id }) => id);

    expect(
      TOOLS.filter(({ effect, skills }) => effect !== "read" && skills.some((id) => readOnly.includes(id))),
    ).toEqual([]);
  });

  it("have known ids", () => {
    expect(isSkillId("triage")).toBe(true);
    expect(isSkillId("toString")).toBe(false);
  });
});
