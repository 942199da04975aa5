import type { Config } from "../../src/config.ts";
import { describe, expect, it } from "vitest";
import { aboutRoutes } from "../../src/http/about-routes.ts";
import { TOOLS } from "../../src/tools/all.ts";
import { CATALOG } from "../../src/tools/catalog.ts";

const routes = (sse: boolean, shared?: Config["shared"]) =>
  aboutRoutes({ config: { baseUrl: "https://mcp.example.com", shared }, tools: CATALOG, sse });
const app = routes(true);
const read = async (path: string) => await (await app.request(path)).text();

describe("for those who were only given the address", () => {
  it("/llms.txt says what this is, how to connect and what every tool does", async () => {
    const text = await read("/llms.txt");

    expect(text).toMatch(/^# sentry-mcp-edge\n\n> A Model Context Protocol \(MCP\) server for Sentry/);
    expect(text).toContain("https://mcp.example.com/mcp");
    for (const { name } of TOOLS) expect(text).toContain(`- \`${name}\`: `);
    expect(text).toContain("- `triage`: Triage.");
  });

  it("/robots.txt keeps crawlers out of what acts for people (RFC 9309)", async () => {
    const lines = (await read("/robots.txt")).split("\n");

    expect(lines).toEqual(
      expect.arrayContaining(["User-agent: *", "Disallow: /mcp", "Disallow: /sse", "Disallow: /oauth/"]),
    );
    expect(lines).toContain("Allow: /mcp.json");
  });

  it("/mcp.json names the endpoint", async () => {
    expect(JSON.parse(await read("/mcp.json"))).toMatchObject({
      name: "sentry-mcp-edge",
      endpoint: "https://mcp.example.com/mcp",
    });
  });

  it("/mcp.json and /llms.txt tell of HTTP+SSE where it is served", async () => {
    const without = routes(false);

    expect(JSON.parse(await read("/mcp.json"))).toMatchObject({ sse: "https://mcp.example.com/sse" });
    expect(await read("/llms.txt")).toContain("https://mcp.example.com/sse");
    for (const path of ["/mcp.json", "/llms.txt"]) {
      expect(await (await without.request(path)).text()).not.toContain("/sse");
    }
  });

  it("/server.json is what whoever holds the domain may publish in a registry", async () => {
    expect(JSON.parse(await read("/server.json"))).toMatchObject({
      $schema: "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
      name: "com.example.mcp/sentry-mcp-edge",
      description: expect.stringMatching(/^.{1,100}$/),
      remotes: [{ type: "streamable-http", url: "https://mcp.example.com/mcp" }],
    });
  });

  it("speak of a key instead of a sign-in where one token serves all", async () => {
    const keyed = routes(true, { sentryToken: "sntryu_one", apiKey: "key" });

    const text = await (await keyed.request("/llms.txt")).text();
    const entry = JSON.parse(await (await keyed.request("/server.json")).text());

    expect(text).toContain("Authorization: Bearer <key>");
    expect(text).not.toMatch(/sign-in|signs in/);
    expect(entry.remotes).toMatchObject([{ headers: [{ name: "Authorization", isSecret: true }] }]);
    expect(await read("/llms.txt")).toContain("A person signs in");
    expect(JSON.parse(await read("/server.json")).remotes[0]).not.toHaveProperty("headers");
  });

  it("/llms.txt keeps apart the names of another tool set", async () => {
    const [usual = "", basic = ""] = (await read("/llms.txt")).split("`?toolset=basic`");

    expect(usual).toContain("- `search_issues`: ");
    expect(usual).not.toContain("- `list_issues`: ");
    expect(basic).toContain("- `list_issues`: ");
  });

  it("/icon.svg is the picture beside the name, and draws nothing from elsewhere", async () => {
    const response = await app.request("/icon.svg");
    const svg = await response.text();

    expect(response.headers.get("content-type")).toBe("image/svg+xml");
    expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 64 64">.*<\/svg>$/s);
    expect(svg).not.toMatch(/href|<script|<style/);
  });

  it("/.mcp leads to every tool with its schemas", async () => {
    const { endpoints } = JSON.parse(await read("/.mcp"));
    const { tools } = JSON.parse(await read(endpoints[0]));

    expect(tools).toEqual(CATALOG);
  });

  it.each([
    ["/llms.txt", "text/plain"],
    ["/robots.txt", "text/plain"],
    ["/mcp.json", "application/json"],
    ["/server.json", "application/json"],
    ["/.mcp/tools.json", "application/json"],
    ["/icon.svg", "image/svg+xml"],
  ])("%s is %s, to be kept for a while, and has the same headers without its body", async (path, type) => {
    for (const method of ["GET", "HEAD"]) {
      const { status, headers } = await app.request(path, { method });

      expect(status).toBe(200);
      expect(headers.get("content-type")?.split(";")[0]).toBe(type);
      expect(headers.get("cache-control")).toMatch(/^public, max-age=\d+$/);
    }
  });

  it("a page on another origin may read them, and nobody may write", async () => {
    for (
      const path of ["/llms.txt", "/robots.txt", "/mcp.json", "/server.json", "/icon.svg", "/.mcp/tools.json"]
    ) {
      expect((await app.request(path)).headers.get("access-control-allow-origin")).toBe("*");
      const refused = await app.request(path, { method: "POST" });
      expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    }
  });
});
