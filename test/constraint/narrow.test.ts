import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { confineArguments, narrowSchema, type ObjectSchema, reachOf } from "../../src/constraint/narrow.ts";

const text = { type: "string" };
const schema: ObjectSchema = {
  type: "object",
  properties: { organizationSlug: text, projectSlugOrId: text, query: text },
  required: ["organizationSlug", "query"],
  additionalProperties: false,
};

describe("how far a session reaches", () => {
  it.each([
    [{}, "everything"],
    [{ organizationSlug: "acme" }, "organization"],
    [{ organizationSlug: "acme", projectSlug: "checkout" }, "project"],
  ])("%j: %s", (constraint, reach) => {
    expect(reachOf(constraint)).toBe(reach);
  });
});

describe("a narrowed schema", () => {
  it("is the same object in an open session", () => {
    expect(narrowSchema(schema, "everything")).toBe(schema);
  });

  it("loses what is fixed and keeps every other keyword", () => {
    expect(narrowSchema(schema, "organization")).toEqual({
      type: "object",
      properties: { projectSlugOrId: text, query: text },
      required: ["query"],
      additionalProperties: false,
    });
    expect(narrowSchema(schema, "project").properties).toEqual({ query: text });
  });

  it("requires nothing rather than an empty list", () => {
    const only: ObjectSchema = {
      type: "object",
      properties: { organizationSlug: text },
      required: ["organizationSlug"],
    };

    expect(narrowSchema(only, "organization")).toEqual({ type: "object", properties: {} });
  });
});

describe("confined arguments", () => {
  const constraint = { organizationSlug: "acme", projectSlug: "checkout" };

  it("name the session's organization and project whatever was sent", () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (args) => {
      const confined = confineArguments(args, schema, constraint);
      expect(confined).toMatchObject({ organizationSlug: "acme", projectSlugOrId: "checkout" });
    }));
  });

  it("get no parameter that the tool does not know", () => {
    expect(confineArguments({ query: "x" }, { type: "object", properties: { query: text } }, constraint))
      .toEqual({
        query: "x",
      });
  });

  it("keep the project open in an organization's session", () => {
    const args = { projectSlugOrId: "mobile" };

    expect(confineArguments(args, schema, { organizationSlug: "acme" })).toEqual({
      organizationSlug: "acme",
      projectSlugOrId: "mobile",
    });
  });
});
