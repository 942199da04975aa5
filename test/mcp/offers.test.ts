import { describe, expect, it } from "vitest";
import { createSealer } from "../../src/lib/seal.ts";
import type { Caller } from "../../src/mcp/caller.ts";
import { createMcp } from "../../src/mcp/mcp.ts";
import { offeredPrompts, writePrompt } from "../../src/mcp/prompts.ts";
import { offeredResources, readingOf } from "../../src/mcp/resources.ts";
import type { ToolsetId } from "../../src/lib/toolset-id.ts";
import { createServers } from "../../src/mcp/server.ts";
import { createSessions } from "../../src/mcp/session.ts";
import { TOOLS } from "../../src/tools/all.ts";
import { CATALOG } from "../../src/tools/catalog.ts";
import { openSession } from "../tools/session.ts";
import { type Answer, answerOf, callerWith, initialize, modern, post, rpc, silent } from "./fixture.ts";

const acme = { organizationSlug: "acme" };
const checkout = { organizationSlug: "acme", projectSlug: "checkout" };

/** Every tool is there, under its own name. */
const all = (tool: string) => tool;
const everything = () => true;

interface Session extends Partial<Caller> {
  readonly toolset?: ToolsetId;
  readonly sentry?: Parameters<typeof openSession>[0];
}

/** A server over the sandbox. */
async function open({ toolset = "default", sentry, ...grant }: Session = {}, log = silent) {
  const { service, credential } = await openSession(sentry);
  const { now } = service;
  const sealer = createSealer({ keys: ["k".repeat(32)], issuer: "https://mcp.example", now });
  const deps = { tools: TOOLS, catalog: CATALOG, service, sealer, name: "n", version: "1", now, log };
  const sessions = createSessions({ sealer, now });
  const mcp = createMcp({ createServer: createServers(deps), sessions, log: silent });
  const caller = callerWith({ credential, skills: ["inspect", "triage"], ...grant });
  return (body: unknown, headers: Record<string, string> = {}) =>
    mcp.handle(post({ body, headers }), { caller, toolset, parsedBody: body });
}

/** One request of each era. */
async function ask(method: string, params: Record<string, unknown> = {}, session: Session = {}) {
  const send = await open(session);
  const { body, headers } = modern(method, params);
  const [before, now] = await Promise.all([
    send(rpc(method, params)).then(answerOf),
    send(body, { ...headers, ...(typeof params.uri === "string" && { "mcp-name": params.uri }) }).then(
      answerOf,
    ),
  ]);
  return { before, now };
}

/** As the protocol has it; the tests say what is in it. */
const listIn = <Item>({ result }: Answer, name: string) => (result?.[name] ?? []) as Item[];

describe("parameters of the wrong shape", () => {
  it.each<[method: string, params: Record<string, unknown>, where: string]>([
    ["prompts/list", { cursor: {} }, "cursor"],
    ["prompts/get", {}, "params.name"],
    ["prompts/get", { name: "fix_issue", arguments: { issue: 5 } }, "params.arguments.issue"],
    ["resources/read", { uri: 5 }, "params.uri"],
    ["completion/complete", { argument: { name: "issue", value: "" } }, "params.ref"],
    ["tools/list", { cursor: 5 }, "cursor"],
    ["tools/call", { name: "whoami", arguments: "{}" }, "params.arguments"],
  ])("of %s are -32602, and it is said which: %j", async (method, params, where) => {
    const { before, now } = await ask(method, params);

    for (const { error } of [before, now]) {
      expect(error?.code).toBe(-32_602);
      expect(error?.message.split("\n")).toEqual([expect.stringContaining(`${where}: `)]);
    }
  });

  it("of initialize are -32602", async () => {
    const send = await open();
    const { error } = await answerOf(await send(rpc("initialize", { protocolVersion: 1 })));

    expect(error?.code).toBe(-32_602);
    expect(error?.message).toContain("params.protocolVersion: ");
  });
});

describe("a failure inside", () => {
  it("is for the log, and its client is told that there was one", async () => {
    const logged: unknown[] = [];
    const isLive = () => Promise.reject(new Error("no answer from 10.0.0.7"));
    const send = await open({ isLive }, { ...silent, error: (...line) => void logged.push(line) });
    const ref = { type: "ref/prompt", name: "fix_issue" };
    const argument = { name: "organizationSlug", value: "a" };

    const { error } = await answerOf(await send(rpc("completion/complete", { ref, argument })));

    expect(error).toEqual({ code: -32_603, message: "The request could not be finished" });
    expect(JSON.stringify(logged)).toContain("no answer from 10.0.0.7");
  });
});

