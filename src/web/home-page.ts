import { html } from "hono/html";
import { layout } from "./layout.ts";
import { KEY_NOTE, type Snippet } from "./snippets.ts";

export interface Home {
  readonly name: string;
  readonly version: string;
  readonly mcpUrl: string;
  readonly snippets: readonly Snippet[];
  /** Otherwise one Sentry token serves all, and nobody connects anything of their own. */
  readonly signsIn: boolean;
}

export function homePage(home: Home) {
  return layout({
    title: "Sentry for AI assistants",
    body: html`
      <h1>Sentry for AI assistants</h1>
      <p>This is a Model Context Protocol server. Point an assistant at this address${home.signsIn
        ? ", and it signs you in to Sentry in the browser:"
        : `. ${KEY_NOTE}`}</p>
      <pre><code>${home.mcpUrl}</code></pre>
      <p>Add an organization, or an organization and a project, to keep a session inside it:
        <code>${home.mcpUrl}/my-organization/my-project</code></p>
      ${home.snippets.map((snippet) =>
        html`
          <h2>${snippet.client}</h2>
          <p>${snippet.where}</p>
          <pre tabindex="0"><code>${snippet.text}</code></pre>
        `
      )}
      <footer>
        <p>${home.name} ${home.version}
          ${home.signsIn ? html`· <a href="/grants">connected applications</a>` : ""}
          · <a href="/health?verbose">status</a></p>
      </footer>
    `,
  });
}

export function homeText(home: Home): string {
  const blocks = home.snippets.map(({ client, where, text }) => `${client} (${where})\n\n${indent(text)}`);
  return `${home.name} ${home.version}\n\nMCP: ${home.mcpUrl}\n     ${home.mcpUrl}/<organization>/<project> keeps a session inside it\n\n${
    (home.signsIn ? blocks : [KEY_NOTE, ...blocks]).join("\n\n")
  }\n`;
}

const indent = (text: string) => text.replace(/^/gm, "    ");
