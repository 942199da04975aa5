/**
 * This deployment for a registry of MCP servers, under the name that whoever holds its domain may publish.
 *
 * @see https://github.com/modelcontextprotocol/registry (server.json, schema of 2025-12-11)
 */
export function registryEntry(server: {
  baseUrl: string;
  name: string;
  title: string;
  description: string;
  version: string;
  /** Callers show a key, instead of signing in. */
  needsKey: boolean;
}) {
  const { baseUrl, name, needsKey, ...about } = server;
  const namespace = new URL(baseUrl).hostname.split(".").toReversed().join(".");
  return {
    $schema: "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
    name: `${namespace}/${name}`,
    ...about,
    websiteUrl: baseUrl,
    icons: [{ src: `${baseUrl}/icon.svg`, mimeType: "image/svg+xml", sizes: ["any"] }],
    remotes: [{ type: "streamable-http", url: `${baseUrl}/mcp`, ...(needsKey && { headers: [KEY] }) }],
  };
}

const KEY = {
  name: "Authorization",
  value: "Bearer {key}",
  isRequired: true,
  isSecret: true,
  variables: { key: { description: "From whoever runs this server", isRequired: true, isSecret: true } },
};