describe("a cursor that nobody was given", () => {
  it.each(["tools/list", "prompts/list", "resources/list", "resources/templates/list"])(
    "is -32602 in %s, instead of the first page once more",
    async (method) => {
      const { before, now } = await ask(method, { cursor: "made-up" });

      for (const { error } of [before, now]) expect(error?.code).toBe(-32_602);
    },
  );
});

describe("prompts", () => {
  const text = async (name: string, args: Record<string, string>, session: Session = {}) => {
    const { now } = await ask("prompts/get", { name, arguments: args }, session);
    const [message] = (now.result?.messages ?? []) as { content: { text: string } }[];
    return message?.content.text ?? JSON.stringify(now.error);
  };

  it("are listed with their arguments, in both eras", async () => {
    const { before, now } = await ask("prompts/list");

    for (const { result } of [before, now]) {
      expect(result?.prompts).toEqual(offeredPrompts({}, all));
    }
    expect(now.result).toMatchObject({ cacheScope: "private", ttlMs: expect.any(Number) });
  });

  it("do not ask for what the session is confined to", () => {
    const names = offeredPrompts(checkout, all).flatMap((prompt) => prompt.arguments.map(({ name }) => name));

    expect(names).not.toContain("organizationSlug");
    expect(names).not.toContain("projectSlug");
    const asked = { name: "triage_new_issues", arguments: { organizationSlug: "umbra" } };
    expect(writePrompt(asked, checkout, all)).toMatchObject({
      text: expect.stringContaining("in the project checkout of the organization acme"),
    });
  });

  it.each<[string, Session]>([
    ["default", {}],
    ["default", { readOnly: true }],
    ["full", {}],
    ["full", { skills: ["inspect"] }],
    ["full", { skills: ["project-management"] }],
    ["basic", {}],
  ])("name only tools that are on the client's list, in a session of %s %j", async (toolset, grant) => {
    const session: Session = { ...grant, toolset: toolset as ToolsetId };
    const args = { organizationSlug: "acme", issue: "CHECKOUT-1", release: "checkout@1.9.0" };
    const listed = (await ask("tools/list", {}, session)).now.result?.tools?.map(({ name }) => name) ?? [];
    const { now } = await ask("prompts/list", {}, session);

    for (const { name } of listIn<{ name: string }>(now, "prompts")) {
      const written = await text(name, args, session);

      const named = new Set(written.match(/\b(?:search|get|update|find|add|analyze|read|execute)_[a-z_]+/g));
      const passedOn = new Set([...written.matchAll(/(\w+) is called with/g)].map(([, tool]) => tool));
      expect(named.size, name).toBeGreaterThan(0);
      expect([...named].filter((tool) => !listed.includes(tool) && !passedOn.has(tool)), name).toEqual([]);
    }
  });

  it("are not offered, nor written, where the session lacks the tools for them", async () => {
    for (const session of [{ toolset: "basic" }, { skills: ["project-management"] }] satisfies Session[]) {
      expect((await ask("prompts/list", {}, session)).now.result?.prompts).toEqual([]);
      expect(await text("fix_issue", { issue: "CHECKOUT-1" }, session)).toMatch(/-32602.*has none/);
    }
  });

  it("say how a tool is called that is not on the list", async () => {
    expect(await text("incident_summary", { issue: "CHECKOUT-1" })).toMatch(
      /get_issue_activity is called with read_sentry_tool\. get_issue_tag_values is called with/,
    );
    expect(await text("incident_summary", { issue: "CHECKOUT-1" }, { toolset: "full" })).not.toMatch(
      /is called with/,
    );
  });

  it("speak of a change only where the session may make one", async () => {
    const args = { organizationSlug: "acme" };

    expect(await text("clean_up_issues", args)).toMatch(/before I have agreed; then use update_issue/);
    expect(await text("clean_up_issues", args, { readOnly: true })).toMatch(/Change nothing\.$/);
  });

  it("take an argument as one line, and none that is longer than anything meant", async () => {
    expect(await text("fix_issue", { issue: "CHECKOUT-1\n\n```\nand more" })).toContain(
      "Sentry issue CHECKOUT-1 ``` and more.",
    );
    expect(await text("fix_issue", { issue: "x".repeat(1001) })).toMatch(
      /-32602.*issue: at most 1000 characters/,
    );
  });

  it("are written with what was given", async () => {
    const { now } = await ask("prompts/get", {
      name: "fix_issue",
      arguments: { issue: "CHECKOUT-1", organizationSlug: "acme" },
    });

    expect(now.result?.messages).toEqual([
      {
        role: "user",
        content: {
          type: "text",
          text: expect.stringContaining("Sentry issue CHECKOUT-1 of the organization acme"),
        },
      },
    ]);
  });

  it.each([
    ["of an unknown name", "no_such_prompt", {}, /Unknown prompt/],
    ["without a needed argument", "review_release", { organizationSlug: "acme" }, /needs release/],
  ])("%s are -32602", async (_what, name, args, message) => {
    const { before, now } = await ask("prompts/get", { name, arguments: args });

    for (const { error } of [before, now]) {
      expect(error?.code).toBe(-32602);
      expect(error?.message).toMatch(message);
    }
  });
});

