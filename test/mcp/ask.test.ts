import { describe, expect, it } from "vitest";
import { type Asked, ERAS, openAskedApp } from "./asked-app.ts";

const choose = (field: string, value: string) => () => ({
  action: "accept" as const,
  content: { [field]: value },
});
const accept = () => ({ action: "accept" as const });

function optionsOf({ requestedSchema }: Asked, field: string): unknown {
  const { oneOf } = requestedSchema.properties[field] ?? {};
  return oneOf;
}

const MANY = { organizationSlug: "acme", issueIds: ["CHECKOUT-5", "STOREFRONT-2"], status: "resolved" };

for (const era of ERAS) {
  describe(`a client that shows forms, in mode ${era}`, () => {
    it("is asked for the organization that a call leaves out, with names to choose from", async () => {
      const app = await openAskedApp();
      const { call, asked } = await app.connect({ era, answer: choose("organizationSlug", "bergwerk") });

      const { text } = await call("find_projects", {});

      expect(asked.map(({ message }) => message)).toEqual(['Which organization is "Find projects" for?']);
      expect(asked[0] && optionsOf(asked[0], "organizationSlug")).toEqual([
        { const: "acme", title: "Acme Mail Order (acme)" },
        { const: "bergwerk", title: "Bergwerk Software (bergwerk)" },
        { const: "umbra", title: "CANARY-umbra-organization (umbra)" },
      ]);
      expect(text).toContain("stollen");
    });

    it("changes many issues with its user's yes in one call", async () => {
      const app = await openAskedApp();
      const { call, asked } = await app.connect({ era, answer: accept });

      const { text, isError } = await call("update_issue", MANY);

      expect(isError).toBeUndefined();
      expect(asked.map(({ message }) => message)).toEqual([
        "Change 2 issues of acme to: resolved?\nCHECKOUT-5, STOREFRONT-2",
      ]);
      expect(asked[0]?.requestedSchema.properties).toEqual({});
      expect(text).toContain("Changed 2 issues to: resolved");
      expect(app.writes()).toHaveLength(2);
    });
  });
}
