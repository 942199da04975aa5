import { type Context, Hono } from "hono";
import type { Config } from "../config.ts";
import { SERVER_NAME, VERSION } from "../lib/version.ts";
import type { ToolDescription } from "../mcp/tool-list.ts";
import { isListed } from "../tools/toolsets.ts";
import { ICON } from "../web/icon.ts";
import { llmsText } from "../web/llms-text.ts";
import { registryEntry } from "../web/registry-entry.ts";
import { connectSnippets } from "../web/snippets.ts";
import { methodNotAllowed } from "./method.ts";

/** For crawlers: the pages about this server may be read, what acts for people is not theirs. */
const ROBOTS = `User-agent: *
Disallow: /mcp
Disallow: /sse
Disallow: /oauth/
Disallow: /grants
Allow: /mcp.json
`;

/**
 * What machines look for when they meet an address: `/llms.txt`, `/robots.txt`, `/mcp.json`, `/server.json`,
 * `/.mcp/tools.json`, and the icon beside the name.
 */
export function aboutRoutes(
  deps: {
    config: Pick<Config, "baseUrl" | "shared">;
    tools: readonly ToolDescription[];
    /** HTTP+SSE is served. */
    sse: boolean;
  },
): Hono {
  const { baseUrl, shared } = deps.config;
  const signsIn = shared === undefined;
  const mcpUrl = `${baseUrl}/mcp`;
  const sseUrl = deps.sse ? `${baseUrl}/sse` : undefined;
  const snippets = connectSnippets(mcpUrl);
  const about = {
    name: SERVER_NAME,
    title: "Sentry",
    description: "Finds, explains and triages Sentry issues for AI assistants",
    version: VERSION,
  };
  const llms = () =>
    llmsText({
      name: SERVER_NAME,
      version: VERSION,
      mcpUrl,
      sseUrl,
      snippets,
      signsIn,
      tools: deps.tools.filter(({ name }) => isListed(name, "full")),
      basicTools: deps.tools.filter(({ name }) => isListed(name, "basic")),
    });
  const documents: Record<string, (c: Context) => Response> = {
    "/llms.txt": (c) => c.text(llms()),
    "/robots.txt": (c) => c.text(ROBOTS),
    "/mcp.json": (c) => c.json({ ...about, endpoint: mcpUrl, transport: "streamable-http", sse: sseUrl }),
    "/server.json": (c) =>
      c.json(registryEntry({ baseUrl, needsKey: shared?.apiKey !== undefined, ...about })),
    "/icon.svg": (c) => c.body(ICON, 200, { "content-type": "image/svg+xml" }),
    "/.mcp": (c) => c.json({ endpoints: ["/.mcp/tools.json"] }),
    "/.mcp/tools.json": (c) => c.json({ tools: deps.tools }),
  };
  const app = new Hono();
  for (const [path, document] of Object.entries(documents)) {
    app.get(path, (c) => {
      // Public, and the same for everybody: a page on any origin may read it.
      c.header("Access-Control-Allow-Origin", "*");
      c.header("Cache-Control", "public, max-age=3600");
      return document(c);
    });
    app.all(path, methodNotAllowed("GET, HEAD"));
  }
  return app;
}
