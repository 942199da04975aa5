import type { CallToolResult } from "@modelcontextprotocol/server";
import type { ToolResult } from "../tools/call.ts";

/** Clients of earlier revisions refuse a whole result for a kind of content that they do not know. */
const LINKS_SINCE = "2025-06-18";

/** @param version Of the protocol, as it was agreed on; undefined for a request outside any session. */
export function onWire(
  { content, structuredContent, isError, _meta }: ToolResult,
  version: string | undefined,
): CallToolResult {
  const knowsLinks = version !== undefined && version >= LINKS_SINCE;
  return {
    content: knowsLinks ? [...content] : content.filter(({ type }) => type !== "resource_link"),
    ...(structuredContent !== undefined && { structuredContent }),
    ...(isError && { isError }),
    ...(_meta && { _meta }),
  };
}