describe("resources", () => {
  const uris = async (session: Session) => {
    const [list, templates] = await Promise.all([
      ask("resources/list", {}, session),
      ask("resources/templates/list", {}, session),
    ]);
    return {
      whole: listIn<{ uri: string }>(list.now, "resources").map(({ uri }) => uri),
      templates: listIn<{ uriTemplate: string }>(templates.now, "resourceTemplates")
        .map(({ uriTemplate }) => uriTemplate),
    };
  };

  it("have templates, with the constraint filled in; what that makes whole is a resource", async () => {
    expect(await uris({})).toEqual({
      whole: [],
      templates: [
        "sentry://organizations/{organizationSlug}",
        "sentry://organizations/{organizationSlug}/projects/{projectSlug}",
        "sentry://organizations/{organizationSlug}/issues/{shortId}",
        "sentry://organizations/{organizationSlug}/traces/{traceId}",
        "sentry://organizations/{organizationSlug}/releases/{version}",
      ],
    });
    expect((await uris({ constraint: acme })).whole).toEqual(["sentry://organizations/acme"]);
    expect(await uris({ constraint: checkout })).toEqual({
      whole: ["sentry://organizations/acme/projects/checkout"],
      templates: ["issues/{shortId}", "traces/{traceId}", "releases/{version}"].map((path) =>
        `sentry://organizations/acme/${path}`
      ),
    });
  });

  it("are offered only where the session has the tool that reads them", async () => {
    expect((await uris({ skills: ["project-management"] })).templates).toEqual([
      "sentry://organizations/{organizationSlug}",
    ]);
  });

  it("name only tools that exist", () => {
    const known = new Set(TOOLS.map(({ name }) => name));
    for (const { uriTemplate } of offeredResources({}, everything).templates) {
      expect(known.has(readingOf(uriTemplate.replace(/\{\w+\}/g, "x"), {})?.tool ?? "")).toBe(true);
    }
  });

  it.each([
    ["sentry://organizations/acme", "checkout"],
    ["sentry://organizations/acme/projects/checkout", "CHECKOUT-1"],
    ["sentry://organizations/acme/issues/CHECKOUT-1", "PaymentNotStarted"],
    ["sentry://organizations/acme/traces/7e577e577e577e577e577e577e577e57", "ui.action.click"],
    ["sentry://organizations/acme/releases/checkout%401.9.0", "checkout@1.9.0"],
  ])("are read: %s", async (uri, says) => {
    const { before, now } = await ask("resources/read", { uri });

    for (const { result, error } of [before, now]) {
      expect(error).toBeUndefined();
      expect(result?.contents).toEqual([{
        uri,
        mimeType: "text/markdown",
        text: expect.stringContaining(says),
      }]);
    }
  });

  it.each([
    ["sentry://organizations/acme/nothing/1"],
    ["sentry://organizations/acme/issues/NOPE-1"],
    ["sentry://organizations/"],
    ["file:///etc/passwd"],
    ["sentry://organizations/acme/issues/%E0%A4%A"],
  ])("that do not exist are -32602 with their address: %s", async (uri) => {
    const { before, now } = await ask("resources/read", { uri });

    for (const { error } of [before, now]) expect(error).toMatchObject({ code: -32602, data: { uri } });
  });

  it("are a user's own to whoever keeps them, and Apps everybody's (2026-07-28, Caching)", async () => {
    const scopes = await Promise.all(
      ["sentry://organizations/acme", "ui://sentry/issue-frequency"].map(async (uri) =>
        (await ask("resources/read", { uri })).now.result
      ),
    );

    expect(scopes).toMatchObject([
      { cacheScope: "private", ttlMs: expect.any(Number) },
      { cacheScope: "public", ttlMs: expect.any(Number) },
    ]);
  });

  it("are not called missing where Sentry is: that is -32603", async () => {
    const sentry = { rewrite: () => "no list of issues" };
    const { before, now } = await ask("resources/read", { uri: "sentry://organizations/acme" }, { sentry });

    for (const { error } of [before, now]) expect(error).toMatchObject({ code: -32603 });
  });

  it.each([
    ["sentry://organizations/umbra", acme],
    ["sentry://organizations/umbra/issues/VAULT-1", acme],
    ["sentry://organizations/umbra/projects/checkout", checkout],
    ["sentry://organizations/acme/projects/storefront", checkout],
    ["sentry://organizations/acme/issues/STOREFRONT-1", checkout],
    [`sentry://organizations/umbra/traces/${"7e57".repeat(8)}`, acme],
  ])("of another place are not there for a confined session: %s", async (uri, constraint) => {
    const { before, now } = await ask("resources/read", { uri }, { constraint });

    for (const { error } of [before, now]) {
      expect(error).toMatchObject({
        code: -32602,
        message: expect.stringContaining("outside this session"),
        data: { uri },
      });
    }
  });

  it.each(["tools/list", "prompts/list", "resources/list", "resources/templates/list"])(
    "and all else are listed on one page: a cursor is -32602 (%s)",
    async (method) => {
      const { before, now } = await ask(method, { cursor: "next" });
      const blank = await ask(method, { cursor: "" });

      for (const { error } of [before, now]) expect(error).toMatchObject({ code: -32602 });
      for (const { error } of [blank.before, blank.now]) expect(error).toBeUndefined();
    },
  );
});

