import { fileURLToPath } from "node:url";

/** Script of MCP Inspector's CLI. */
export const INSPECTOR = fileURLToPath(
  import.meta.resolve("@modelcontextprotocol/inspector/clients/launcher/build/index.js"),
);
