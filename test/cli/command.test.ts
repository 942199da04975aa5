import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Command, readCommand } from "../../src/cli/command.ts";
import { VERSION } from "../../src/lib/version.ts";

const TOKEN = "sntryu_0123456789abcdef0123456789abcdef";
const ENV = { SENTRY_ACCESS_TOKEN: TOKEN };
const ALL_SKILLS = ["inspect", "seer", "triage", "project-management"];

describe("readCommand()", () => {
  it("serves sentry.io with all skills when there is nothing but a token", () => {
    expect(settings([], ENV)).toEqual({
      token: TOKEN,
      sentry: { url: "https://sentry.io", regionUrls: [] },
      constraint: {},
      skills: ALL_SKILLS,
      readOnly: false,
      toolset: "default",
      logLevel: "warn",
    });
  });

  const accepted: [line: string, settings: object][] = [
    ["stdio", {}],
    ["--access-token=abc", { token: "abc" }],
    ["--access-token abc", { token: "abc" }],
    ["--access-token abc --access-token def", { token: "def" }],
    ["--host sentry.example.com:9000", {
      sentry: { url: "https://sentry.example.com:9000", regionUrls: [] },
    }],
    ["--host sentry.local --insecure-http", { sentry: { url: "http://sentry.local", regionUrls: [] } }],
    ["--url=https://example.com/sentry/", { sentry: { url: "https://example.com/sentry", regionUrls: [] } }],
    ["--url http://localhost:9000", { sentry: { url: "http://localhost:9000", regionUrls: [] } }],
    ["--url http://sentry.local --insecure-http", { sentry: { url: "http://sentry.local", regionUrls: [] } }],
    ["--url https://a.example --host b.example", { sentry: { url: "https://a.example", regionUrls: [] } }],
    [
      "--region-url https://eu.example --region-url https://us.example",
      { sentry: { url: "https://sentry.io", regionUrls: ["https://eu.example", "https://us.example"] } },
    ],
    ["--organization-slug acme", { constraint: { organizationSlug: "acme" } }],
    [
      "stdio --organization-slug acme --project-slug=checkout",
      { constraint: { organizationSlug: "acme", projectSlug: "checkout" } },
    ],
    ["--skills triage,inspect", { skills: ["inspect", "triage"] }],
    ["--skills inspect,docs", { skills: ["inspect"] }],
    ["--skills inspect --all-skills", { skills: ALL_SKILLS }],
    ["--disable-skills seer,triage", { skills: ["inspect", "project-management"] }],
    ["--readonly", { readOnly: true }],
    ["--toolset full", { toolset: "full" }],
  ];
  for (const [line, expected] of accepted) {
    it(`takes ${line}`, () => {
      expect(settings(line.split(" "), ENV)).toMatchObject(expected);
    });
  }

  const variables: [env: Record<string, string>, settings: object][] = [
    [{ SENTRY_AUTH_TOKEN: "abc" }, { token: "abc" }],
    [{ SENTRY_ACCESS_TOKEN: "def", SENTRY_AUTH_TOKEN: "abc" }, { token: "def" }],
    [{ SENTRY_HOST: "sentry.example.com" }, { sentry: { url: "https://sentry.example.com" } }],
    [{ SENTRY_HOST: "a.example", SENTRY_URL: "https://b.example/x" }, {
      sentry: { url: "https://b.example/x" },
    }],
    [{ SENTRY_HOST: "a.example", SENTRY_INSECURE_HTTP: "1" }, { sentry: { url: "http://a.example" } }],
    [{ SENTRY_INSECURE_HTTP: "1" }, { sentry: { url: "https://sentry.io" } }],
    [{ SENTRY_REGION_URLS: "https://eu.example" }, { sentry: { regionUrls: ["https://eu.example"] } }],
    [
      { SENTRY_ORGANIZATION_SLUG: "acme", SENTRY_PROJECT_SLUG: "checkout" },
      { constraint: { organizationSlug: "acme", projectSlug: "checkout" } },
    ],
    [{ MCP_SKILLS: "inspect", MCP_DISABLE_SKILLS: "seer" }, { skills: ["inspect"] }],
    [{ TOOLSET: "basic", LOG_LEVEL: "debug" }, { toolset: "basic", logLevel: "debug" }],
    [{ SENTRY_HOST: " ", MCP_SKILLS: "" }, { sentry: { url: "https://sentry.io" }, skills: ALL_SKILLS }],
  ];
  for (const [env, expected] of variables) {
    it(`reads ${JSON.stringify(env)}`, () => {
      expect(settings([], { SENTRY_AUTH_TOKEN: TOKEN, ...env })).toMatchObject(expected);
    });
  }

  const precedence: [line: string, env: Record<string, string>, settings: object][] = [
    ["--access-token abc", ENV, { token: "abc" }],
    ["--host a.example", { SENTRY_URL: "https://b.example" }, { sentry: { url: "https://a.example" } }],
    ["--url https://a.example", { SENTRY_HOST: "b.example" }, { sentry: { url: "https://a.example" } }],
    ["--skills triage", { MCP_SKILLS: "inspect" }, { skills: ["triage"] }],
    ["--all-skills", { MCP_SKILLS: "inspect" }, { skills: ALL_SKILLS }],
    ["--disable-skills seer", { MCP_DISABLE_SKILLS: "inspect" }, {
      skills: ["inspect", "triage", "project-management"],
    }],
    ["--organization-slug a", { SENTRY_ORGANIZATION_SLUG: "b" }, { constraint: { organizationSlug: "a" } }],
    ["--toolset full", { TOOLSET: "basic" }, { toolset: "full" }],
  ];
  for (const [line, env, expected] of precedence) {
    it(`lets ${line} count more than ${Object.keys(env).join()}`, () => {
      expect(settings(line.split(" "), { ...ENV, ...env })).toMatchObject(expected);
    });
  }

  const refused: [line: string, says: RegExp][] = [
    ["--nonsense", /^ {2}Unknown flag --nonsense$[\s\S]*Usage: /m],
    ["-x", /Unknown flag -x[\s\S]*Usage: /],
    ["-help", /Unknown flag -help/],
    ["http", /1 word\(s\) that belong to none[\s\S]*Usage: /],
    ["--host", /--host: expected a value, name/],
    ["--host= --readonly", /--host: expected a value, name/],
    ["--access-token --readonly", /--access-token: expected a value/],
    ["--readonly=0", /--readonly: expected no value/],
    ["--host https://sentry.example.com", /--host: expected a host name .* use --url/],
    ["--url sentry.example.com", /--url: expected an http or https URL/],
    ["--url http://sentry.example.com", /--url: expected https, .*--insecure-http/],
    ["--url HTTP://sentry.example.com", /--url: expected https, .*--insecure-http/],
    ["--region-url http://eu.example", /--region-url: expected https/],
    ["--insecure-http", /--insecure-http: expected --host/],
    ["--insecure-http --host us.sentry.io", /--insecure-http: expected --host/],
    ["--insecure-http --url https://a.example", /--insecure-http: expected --host/],
    ["--organization-slug a/b", /--organization-slug: expected a slug/],
    ["--project-slug checkout", /--project-slug: expected --organization-slug beside it/],
    ["--skills inspekt", /--skills: expected any of inspect, .*got "inspekt"/],
    ["--skills docs", /--skills: expected to leave a skill/],
    [
      "--disable-skills inspect,seer,triage,project-management",
      /--disable-skills: expected to leave a skill/,
    ],
    ["--toolset all", /--toolset: expected one of default, full, basic, got "all"/],
  ];
  for (const [line, says] of refused) {
    it(`refuses ${line}`, () => {
      expect(readCommand(line.split(" "), ENV)).toEqual({
        kind: "refuse",
        text: expect.stringMatching(says),
      });
    });
  }

  it("says everything that is wrong at once, and names the variable where it was one", () => {
    const command = readCommand(["--host", "https://x"], { MCP_SKILLS: "none", TOOLSET: "?" });

    expect(textOf(command).split("\n").slice(0, 5)).toEqual([
      "Cannot start: 4 setting(s) need attention",
      expect.stringMatching(/^ {2}--host: /),
      expect.stringMatching(/^ {2}MCP_SKILLS: /),
      expect.stringMatching(/^ {2}TOOLSET: /),
      expect.stringMatching(/^ {2}SENTRY_ACCESS_TOKEN: /),
    ]);
  });

  it("says where to make a token and which scopes the skills need, when there is none", () => {
    const line = ["--url", "https://example.com/sentry", "--skills", "inspect,triage"];

    expect(textOf(readCommand(line, {}))).toContain(
      "SENTRY_ACCESS_TOKEN: expected a Sentry token, from https://example.com/sentry/settings/account/api/auth-tokens/ " +
        "with the scopes org:read, project:read, team:read, event:read, event:write",
    );
    expect(textOf(readCommand([...line, "--readonly"], {}))).not.toContain(":write");
  });

  it("says that signing in is not there yet, and how to go on", () => {
    for (const word of ["login", "logout", "status"]) {
      expect(readCommand(["auth", word], ENV)).toEqual({
        kind: "refuse",
        text: expect.stringMatching(/not there yet[\s\S]*SENTRY_ACCESS_TOKEN/),
      });
    }
  });

  it("prints its version and its flags, whatever else is said", () => {
    for (const flag of ["--version", "-v"]) {
      expect(readCommand(["stdio", flag], {})).toEqual({ kind: "print", text: VERSION });
    }
    for (const flag of ["--help", "-h"]) {
      expect(textOf(readCommand(["--host", "https://x", flag], {}))).toMatch(/--organization-slug <slug>/);
    }
  });

  it("takes what only Sentry's own server does something with, and says so", () => {
    const line = "--mcp-url https://x --sentry-dsn=https://y --openai-base-url https://z --openai-model m " +
      "--anthropic-base-url https://z --anthropic-model m --agent-provider openai --experimental --agent";

    const command = readCommand(line.split(" "), ENV);

    expect(command).toMatchObject({ kind: "serve" });
    expect("notes" in command && command.notes).toHaveLength(9);
    expect("notes" in command && command.notes).toContain("--sentry-dsn has no effect here");
  });

  it("never prints a token, wherever it stands", () => {
    const token = fc.constantFrom(
      TOKEN,
      "0123456789abcdef".repeat(4),
      "sntrys_eyJpYXQiOjE3fQ==_c2VjcmV0c2+jcmV0c2VjcmV0",
    );
    const place = fc.constantFrom(
      "--access-token=",
      "--acces-token=",
      "--host=",
      "--url=https://",
      "--skills=",
      "--sentry-dsn=",
      "",
      "-",
      "--",
    );

    fc.assert(fc.property(token, fc.array(place, { minLength: 1, maxLength: 4 }), (token, places) => {
      const command = readCommand(places.map((place) => `${place}${token}`), {
        SENTRY_HOST: "?",
        TOOLSET: token,
      });

      expect(textOf(command)).not.toContain(token.slice(0, 16));
      expect(textOf(command)).not.toContain(token.slice(-16));
    }));
  });
});

function settings(argv: readonly string[], env: Record<string, string>) {
  const command = readCommand(argv, env);
  return command.kind === "serve" ? command.settings : command;
}

function textOf(command: Command): string {
  return "text" in command ? command.text : command.notes.join("\n");
}
