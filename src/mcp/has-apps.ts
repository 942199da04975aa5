import { CLIENT_CAPABILITIES_META_KEY, type Server, type ServerContext } from "@modelcontextprotocol/server";
import { showsApps } from "../apps/apps.ts";
import type { Serving } from "./serving.ts";

/** Whether the client of a request shows Apps: 2026-07-28 says so in every request, before that `initialize` did. */
export function hasApps(
  { mcpReq }: ServerContext,
  { server, capabilities }: { server: Server; capabilities: Serving["capabilities"] },
): boolean {
  const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
  return showsApps(
    envelope[CLIENT_CAPABILITIES_META_KEY] ?? capabilities ?? server.getClientCapabilities(),
  );
}
