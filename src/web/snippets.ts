export interface Snippet {
  readonly client: string;
  /** Where the text goes. */
  readonly where: string;
  readonly text: string;
}

/** Where one Sentry token serves all, and nobody connects anything of their own. */
export const KEY_NOTE = "If its operator gave you a key, send it in the header Authorization: Bearer <key>.";

/** How each client is pointed at this server; ready to paste. */
export function connectSnippets(mcpUrl: string): readonly Snippet[] {
  const json = (value: unknown) => JSON.stringify(value, null, 2);
  const plainHttp = mcpUrl.startsWith("http:") ? ["--allow-http"] : [];
  return [
    {
      client: "Claude Code",
      where: "In a terminal; then /mcp in Claude to sign in",
      text: `claude mcp add --transport http sentry ${mcpUrl}`,
    },
    {
      client: "Claude Desktop",
      where: "claude_desktop_config.json (or, for an https address, Settings > Connectors)",
      text: json({
        mcpServers: { sentry: { command: "npx", args: ["-y", "mcp-remote", mcpUrl, ...plainHttp] } },
      }),
    },
    { client: "Cursor", where: ".cursor/mcp.json", text: json({ mcpServers: { sentry: { url: mcpUrl } } }) },
    {
      client: "VS Code",
      where: ".vscode/mcp.json",
      text: json({ servers: { sentry: { type: "http", url: mcpUrl } } }),
    },
    {
      client: "Codex",
      where: "In a terminal",
      text: `codex mcp add sentry --url ${mcpUrl}\ncodex mcp login sentry`,
    },
    {
      client: "MCP Inspector",
      where: "In a terminal",
      text: `npx @modelcontextprotocol/inspector --cli ${mcpUrl} --transport http --method tools/list`,
    },
    {
      client: "Anything that speaks stdio",
      where: "In a terminal",
      text: ["npx mcp-remote", mcpUrl, ...plainHttp].join(" "),
    },
  ];
}
