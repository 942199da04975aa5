import { describe, expect, it } from "vitest";
import { ownOrigins } from "../../src/lib/origins.ts";
import { constraintOfPath } from "../../src/lib/resource-path.ts";
import { isWithin, readResource } from "../../src/oauth/resource.ts";

const config = { baseUrl: "https://mcp.example", loopback: false };

describe("readResource()", () => {
  const cases: [resource: string, path: string][] = [
    ["https://mcp.example/mcp", "/mcp"],
    ["https://mcp.example/mcp/", "/mcp"],
    ["https://mcp.example", "/mcp"],
    ["https://mcp.example/mcp/acme?skills=inspect", "/mcp/acme"],
    ["https://mcp.example/mcp/acme?skills=inspect%2Ctriage&x=/../y", "/mcp/acme"],
    ["https://mcp.example/mcp/acme/?readonly=1", "/mcp/acme"],
    ["https://mcp.example/mcp/acme/checkout/", "/mcp/acme/checkout"],
    ["HTTPS://MCP.example/mcp", "/mcp"],
    ["https://mcp.example/sse/acme", "/sse/acme"],
  ];
  for (const [resource, path] of cases) {
    it(`reads ${resource} as ${path}`, () => expect(readResource([resource], config).path).toBe(path));
  }

  const refused = [
    "https://evil.example/mcp",
    "https://mcp.example.evil/mcp",
    "http://mcp.example/mcp",
    "https://mcp.example:8443/mcp",
    "https://user@mcp.example/mcp",
    "https://mcp.example/mcp#",
    "https://mcp.example/mcp#x",
    "https://mcp.example/mcp?readonly=1#x",
    "https://mcp.example/mcp//",
    "https://mcp.example/other",
    "https://mcp.example/mcp/a/b/c",
    "https://mcp.example/mcp/%2e%2e",
    "https://mcp.example/mcp//b",
    "/mcp",
    "mcp",
  ];
  for (const resource of refused) {
    it(`refuses ${resource} as invalid_target (RFC 8707 §2)`, () => {
      expect(() => readResource([resource], config)).toThrow(
        expect.objectContaining({ code: "invalid_target" }),
      );
    });
  }

  it("stands for everything when there is none, as for 2025-03-26 clients", () => {
    expect(readResource([], config)).toEqual({ path: "/mcp", constraint: {} });
    expect(readResource([""], config)).toEqual({ path: "/mcp", constraint: {} });
  });

  it("takes one resource, also when it is named twice, and not two", () => {
    const [one, two] = ["https://mcp.example/mcp/a", "https://mcp.example/mcp/b"] as const;

    expect(readResource([one, one], config).path).toBe("/mcp/a");
    expect(() => readResource([one, two], config)).toThrow(
      expect.objectContaining({ code: "invalid_target" }),
    );
  });

  it("takes any spelling of a loopback server, on its port", () => {
    const local = { baseUrl: "http://localhost:3000", loopback: true };

    expect(ownOrigins(local)).toEqual([
      "http://localhost:3000",
      "http://127.0.0.1:3000",
      "http://[::1]:3000",
    ]);
    expect(readResource(["http://127.0.0.1:3000/mcp"], local).path).toBe("/mcp");
    expect(() => readResource(["http://127.0.0.1:3001/mcp"], local)).toThrow();
  });
});

describe("isWithin()", () => {
  const [all, acme, checkout, other] = ["/mcp", "/mcp/acme", "/mcp/acme/checkout", "/mcp/other"].map((path) =>
    constraintOfPath(path) ?? {}
  );
  const cases: [path: typeof all, grant: typeof all, within: boolean][] = [
    [all, all, true],
    [acme, all, true],
    [checkout, acme, true],
    [checkout, checkout, true],
    [constraintOfPath("/mcp/ACME"), acme, true],
    [constraintOfPath("/sse/acme"), acme, true],
    [constraintOfPath("/sse"), acme, false],
    [all, acme, false],
    [other, acme, false],
    [acme, checkout, false],
    [constraintOfPath("/mcp/other/checkout"), checkout, false],
  ];
  for (const [path = {}, grant = {}, within] of cases) {
    it(`${within ? "takes" : "refuses"} a grant for ${JSON.stringify(grant)} at ${JSON.stringify(path)}`, () => {
      expect(isWithin(path, grant)).toBe(within);
    });
  }
});
