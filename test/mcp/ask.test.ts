import { describe, expect, it } from "vitest";
import { accept, type Asked, choose, ERAS, openAskedApp } from "./asked-app.ts";

const MANY = { organizationSlug: "acme", issueIds: ["CHECKOUT-5", "STOREFRONT-2"], status: "resolved" };
const EVENT = "60010001600100016001000160010001";

const idsOf = (asked: Asked | undefined, field: string) =>
  asked?.requestedSchema.properties[field]?.oneOf?.map((option) => option.const);

for (const era of ERAS) {
  describe(`a client that shows forms, in mode ${era}`, () => {
    it("is asked for the organization that a call leaves out, with names to choose from", async () => {
      const app = await openAskedApp();
      const { call, asked } = await app.connect({ era, answer: choose({ organizationSlug: "bergwerk" }) });

      const { text } = await call("find_projects", {});

      expect(asked).toMatchObject([{
        message: 'Which organization is "Find projects" for?',
        requestedSchema: {
          type: "object",
          properties: {
            organizationSlug: {
              type: "string",
              title: "Organization",
              oneOf: [
                { const: "acme", title: "Acme Mail Order (acme)" },
                { const: "bergwerk", title: "Bergwerk Software (bergwerk)" },
                { const: "umbra", title: "CANARY-umbra-organization (umbra)" },
              ],
            },
          },
          required: ["organizationSlug"],
        },
      }]);
      expect(text).toContain("stollen");
    });

    const without: [what: string, name: string, args: Record<string, unknown>, says: string][] = [
      ["an id without an organization", "get_issue_details", { issueId: "CHECKOUT-1" }, "PaymentNotStarted"],
      ["an empty organization", "find_projects", { organizationSlug: " " }, "checkout"],
      ["no organization through an executor", "execute_sentry_tool", {
        name: "find_projects",
        arguments: {},
      }, "checkout"],
    ];
    for (const [what, name, args, says] of without) {
      it(`is asked where there is ${what}`, async () => {
        const app = await openAskedApp();
        const { call, asked } = await app.connect({ era, answer: choose({ organizationSlug: "acme" }) });

        const { text } = await call(name, args);

        expect(asked).toHaveLength(1);
        expect(text).toContain(says);
      });
    }

    it("is asked for the organization and then for a project of it in one call", async () => {
      const app = await openAskedApp();
      const answer = choose({ organizationSlug: "acme", projectSlug: "mobile" });
      const { call, asked } = await app.connect({ era, answer });

      const { text } = await call("get_event_attachment", { eventId: EVENT });

      expect(asked.map(({ message }) => message)).toEqual([
        'Which organization is "Get event attachment" for?',
        'Which project is "Get event attachment" for?',
      ]);
      expect(idsOf(asked[1], "projectSlug")).toEqual(["storefront", "checkout", "mobile"]);
      expect(text).toContain("screenshot.png");
    });

    for (const action of ["decline", "cancel"] as const) {
      it(`gets no answer to what needs a choice after "${action}"`, async () => {
        const app = await openAskedApp();
        const { call, asked } = await app.connect({ era, answer: () => ({ action }) });

        const { text, isError } = await call("get_event_attachment", { eventId: EVENT });

        expect(asked).toHaveLength(1);
        expect(text).toBe("organizationSlug is missing, and the user chose no organization");
        expect(isError).toBe(true);
      });

      it(`changes nothing after "${action}"`, async () => {
        const app = await openAskedApp();
        const { call } = await app.connect({ era, answer: () => ({ action }) });

        const { text, isError } = await call("update_issue", MANY);

        const said = action === "decline" ? "said no" : "did not answer";
        expect(text).toBe(`Nothing was changed: the user was asked and ${said}`);
        expect(isError).toBe(true);
        expect(app.writes()).toEqual([]);
      });
    }

    it("has an answer checked like any other argument", async () => {
      const app = await openAskedApp();
      const { call } = await app.connect({ era, answer: choose({ organizationSlug: "../umbra" }) });

      const { text, isError } = await call("find_projects", {});

      expect(text).toContain("`organizationSlug`: expected the slug or id of an organization");
      expect(isError).toBe(true);
    });

    it("is not asked about what is wrong in other ways as well", async () => {
      const app = await openAskedApp();
      const { call, asked } = await app.connect({ era, answer: accept });

      const { text } = await call("search_issues", { limit: 1000 });

      expect(text).toContain("`limit`");
      expect(asked).toEqual([]);
    });

    it("is not asked where Sentry does not list the organizations", async () => {
      const app = await openAskedApp();
      const { call, asked } = await app.connect({ era, answer: accept });
      await app.fault({ path: "/api/0/organizations/?", status: 403 });

      const { text } = await call("find_projects", {});

      expect(text).toContain("`organizationSlug` is missing");
      expect(asked).toEqual([]);
    });

    it("changes many issues with its user's yes in one call", async () => {
      const app = await openAskedApp();
      const { call, asked } = await app.connect({ era, answer: accept });

      const { text, isError } = await call("update_issue", { ...MANY, reason: "seen\nby `all`" });

      expect(isError).toBeUndefined();
      expect(asked).toMatchObject([{
        message: "Change 2 issues of acme to: resolved; the reason as a comment?\n" +
          "CHECKOUT-5, STOREFRONT-2\nComment: seen by `all`",
        requestedSchema: { type: "object", properties: {} },
      }]);
      expect(text).toContain("Changed 2 issues to: resolved");
      expect(app.writes().filter((one) => one.startsWith("PUT"))).toHaveLength(2);
    });

    it("changes what the user saw, not what the search finds after the answer", async () => {
      const app = await openAskedApp();
      const other = await app.connect({ era });
      const search = { organizationSlug: "acme", query: "is:unresolved", projectSlugOrId: "storefront" };
      const { call, asked } = await app.connect({
        era,
        async answer() {
          await other.call("update_issue", {
            organizationSlug: "acme",
            issueId: "STOREFRONT-3",
            status: "unresolved",
          });
          return { action: "accept" };
        },
      });

      const { text } = await call("update_issue", { ...search, priority: "low" });

      const after = await other.call("search_issues", { ...search, limit: 100 });
      expect(asked[0]?.message).toContain("STOREFRONT-2");
      expect(asked[0]?.message).not.toContain("STOREFRONT-3");
      expect(text).toContain("STOREFRONT-2");
      expect(text).not.toContain("STOREFRONT-3");
      expect(after.text).toContain("STOREFRONT-3");
    });

    it("is shown ten ids of many, and what else there is", async () => {
      const app = await openAskedApp();
      const { call, asked } = await app.connect({ era, answer: () => ({ action: "decline" }) });
      const issueIds = [...Array.from({ length: 12 }, (_, at) => `CHECKOUT-${at + 1}`), "CHECKOUT-999"];

      await call("update_issue", { organizationSlug: "acme", issueIds, priority: "low" });

      expect(asked[0]?.message).toMatch(/^Change 1[12] issues of acme to: priority low\?\n/);
      expect(asked[0]?.message).toMatch(/\n(?:CHECKOUT-\d+, ){9}CHECKOUT-\d+ and [12] more\n/);
      expect(asked[0]?.message).toContain("Not found: 1");
    });

    it("is not asked where nothing is left to change", async () => {
      const app = await openAskedApp();
      const { call, asked } = await app.connect({ era, answer: accept });

      const { text } = await call("update_issue", { ...MANY, issueIds: ["STOREFRONT-3"] });

      expect(text).toContain("Nothing changed");
      expect(asked).toEqual([]);
    });

    it("is asked about one project only where the session is confined to it", async () => {
      const app = await openAskedApp();
      const { call, asked } = await app.connect({ era, path: "/mcp/acme/checkout", answer: accept });

      const attachments = await call("get_event_attachment", { eventId: EVENT });
      await call("update_issue", { issueIds: ["CHECKOUT-5", "STOREFRONT-2", "VAULT-1"], status: "resolved" });

      expect(attachments.isError).toBe(true);
      expect(asked.map(({ message }) => message)).toEqual([
        "Change 1 issue of acme to: resolved?\nCHECKOUT-5\nNot found: 2",
      ]);
    });
  });

  describe(`a client without forms, in mode ${era}`, () => {
    it("is told which argument is missing", async () => {
      const app = await openAskedApp();
      const { call } = await app.connect({ era });

      const required = await call("find_projects", {});
      const optional = await call("get_issue_details", { issueId: "CHECKOUT-1" });

      expect(required.text).toBe("Cannot run `find_projects`:\n- `organizationSlug` is missing");
      expect(optional.text).toBe(
        "organizationSlug is missing: name the organization. Change the arguments and try again.",
      );
    });

    it("gets a preview and a handle for many issues", async () => {
      const app = await openAskedApp();
      const { call } = await app.connect({ era });

      const preview = await call("update_issue", MANY);
      const handle = /```\n([\w-]+)\n```/.exec(preview.text)?.[1];
      const done = await call("update_issue", { confirm: handle });

      expect(preview.text).toContain("Nothing is changed yet. 2 issues would become: resolved");
      expect(done.text).toContain("Changed 2 issues to: resolved");
    });

    it("need not name the only organization of its user", async () => {
      const app = await openAskedApp();
      const { call } = await app.connect({ era, user: "grace" });

      const required = await call("find_projects", {});
      const optional = await call("get_issue_details", { issueId: "STOREFRONT-1" });

      expect(required.text).toContain("storefront");
      expect(optional.text).toContain("STOREFRONT-1");
    });

    it("has to name the organization while a region does not answer", async () => {
      const app = await openAskedApp();
      const { call } = await app.connect({ era });
      await app.fault({ path: "/us/api/0/organizations/?", status: 503 });

      const { text } = await call("find_projects", {});

      expect(text).toContain("`organizationSlug` is missing");
    });
  });
}
