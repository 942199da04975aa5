import { describe, expect, it } from "vitest";
import { aboutRoutes } from "../../src/http/about-routes.ts";
import { TOOLS } from "../../src/tools/all.ts";
import { CATALOG } from "../../src/tools/catalog.gen.ts";

const app = aboutRoutes({ config: { baseUrl: "https://mcp.example.com" }, tools: CATALOG });
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

    expect(lines).toEqual(expect.arrayContaining(["User-agent: *", "Disallow: /mcp", "Disallow: /oauth/"]));
    expect(lines).toContain("Allow: /mcp.json");
  });

  it("/mcp.json names the endpoint", async () => {
    expect(JSON.parse(await read("/mcp.json"))).toMatchObject({
      name: "sentry-mcp-edge",
      endpoint: "https://mcp.example.com/mcp",
    });
  });

  it("/.mcp leads to every tool with its schemas", async () => {
    const { endpoints } = JSON.parse(await read("/.mcp"));
    const { tools } = JSON.parse(await read(endpoints[0]));

    expect(tools).toEqual(CATALOG);
  });

  it("a page on another origin may read them, and nobody may write", async () => {
    for (const path of ["/llms.txt", "/robots.txt", "/mcp.json", "/.mcp/tools.json"]) {
      expect((await app.request(path)).headers.get("access-control-allow-origin")).toBe("*");
      const refused = await app.request(path, { method: "POST" });
      expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    }
  });
});
