import { describe, expect, it } from "vitest";
import type { ToolsetId } from "../../src/lib/toolset-id.ts";
import type { Caller } from "../../src/mcp/caller.ts";
import { dispatch } from "../../src/mcp/dispatch.ts";
import { InsufficientScope } from "../../src/mcp/insufficient-scope.ts";
import { createToolList } from "../../src/mcp/tool-list.ts";
import { rankTools } from "../../src/mcp/tool-search.ts";
import { TOOLS } from "../../src/tools/all.ts";
import { BASIC_TOOLS } from "../../src/tools/basic.ts";
import { CATALOG } from "../../src/tools/catalog.ts";
import { callerWith } from "./fixture.ts";

const toolList = createToolList({ tools: TOOLS, catalog: CATALOG });
const everything = callerWith({ skills: ["inspect", "seer", "triage", "project-management"] });

function listed(toolset: ToolsetId, grant: Partial<Caller> = {}): string[] {
  return toolList.offered({ ...everything, ...grant }, toolset).map(({ name }) => name);
}

function call(name: string, args: object, grant: Partial<Caller> = {}) {
  const failures: unknown[] = [];
  const serving = {
    caller: { ...everything, ...grant },
    toolset: "default",
    inBatch: false,
    streams: false,
    fail: (error: unknown) => void failures.push(error),
  } as const;
  return { asked: dispatch({ name, arguments: { ...args } }, serving, { toolList, apps: false }), failures };
}

function search(query: string, grant: Partial<Caller> = {}): string {
  const { asked } = call("search_sentry_tools", { query }, grant);
  if (!("answer" in asked)) throw new Error("The search ran a tool");
  return asked.answer.content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
}

const problemOf = ({ asked }: ReturnType<typeof call>) =>
  "answer" in asked && asked.answer.isError ? JSON.stringify(asked.answer.content) : undefined;

describe("tool sets", () => {
  it("the default one lists at most twelve, the catalog's tools last", () => {
    const names = listed("default");

    expect(names.length).toBeLessThanOrEqual(12);
    expect(names.slice(-3)).toEqual(["search_sentry_tools", "read_sentry_tool", "execute_sentry_tool"]);
  });

  it("the full one lists every tool under its own name, and no catalog, since nothing is behind it", () => {
    const own = TOOLS.filter((tool) => !BASIC_TOOLS.includes(tool)).map(({ name }) => name);

    expect(listed("full")).toEqual(own);
  });

  it("the basic one lists the ten names of the deployment for Holmes", () => {
    expect(listed("basic")).toEqual(BASIC_TOOLS.map(({ name }) => name));
  });

  it.each<[ToolsetId, Partial<Caller>, string[]]>([
    ["default", { skills: ["inspect"] }, ["analyze_issue_with_seer", "update_issue", "execute_sentry_tool"]],
    ["default", { readOnly: true }, ["analyze_issue_with_seer", "update_issue", "execute_sentry_tool"]],
    ["default", { constraint: { organizationSlug: "acme" } }, ["find_organizations"]],
    ["full", { readOnly: true }, ["analyze_issue_with_seer", "update_issue", "add_issue_note"]],
    ["basic", { skills: ["inspect"] }, ["resolve_issue", "unresolve_issue", "assign_issue"]],
  ])("%s leaves out what a session with %j cannot call", (toolset, grant, missing) => {
    const left = listed(toolset).filter((name) => !listed(toolset, grant).includes(name));

    expect(left).toEqual(missing);
  });

  it("let every tool be called by its name, listed or not", () => {
    for (const { name } of TOOLS) expect(call(name, {}).asked).toHaveProperty("tool.name", name);
  });
});

