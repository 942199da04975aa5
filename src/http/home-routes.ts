import { Hono } from "hono";
import { accepts } from "hono/accepts";
import { SERVER_NAME, VERSION } from "../lib/version.ts";
import { homePage, homeText } from "../web/home-page.ts";
import { connectSnippets } from "../web/snippets.ts";
import { methodNotAllowed } from "./method.ts";
import { sendPage } from "./page.ts";

/** `GET /`: how to connect, as a page for people and as text for curl. */
export function homeRoutes(config: { readonly baseUrl: string }): Hono {
  const mcpUrl = `${config.baseUrl}/mcp`;
  const home = { name: SERVER_NAME, version: VERSION, mcpUrl, snippets: connectSnippets(mcpUrl) };
  return new Hono()
    .get("/", (c) => {
      c.header("Vary", "Accept");
      const type = accepts(c, {
        header: "Accept",
        supports: ["text/plain", "text/html"],
        default: "text/plain",
      });
      return type === "text/html" ? sendPage(c, homePage(home)) : c.text(homeText(home));
    })
    .all("/", methodNotAllowed("GET, HEAD"));
}
