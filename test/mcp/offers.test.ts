import { describe, expect, it } from "vitest";
import { createSealer } from "../../src/lib/seal.ts";
import type { Caller } from "../../src/mcp/caller.ts";
import { createMcp } from "../../src/mcp/mcp.ts";
import { offeredPrompts, writePrompt } from "../../src/mcp/prompts.ts";
import { offeredTemplates, readingOf } from "../../src/mcp/resources.ts";
import { createServers } from "../../src/mcp/server.ts";
import { createSessions } from "../../src/mcp/session.ts";
import { TOOLS } from "../../src/tools/all.ts";
import { CATALOG } from "../../src/tools/catalog.gen.ts";
import { openSession } from "../tools/session.ts";
import { type Answer, answerOf, callerWith, initialize, modern, post, rpc, silent } from "./fixture.ts";

const acme = { organizationSlug: "acme" };
const checkout = { organizationSlug: "acme", projectSlug: "checkout" };

/** A server over the sandbox. */
async function open(grant: Partial<Caller> = {}, log = silent) {
  const { service, credential } = await openSession();
  const { now } = service;
  const sealer = createSealer({ keys: ["k".repeat(32)], issuer: "https://mcp.example", now });
  const deps = { tools: TOOLS, catalog: CATALOG, service, sealer, name: "n", version: "1", now, log };
  const sessions = createSessions({ sealer, now });
  const mcp = createMcp({ createServer: createServers(deps), sessions, log: silent });
  const caller = callerWith({ credential, skills: ["inspect", "triage"], ...grant });
  return (body: unknown, headers: Record<string, string> = {}) =>
    mcp.handle(post({ body, headers }), { caller, toolset: "default", parsedBody: body });
}

/** One request of each era. */
async function ask(method: string, params: Record<string, unknown> = {}, grant: Partial<Caller> = {}) {
  const send = await open(grant);
  const { body, headers } = modern(method, params);
  const [before, now] = await Promise.all([
    send(rpc(method, params)).then(answerOf),
    send(body, { ...headers, ...(typeof params.uri === "string" && { "mcp-name": params.uri }) }).then(
      answerOf,
    ),
  ]);
  return { before, now };
}

describe("parameters of the wrong shape", () => {
  it.each<[method: string, params: Record<string, unknown>, where: string]>([
    ["prompts/list", { cursor: {} }, "params.cursor"],
    ["prompts/get", {}, "params.name"],
    ["prompts/get", { name: "fix_issue", arguments: { issue: 5 } }, "params.arguments.issue"],
    ["resources/read", { uri: 5 }, "params.uri"],
    ["completion/complete", { argument: { name: "issue", value: "" } }, "params.ref"],
    ["tools/list", { cursor: 5 }, "params.cursor"],
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
  it("are listed with their arguments, in both eras", async () => {
    const { before, now } = await ask("prompts/list");

    for (const { result } of [before, now]) {
      expect(result?.prompts).toEqual(offeredPrompts({}));
    }
    expect(now.result).toMatchObject({ cacheScope: "private", ttlMs: expect.any(Number) });
  });

  it("do not ask for what the session is confined to", () => {
    const names = offeredPrompts(checkout).flatMap((prompt) => prompt.arguments.map(({ name }) => name));

    expect(names).not.toContain("organizationSlug");
    expect(names).not.toContain("projectSlug");
    expect(writePrompt("triage_new_issues", { organizationSlug: "umbra" }, checkout)).toMatchObject({
      text: expect.stringContaining("of the project checkout in the organization acme"),
    });
  });

  it("name only tools that exist", () => {
    const args = {
      organizationSlug: "acme",
      projectSlug: "checkout",
      issue: "CHECKOUT-1",
      release: "checkout@1.9.0",
    };
    const known = new Set(TOOLS.map(({ name }) => name));

    for (const { name } of offeredPrompts({})) {
      const written = writePrompt(name, args, {});
      const text = "text" in written ? written.text : "";
      const named = text.match(/\b(?:search|get|update|find|add|analyze)_[a-z_]+/g) ?? [];
      expect(named.length, name).toBeGreaterThan(0);
      expect(named.filter((tool) => !known.has(tool)), name).toEqual([]);
    }
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
  it("have templates, with the constraint filled in", () => {
    expect(offeredTemplates({}).map(({ uriTemplate }) => uriTemplate)).toEqual([
      "sentry://organizations/{organizationSlug}",
      "sentry://organizations/{organizationSlug}/projects/{projectSlug}",
      "sentry://organizations/{organizationSlug}/issues/{shortId}",
      "sentry://organizations/{organizationSlug}/traces/{traceId}",
      "sentry://organizations/{organizationSlug}/releases/{version}",
    ]);
    expect(offeredTemplates(checkout).map(({ uriTemplate }) => uriTemplate)).toContain(
      "sentry://organizations/acme/projects/checkout",
    );
  });

  it("name only tools that exist", () => {
    const known = new Set(TOOLS.map(({ name }) => name));
    for (const { uriTemplate } of offeredTemplates({})) {
      expect(known.has(readingOf(uriTemplate.replace(/\{\w+\}/g, "x"))?.tool ?? "")).toBe(true);
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

  it("of another organization stay out of a confined session", async () => {
    const { now } = await ask("resources/read", { uri: "sentry://organizations/umbra/issues/VAULT-1" }, {
      constraint: acme,
    });

    expect(JSON.stringify(now)).not.toContain("CANARY");
  });
});

describe("completion", () => {
  const of = (name: string, value: string, args: Record<string, string> = {}) => ({
    ref: { type: "ref/prompt", name: "triage_new_issues" },
    argument: { name, value },
    context: { arguments: args },
  });

  it.each<[string, string, Record<string, string>, Partial<Caller>, string[]]>([
    ["organizationSlug", "", {}, {}, ["acme", "bergwerk", "umbra"]],
    ["organizationSlug", "berg", {}, {}, ["bergwerk"]],
    ["organizationSlug", "", {}, { constraint: acme }, ["acme"]],
    ["projectSlug", "check", { organizationSlug: "acme" }, {}, ["checkout"]],
    ["projectSlug", "", {}, { constraint: checkout }, ["checkout"]],
    ["projectSlug", "", { organizationSlug: "umbra" }, { constraint: acme }, []],
    ["period", "2", {}, {}, ["24h"]],
    ["issue", "check", { organizationSlug: "acme" }, { isLive: async () => false }, []],
    ["anything", "", {}, {}, []],
    ["constructor", "", {}, {}, []],
  ])("of %s %j with %j", async (name, value, args, grant, values) => {
    const { before, now } = await ask("completion/complete", of(name, value, args), grant);

    for (const { result } of [before, now]) expect(result?.completion).toMatchObject({ values });
  });

  it("of an issue gives short ids that begin so", async () => {
    const { now } = await ask("completion/complete", of("issue", "checkout-1", { organizationSlug: "acme" }));

    const completion = now.result?.completion as { values: string[] } | undefined;
    const values = completion?.values ?? [];
    expect(values).toContain("CHECKOUT-1");
    expect(values.every((id) => id.startsWith("CHECKOUT-1"))).toBe(true);
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