describe("read_sentry_tool and execute_sentry_tool", () => {
  const args = { organizationSlug: "acme", issueId: "CHECKOUT-1" };

  it("stand for the tool that they name", () => {
    const read = call("read_sentry_tool", { name: "get_issue_activity", arguments: args });
    const write = call("execute_sentry_tool", { name: "add_issue_note", arguments: args });

    expect(read.asked).toMatchObject({ tool: { name: "get_issue_activity" }, args });
    expect(write.asked).toMatchObject({ tool: { name: "add_issue_note" }, args });
  });

  it("go by the names that they had before", () => {
    const { asked } = call("execute_tool", { name: "get_issue_activity", arguments: args });

    expect(asked).toMatchObject({ tool: { name: "get_issue_activity" } });
  });

  it("keep a tool that writes from the one that reads, so that its hint is true", () => {
    const problem = problemOf(call("read_sentry_tool", { name: "update_issue", arguments: args }));

    expect(problem).toContain("call it with execute_sentry_tool");
  });

  it("ask for the skill of the tool that they name", () => {
    const failures: unknown[] = [];
    const serving = {
      caller: { ...everything, skills: ["inspect"] },
      toolset: "default",
      inBatch: false,
      streams: false,
      fail: (error: unknown) => void failures.push(error),
    } as const;
    const params = { name: "execute_sentry_tool", arguments: { name: "add_issue_note", arguments: args } };

    expect(() => dispatch(params, serving, { toolList, apps: false })).toThrow("triage");
    expect(failures).toEqual([expect.any(InsufficientScope)]);
  });

  it("obey a session that may only read", () => {
    const asked = { name: "add_issue_note", arguments: args };

    expect(problemOf(call("execute_sentry_tool", asked, { readOnly: true }))).toContain("may only read");
  });

  it.each<[string, object, string]>([
    ["a name that is none", { name: "delete_everything" }, "search_sentry_tools finds tools"],
    ["a name that every object has", { name: "constructor" }, "search_sentry_tools finds tools"],
    ["no name", { arguments: {} }, "Expected `name`"],
    ["arguments that are no object", { name: "whoami", arguments: "all" }, "Expected `name`"],
    ["one another", { name: "execute_sentry_tool", arguments: { name: "whoami" } }, "Expected `name`"],
    ["what a confined session does not have", { name: "find_organizations" }, "confined to one organization"],
  ])("answer %s with what to do instead", (_what, asked, advice) => {
    const grant = { constraint: { organizationSlug: "acme" } };

    expect(problemOf(call("read_sentry_tool", asked, grant))).toContain(advice);
  });
});

describe("search_sentry_tools", () => {
  it.each([
    ["comments on an issue", "get_issue_activity"],
    ["stack trace of the crash", "get_event_stacktrace"],
    ["which browsers are affected", "get_issue_tag_values"],
    ["what users reported", "get_issue_user_reports"],
    ["list the teams", "find_teams"],
    ["post a comment", "add_issue_note"],
    ["events of one issue", "search_issue_events"],
    ["what happened before the error", "get_issue_breadcrumbs"],
    ["breadcrumbs", "get_issue_breadcrumbs"],
    ["assign an issue to me", "update_issue"],
    ["resolve many issues at once", "update_issue"],
    ["who is affected", "get_issue_tag_values"],
  ])("for %j has %s first", (query, name) => {
    expect(rankTools(query, toolList.catalog(everything))[0]?.tool.name).toBe(name);
  });

  it.each([
    "delete a project",
    "bake a cake",
    "the",
    "erase the whole organization",
    "constructor __proto__",
  ])(
    "says that nothing fits %j",
    (query) => {
      expect(search(query)).toContain("No tool here fits");
    },
  );

  it("shows at most five, each with its parameters and how it is called, in 5 KB", () => {
    for (const query of ["issue", "find issues of a project", "event of an issue by id", "organization"]) {
      const text = search(query);

      expect(text.match(/Call it (?:with|directly)/g)?.length).toBeLessThanOrEqual(5);
      expect(text.length).toBeLessThanOrEqual(6000);
    }
  });

  it("leaves out what the constraint fixes", () => {
    const text = search("activity of an issue", { constraint: { organizationSlug: "acme" } });

    expect(text).toContain("get_issue_activity(");
    expect(text).not.toContain("organizationSlug");
  });

  it("names what would fit and was not granted", () => {
    expect(search("post a comment", { skills: ["inspect"] })).toContain(
      "`add_issue_note` needs the skill `triage`",
    );
    expect(search("post a comment", { readOnly: true })).toContain("may only read");
  });
});
