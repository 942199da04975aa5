import { ProtocolError } from "@modelcontextprotocol/server";
import { RPC } from "./json-rpc.ts";

/**
 * A whole list, as the answer to a request for its first page.
 *
 * @throws {ProtocolError} `-32602` for a cursor, because nobody was given one (MCP, Pagination).
 */
export function onePage<List>(
  { params }: { readonly params?: { readonly cursor?: string | undefined } | undefined },
  list: List,
): List {
  if (params?.cursor) throw new ProtocolError(RPC.invalidParams, "Unknown cursor: the list has one page");
  return list;
}
