import type { Era, Peer } from "../support/rpc.ts";
import type { Target } from "./load.ts";

/** One JSON-RPC request as a client of that era sends it, as bytes. */
export function rpcTarget(
  peer: Peer & { era: Era },
  method: string,
  params: Record<string, unknown>,
): Target {
  const modern = peer.era === "2026-07-28";
  const meta = {
    "io.modelcontextprotocol/protocolVersion": peer.era,
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const body = JSON.stringify({
    jsonrpc: "2.0",
    id: 7,
    method,
    params: modern ? { ...params, _meta: meta } : params,
  });
  const { host, port } = new URL(peer.baseUrl);
  const head = [
    `POST ${peer.path ?? "/mcp"} HTTP/1.1`,
    `host: ${host}`,
    `authorization: Bearer ${peer.token}`,
    "content-type: application/json",
    "accept: application/json, text/event-stream",
    `content-length: ${Buffer.byteLength(body)}`,
    `mcp-protocol-version: ${peer.era}`,
    ...(modern ? [`mcp-method: ${method}`] : []),
    ...(modern && typeof params.name === "string" ? [`mcp-name: ${params.name}`] : []),
  ];
  return { port: Number(port), request: `${head.join("\r\n")}\r\n\r\n${body}` };
}
