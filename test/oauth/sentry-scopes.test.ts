import { expect, it } from "vitest";
import { coversScope, scopesToAsk, skillsCarriedBy } from "../../src/oauth/sentry-scopes.ts";

it("knows that admin includes write and write includes read", () => {
  expect(coversScope(["event:admin"], "event:read")).toBe(true);
  expect(coversScope(["event:write"], "event:write")).toBe(true);
  expect(coversScope(["event:read"], "event:write")).toBe(false);
  expect(coversScope(["org:admin"], "event:read")).toBe(false);
  expect(coversScope(["project:releases"], "project:read")).toBe(false);
});

it("asks for what the skills need, no more than the ceiling, and only to read when read-only", () => {
  expect(scopesToAsk(["inspect"], { readOnly: false })).not.toContain("event:write");
  expect(scopesToAsk(["triage"], { readOnly: false })).toContain("event:write");
  expect(scopesToAsk(["triage"], { readOnly: true })).not.toContain("event:write");
  expect(scopesToAsk(["triage"], { readOnly: false, ceiling: ["org:read", "event:write"] }))
    .toEqual(["org:read", "event:read", "event:write"]);
});

it("drops a skill that could not write, and keeps one that lacks a reading scope", () => {
  expect(skillsCarriedBy(["org:read", "event:read"], ["inspect", "triage"])).toEqual(["inspect"]);
  expect(skillsCarriedBy(["event:admin"], ["triage"])).toEqual(["triage"]);
});
