import { Hono } from "hono";
import type { Config } from "../config.ts";
import { SERVER_NAME, VERSION } from "../lib/version.ts";
import { homePage, homeText } from "../web/home-page.ts";
import { connectSnippets } from "../web/snippets.ts";
import { methodNotAllowed } from "./method.ts";
import { sendPage } from "./page.ts";

/** `GET /`: how to connect, as a page for people and as text for curl. */
export function homeRoutes(config: Pick<Config, "baseUrl" | "shared">): Hono {
  const mcpUrl = `${config.baseUrl}/mcp`;
  const home = {
    name: SERVER_NAME,
    version: VERSION,
    mcpUrl,
    snippets: connectSnippets(mcpUrl),
    signsIn: config.shared === undefined,
  };
  return new Hono()
    .get("/", (c) => {
      c.header("Vary", "Accept");
      const wantsPage = c.req.header("accept")?.includes("text/html");
      return wantsPage ? sendPage(c, homePage(home)) : c.text(homeText(home));
    })
    .all("/", methodNotAllowed("GET, HEAD"));
}