describe("completion", () => {
  const RELEASE = "sentry://organizations/{organizationSlug}/releases/{version}";
  const of = (ref: string, name: string, value = "", args: Record<string, string> = {}) => ({
    ref: ref.includes(":") ? { type: "ref/resource", uri: ref } : { type: "ref/prompt", name: ref },
    argument: { name, value },
    context: { arguments: args },
  });
  const valuesIn = ({ result }: Answer) => (result?.completion as { values: string[] } | undefined)?.values;

  it.each<[string, string, string, Record<string, string>, Session, string[]]>([
    ["triage_new_issues", "organizationSlug", "", {}, {}, ["acme", "bergwerk", "umbra"]],
    ["triage_new_issues", "organizationSlug", "BERG", {}, {}, ["bergwerk"]],
    ["triage_new_issues", "organizationSlug", "", {}, { constraint: acme }, []],
    ["triage_new_issues", "projectSlug", "check", { organizationSlug: "acme" }, {}, ["checkout"]],
    ["triage_new_issues", "projectSlug", "", { organizationSlug: "umbra" }, { constraint: acme }, []],
    ["triage_new_issues", "period", "2", {}, {}, ["24h"]],
    ["fix_issue", "issue", "check", { organizationSlug: "acme" }, { isLive: async () => false }, []],
    ["fix_issue", "issue", "bohrer", { organizationSlug: "acme" }, {}, []],
    ["fix_issue", "period", "2", {}, {}, []],
    ["review_release", "release", "checkout@1.9", { organizationSlug: "acme" }, {}, ["checkout@1.9.0"]],
    [RELEASE, "version", "storefront@2.3", { organizationSlug: "acme" }, {}, ["storefront@2.3.0"]],
    [
      RELEASE.replace("{organizationSlug}", "acme"),
      "version",
      "@1.8",
      {},
      { constraint: checkout },
      ["checkout@1.8.1", "checkout@1.8.0"],
    ],
    ["fix_issue", "anything", "", {}, {}, []],
    ["fix_issue", "constructor", "", {}, {}, []],
  ])("for %s of %s %j with %j", async (ref, name, value, args, session, values) => {
    const { before, now } = await ask("completion/complete", of(ref, name, value, args), session);

    for (const answer of [before, now]) expect(valuesIn(answer)).toEqual(values);
  });

  it("of an issue gives short ids that begin so", async () => {
    const params = of("fix_issue", "issue", "checkout-1", { organizationSlug: "acme" });
    const values = valuesIn((await ask("completion/complete", params)).now) ?? [];

    expect(values).toContain("CHECKOUT-1");
    expect(values.every((id) => id.startsWith("CHECKOUT-1"))).toBe(true);
  });

  it("takes the only organization there is where none was filled in", async () => {
    const values = async (user: "ada" | "grace") =>
      valuesIn((await ask("completion/complete", of("fix_issue", "issue"), { sentry: { user } })).now);

    expect(await values("grace")).toContain("STOREFRONT-1");
    expect(await values("ada")).toEqual([]);
  });

  it.each(
    [
      ["an unknown prompt", of("no_such_prompt", "issue", "", acme), {}],
      ["an unknown template", of("file:///{shortId}", "shortId", "", acme), {}],
      ["a prompt that the session lacks", of("fix_issue", "issue", "", acme), {
        skills: ["project-management"],
      }],
    ] satisfies [string, object, Session][],
  )("for %s has no values", async (_what, params, session) => {
    const { before, now } = await ask("completion/complete", { ...params }, session);

    for (const answer of [before, now]) expect(valuesIn(answer)).toEqual([]);
  });

  it("of no value is -32602", async () => {
    const params = { ...of("fix_issue", "issue"), argument: { name: "issue" } };
    const { before, now } = await ask("completion/complete", params);

    for (const { error } of [before, now]) expect(error?.code).toBe(-32602);
  });

  it("gives a hundred values and says that there are more (Completion, Response)", async () => {
    const many = Array.from({ length: 101 }, (_, index) => ({ id: `${index}`, slug: `web-${index}` }));
    const session = { sentry: { rewrite: (json: unknown) => (Array.isArray(json) ? many : json) } };
    const args = { organizationSlug: "acme" };

    const { now } = await ask(
      "completion/complete",
      of("triage_new_issues", "projectSlug", "", args),
      session,
    );
    const few = await ask("completion/complete", of("triage_new_issues", "projectSlug", "", args));

    expect(valuesIn(now)).toHaveLength(100);
    expect(now.result?.completion).toMatchObject({ hasMore: true });
    expect(few.now.result?.completion).toMatchObject({ hasMore: false });
  });
});

