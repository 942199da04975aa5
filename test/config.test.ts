import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, parseConfig, type Platform } from "../src/config.ts";

const KEY = "k".repeat(32);
const local: Platform = {
  sandbox: true,
  listens: true,
  localKey: () => KEY,
  stores: ["sqlite", "redis", "upstash", "memory"],
};
const cloud: Platform = { sandbox: false, listens: false, stores: ["durable-object", "memory"] };
const production = {
  BASE_URL: "https://mcp.example.com",
  SENTRY_CLIENT_ID: "id",
  SENTRY_CLIENT_SECRET: "secret",
  ENCRYPTION_KEY: KEY,
};

describe("parseConfig()", () => {
  it("needs nothing on loopback: a sandbox, a local key, a private bind", () => {
    const config = parseConfig({}, local);

    expect(config).toMatchObject({
      baseUrl: "http://localhost:3000",
      loopback: true,
      host: "127.0.0.1",
      encryptionKeys: [KEY],
      signingKeys: [KEY],
    });
    expect(config.sentry.clientId).toBeUndefined();
  });

  it("follows PORT in the default base URL, and takes an empty variable as absent", () => {
    expect(parseConfig({ PORT: "8080", BASE_URL: " " }, local).baseUrl).toBe("http://localhost:8080");
  });

  it("wants client, secret and key in production, and names all three at once", () => {
    expect(problems({ BASE_URL: "https://mcp.example.com" }, local)).toEqual([
      expect.stringMatching(/^SENTRY_CLIENT_ID: expected/),
      expect.stringMatching(/^ENCRYPTION_KEY: expected at least 32 characters/),
    ]);
    expect(problems({ ...production, SENTRY_CLIENT_SECRET: "" }, local)).toEqual([
      expect.stringMatching(/^SENTRY_CLIENT_SECRET: expected/),
    ]);
  });

  it("wants a client where no sandbox can be served, loopback or not", () => {
    expect(problems({ ENCRYPTION_KEY: KEY }, cloud)).toEqual([expect.stringMatching(/^SENTRY_CLIENT_ID/)]);
  });

  it("lets SENTRY_URL win over SENTRY_HOST and keeps its path prefix", () => {
    const env = {
      ...production,
      SENTRY_HOST: "other.example",
      SENTRY_URL: "https://sentry.example.com/prefix/",
    };

    expect(parseConfig(env, cloud).sentry.url).toBe("https://sentry.example.com/prefix");
    expect(parseConfig({ ...env, SENTRY_URL: "" }, cloud).sentry.url).toBe("https://other.example");
    expect(parseConfig(production, cloud).sentry.url).toBe("https://sentry.io");
  });

  it("reads key rings, scopes and lists separated by commas", () => {
    const config = parseConfig({
      ...production,
      ENCRYPTION_KEY: `${KEY},${"o".repeat(40)}`,
      SENTRY_SCOPES: "org:read,event:write",
      ALLOWED_ORIGINS: "https://a.example, https://b.example",
    }, cloud);

    expect(config.encryptionKeys).toEqual([KEY, "o".repeat(40)]);
    expect(config.sentry.scopes).toEqual(["org:read", "event:write"]);
    expect(config.allowedOrigins).toEqual(["https://a.example", "https://b.example"]);
  });

  it.each([
    ["http to a Sentry that is not on loopback", { SENTRY_URL: "http://sentry.internal" }, "SENTRY_URL"],
    ["a base URL over http", { BASE_URL: "http://mcp.example.com" }, "BASE_URL"],
    ["a base URL with a path", { BASE_URL: "https://mcp.example.com/x" }, "BASE_URL"],
    ["a port that is none", { PORT: "70000" }, "PORT"],
    ["a lifetime over its bound", { ACCESS_TOKEN_TTL_SECONDS: "3601" }, "ACCESS_TOKEN_TTL_SECONDS"],
    ["an address where a host name belongs", { SENTRY_HOST: "https://sentry.example.com" }, "SENTRY_HOST"],
    ["a short key in a ring", { ENCRYPTION_KEY: `${KEY},short` }, "ENCRYPTION_KEY"],
    ["an origin with a path", { ALLOWED_ORIGINS: "https://a.example/x" }, "ALLOWED_ORIGINS"],
    ["a flag that is neither on nor off", { SENTRY_BEARER: "maybe" }, "SENTRY_BEARER"],
    ["a rate limit of none", { RATE_LIMIT_PER_MINUTE: "0" }, "RATE_LIMIT_PER_MINUTE"],
    ["an idle life longer than the absolute one", {
      REFRESH_IDLE_SECONDS: "9000",
      REFRESH_ABSOLUTE_SECONDS: "8000",
    }, "REFRESH_IDLE_SECONDS"],
  ])("refuses %s", (_, env, variable) => {
    expect(problems({ ...production, ...env }, cloud)).toEqual([
      expect.stringMatching(new RegExp(`^${variable}: `)),
    ]);
  });

  describe("with one Sentry token for all (SENTRY_AUTH_TOKEN)", () => {
    const shared = { SENTRY_AUTH_TOKEN: "sntryu_token", MCP_API_KEY: "k".repeat(16) };

    it("needs no client, no encryption key, and no https", () => {
      const env = { ...shared, BASE_URL: "http://mcp.internal:3000", HOST: "0.0.0.0" };

      expect(parseConfig(env, cloud)).toMatchObject({
        baseUrl: "http://mcp.internal:3000",
        encryptionKeys: [],
        shared: { sentryToken: "sntryu_token", apiKey: shared.MCP_API_KEY },
      });
      expect(parseConfig({ ...shared, SENTRY_URL: "https://sentry.internal" }, local).sentry.url).toBe(
        "https://sentry.internal",
      );
    });

    it.each<Record<string, string>>([{ SENTRY_CLIENT_ID: "id", SENTRY_CLIENT_SECRET: "secret" }, {
      SENTRY_CLIENT_SECRET: "secret",
    }])(
      "refuses to sign people in as well: %j",
      (client) => {
        expect(problems({ ...shared, ...client }, local)).toEqual([
          expect.stringMatching(/^SENTRY_AUTH_TOKEN: expected no SENTRY_CLIENT_ID/),
        ]);
      },
    );

    it.each<[string, Record<string, string>, Platform]>([
      ["on a public address", { HOST: "0.0.0.0" }, local],
      ["on a public IPv6 address", { HOST: "::" }, local],
      ["behind a public name", { BASE_URL: "https://mcp.example.com" }, local],
      ["where the platform publishes it", {}, cloud],
    ])("wants a key %s, or to be told that there is none", (_name, env, platform) => {
      const { SENTRY_AUTH_TOKEN } = shared;
      expect(problems({ SENTRY_AUTH_TOKEN, ...env }, platform)).toEqual([
        expect.stringMatching(/^MCP_API_KEY: expected a key/),
      ]);
      expect(problems({ SENTRY_AUTH_TOKEN, ALLOW_UNAUTHENTICATED: "1", ...env }, platform)).toEqual([]);
      expect(problems({ ...shared, ...env }, platform)).toEqual([]);
    });

    it.each(["127.0.0.1", "localhost", "::1"])("needs no key on %s", (HOST) => {
      const { apiKey } = parseConfig({ SENTRY_AUTH_TOKEN: "sntryu_token", HOST }, local).shared ?? {};

      expect(apiKey).toBeUndefined();
    });

    it.each([
      ["a key without the token", { MCP_API_KEY: "k".repeat(16) }, "MCP_API_KEY"],
      ["an open door without the token", { ALLOW_UNAUTHENTICATED: "1" }, "ALLOW_UNAUTHENTICATED"],
      ["a short key", { SENTRY_AUTH_TOKEN: "t", MCP_API_KEY: "short" }, "MCP_API_KEY"],
      [
        "a key that no header can carry",
        { SENTRY_AUTH_TOKEN: "t", MCP_API_KEY: "k k".repeat(9) },
        "MCP_API_KEY",
      ],
      ["a token on two lines", { SENTRY_AUTH_TOKEN: "sntryu\ntoken" }, "SENTRY_AUTH_TOKEN"],
    ])("refuses %s, and repeats neither", (_name, env, variable) => {
      const found = problems(env, local);

      expect(found).toEqual([expect.stringMatching(new RegExp(`^${variable}: `))]);
      for (const secret of Object.values(env)) {
        if (secret !== "1" && secret !== "t") expect(found[0]).not.toContain(secret);
      }
    });
  });

  it("reads the rate limit: a number, off, or 600", () => {
    const limitOf = (RATE_LIMIT_PER_MINUTE: string) =>
      parseConfig({ ...production, RATE_LIMIT_PER_MINUTE }, cloud).rateLimitPerMinute;

    expect([limitOf(""), limitOf("50"), limitOf("off")]).toEqual([600, 50, undefined]);
  });

  it("allows http to a private Sentry when told so", () => {
    const env = { ...production, SENTRY_URL: "http://sentry.internal", SENTRY_INSECURE_HTTP: "1" };

    expect(parseConfig(env, cloud).sentry.url).toBe("http://sentry.internal");
  });

  it("never repeats a secret, however wrong", () => {
    const env = { ...production, ENCRYPTION_KEY: "hunter2", REDIS_URL: "redis://:hunter2@x" };

    expect(problems(env, cloud).join()).not.toContain("hunter2");
  });

  it("lets any host's client documents in only where addresses can be pinned, and none when off", () => {
    const any = { ...production, CIMD_HOSTS: "docs.internal:8443,*" };

    expect(parseConfig(any, { ...cloud, pinsAddresses: true }).cimdHosts).toEqual([
      "docs.internal:8443",
      "*",
    ]);
    expect(problems(any, cloud)).toEqual([expect.stringMatching(/^CIMD_HOSTS: expected host names/)]);
    expect(problems({ ...production, CIMD_HOSTS: "https://a.example" }, cloud)).toHaveLength(1);
    expect(parseConfig({ ...production, CIMD_HOSTS: "off" }, cloud).cimdHosts).toEqual([]);
    expect(parseConfig(production, cloud).cimdHosts).toContain("claude.ai");
    expect(parseConfig({ ...production, CLIENT_REGISTRATION: "off" }, cloud).clientRegistration).toBe(false);
  });

  it("names known variables that do nothing yet", () => {
    expect(parseConfig({ ...production, OPENAI_API_KEY: "x" }, cloud).withoutEffect).toEqual([
      "OPENAI_API_KEY",
    ]);
  });

  it("is described whole by .env.example and by the README's table", () => {
    const source = read("src/config.ts");
    const names = [...source.matchAll(/^  ([A-Z][A-Z_]+):/gm)].map((match) => match[1] ?? "");

    for (const page of [read(".env.example"), read("README.md")]) {
      expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([]);
    }
  });
});

function problems(env: Record<string, string>, platform: Platform): readonly string[] {
  try {
    parseConfig(env, platform);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const read = (file: string) => readFileSync(join(import.meta.dirname, "..", file), "utf8");
