import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { checkHost, checkOrigin, limitBody } from "../../src/http/limits.ts";

const loopback = { baseUrl: "http://localhost:3000", loopback: true, allowedOrigins: [] };
const production = {
  baseUrl: "https://mcp.example.com",
  loopback: false,
  allowedOrigins: ["https://app.example"],
};

describe("checkHost()", () => {
  it.each([
    ["http://localhost:3000/mcp", 200],
    ["http://127.0.0.1:3000/mcp", 200],
    ["http://[::1]:3000/mcp", 200],
    ["http://localhost:3001/mcp", 421],
    ["http://evil.example:3000/mcp", 421],
    ["http://evil.example/health", 200],
    ["http://evil.example/healthy", 421],
  ])("on loopback answers %s with %i", async (url, status) => {
    const app = new Hono().use(checkHost(loopback)).all("*", (c) => c.text("in"));

    expect((await app.request(url)).status).toBe(status);
  });

  it("in production answers for the base URL's host only", async () => {
    const app = new Hono().use(checkHost(production)).all("*", (c) => c.text("in"));

    expect((await app.request("https://mcp.example.com/mcp")).status).toBe(200);
    expect((await app.request("https://localhost/mcp")).status).toBe(421);
  });
});

describe("checkOrigin()", () => {
  it.each([
    [loopback, undefined, 200],
    [loopback, "http://localhost:6274", 200],
    [loopback, "https://evil.example", 403],
    [loopback, "null", 403],
    [loopback, "http://localhost.evil.example", 403],
    [production, "https://mcp.example.com", 200],
    [production, "https://app.example", 200],
    [production, "http://localhost:6274", 403],
    [{ ...production, allowedOrigins: ["*"] }, "https://any.example", 200],
    [{ ...production, allowedOrigins: ["*"] }, "null", 403],
  ])("with %o answers Origin %s with %i", async (config, origin, status) => {
    const app = new Hono().use(checkOrigin(config)).all("*", (c) => c.text("in"));
    const headers: Record<string, string> = origin === undefined ? {} : { origin };

    const response = await app.request("/mcp", { headers });

    expect(response.status).toBe(status);
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
  });

  it("lets an allowed page send any MCP header and read the challenge", async () => {
    const app = new Hono().use(checkOrigin(production)).all("*", (c) => c.text("in"));

    const preflight = await app.request("/mcp", {
      method: "OPTIONS",
      headers: {
        origin: "https://app.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,mcp-param-x",
      },
    });
    const actual = await app.request("/mcp", { headers: { origin: "https://app.example" } });

    expect(preflight.headers.get("access-control-allow-headers")).toContain("mcp-param-x");
    expect(actual.headers.get("access-control-expose-headers")).toContain("WWW-Authenticate");
  });
});

it("tells who sends no Origin, and so is no browser, nothing about origins", async () => {
  const app = new Hono().use(checkOrigin(production)).all("*", (c) => c.text("in"));

  const { headers } = await app.request("/mcp", { method: "POST" });

  expect([...headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
});

describe("limitBody()", () => {
  const limit = 4 * 1024 * 1024;
  const app = new Hono().use(limitBody()).post("*", async (c) => c.text(String((await c.req.text()).length)));
  const announce = (length: string, bytes: number) =>
    app.request("/", { method: "POST", body: "x".repeat(bytes), headers: { "content-length": length } });
  const stream = (bytes: number, headers: Record<string, string> = {}) => {
    const init = { method: "POST", body: new Blob(["x".repeat(bytes)]).stream(), headers, duplex: "half" };
    return app.request(new Request("http://localhost/", init));
  };

  it("lets 4 MiB through, announced or not", async () => {
    const answers = [await announce(String(limit), limit), await stream(limit)];

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it("refuses a byte more, whatever was announced", async () => {
    const answers = [
      await announce(String(limit + 1), 0),
      await announce("many", 0),
      await stream(limit + 1),
      await stream(limit + 1, { "content-length": "1", "transfer-encoding": "chunked" }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([413, 413, 413, 413]);
  });
});