describe("instructions", () => {
  const said = async (session: Session) =>
    String((await ask("server/discover", {}, session)).now.result?.instructions);

  it("name only tools that are on the client's list", async () => {
    expect(await said({})).toContain("Give get_issue_details the link");
    expect(await said({ toolset: "basic" })).toContain("Give get_issue the link");
    expect(await said({ skills: ["project-management"] })).not.toMatch(/get_issue|Search/);
  });

  it("say when nothing can be changed", async () => {
    expect(await said({ readOnly: true })).toContain("may only read");
    expect(await said({})).not.toContain("may only read");
  });
});

describe("links in results", () => {
  const call = { name: "get_issue_details", arguments: { organizationSlug: "acme", issueId: "CHECKOUT-1" } };
  const linksIn = (answer: Answer) =>
    (answer.result?.content ?? []).flatMap((part) => ("uri" in part ? String(part.uri) : []));

  it("lead to what the answer mentions, and every one can be read", async () => {
    const { now } = await ask("tools/call", call);

    const uris = linksIn(now);

    expect(uris).toEqual([
      expect.stringMatching(/^sentry:\/\/organizations\/acme\/traces\/[\da-f]{32}$/),
      "sentry://organizations/acme/releases/checkout%401.9.0",
    ]);
    for (const uri of uris) {
      const read = await ask("resources/read", { uri });
      expect(read.now.result?.contents).toMatchObject([{ uri, mimeType: "text/markdown" }]);
    }
  });

  it("do not lead to a version that Sentry has no address for", async () => {
    const rewrite = (json: unknown): unknown =>
      JSON.parse(JSON.stringify(json).replaceAll("checkout@1.9.0", "checkout/1.9.0"));

    const { now } = await ask("tools/call", call, { sentry: { rewrite } });

    expect(now.result?.content?.[0]?.text).toContain("release `checkout/1.9.0`");
    expect(linksIn(now)).toEqual([expect.stringContaining("/traces/")]);
  });

  it.each([["2025-11-25", true], ["2025-06-18", true], ["2025-03-26", false]])(
    "are kept from clients that do not know them (2025-06-18, Tools, Resource Links): %s",
    async (version, known) => {
      const send = await open();
      const begun = await send(initialize(version));
      const session = { "mcp-session-id": begun.headers.get("mcp-session-id") ?? "" };

      const answer = await answerOf(
        await send(rpc("tools/call", call), { ...session, "mcp-protocol-version": version }),
      );

      expect(answer.result?.content?.some(({ type }) => type === "resource_link")).toBe(known);
    },
  );
});
