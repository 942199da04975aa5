import type { Channel } from "../../src/channel/channel.ts";
import { createSealer } from "../../src/lib/seal.ts";
import { createSessions } from "../../src/mcp/session.ts";
import { callerWith, fixtureMcp, initialize, post, rpc } from "./fixture.ts";

/** One instance; several share a channel and a key. */
export function cancellingMcp(channel: Channel, fetch?: (request: Request) => Promise<Response>) {
  const now = () => 0;
  const sealer = createSealer({
    keys: ["a key of the tests, long enough to be accepted"],
    issuer: "https://x.test",
    now,
  });
  const fixture = fixtureMcp({ channel, sessions: createSessions({ sealer, now }), fetch });
  const send = (body: unknown, headers: Record<string, string> = {}, user = "ada") =>
    fixture.mcp.handle(post({ body, headers }), {
      caller: callerWith({ user }),
      parsedBody: body,
      toolset: "full",
    });
  return { ...fixture, send };
}

export async function beginSession({ send }: ReturnType<typeof cancellingMcp>, user = "ada") {
  const response = await send(initialize("2025-11-25"), {}, user);
  return {
    "mcp-session-id": response.headers.get("mcp-session-id") ?? "",
    "mcp-protocol-version": "2025-11-25",
  };
}

export const wait = (id: string | number) => rpc("tools/call", { name: "climb", arguments: {} }, id);
export const cancelled = (requestId: unknown) => ({
  jsonrpc: "2.0",
  method: "notifications/cancelled",
  params: { requestId, reason: "not wanted any more" },
});
