import { callTool, type Peer, post, rpc } from "./rpc.ts";

const AT_ONCE = 16;

/** Lists, tool calls and sessions that are begun and left, as many together as asked for, none like another. */
export async function sendMixed(peer: Peer, count: number): Promise<void> {
  let sent = 0;
  const client = async () => {
    while (sent < count) await send(peer, sent++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
}

async function send(peer: Peer, number: number): Promise<void> {
  const answer = await [list, call, begin][number % 3]?.(peer, number);
  if (answer?.status !== 200 || answer.body.error !== undefined) {
    throw new Error(`Expected a result, got ${answer?.status} ${JSON.stringify(answer?.body)}`);
  }
}

const list = (peer: Peer, number: number) =>
  post(peer, JSON.stringify({ jsonrpc: "2.0", id: `list ${number}`, method: "tools/list" }));

const call = (peer: Peer) => callTool(peer, "whoami");

async function begin(peer: Peer, number: number) {
  const clientInfo = { name: `client ${number}`, version: "1" };
  const params = { protocolVersion: "2025-11-25", capabilities: { roots: {} }, clientInfo };
  const begun = await rpc({ ...peer, era: "2025-11-25" }, "initialize", params);
  const session = begun.headers.get("mcp-session-id");
  if (session === null) throw new Error("Expected a session");
  const body = JSON.stringify({ jsonrpc: "2.0", id: number, method: "tools/list" });
  return post(peer, body, { "mcp-protocol-version": "2025-11-25", "mcp-session-id": session });
}
