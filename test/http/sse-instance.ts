import { openSse } from "../support/sse.ts";
import { BASE, mcpInstance, type Setup } from "./mcp-instance.ts";

/** One instance, and how a client opens a stream at it. */
export function sseInstance(setup: Setup = {}) {
  const instance = mcpInstance(setup);
  const { fetch } = instance;
  const open = (path = "/sse", user = "ada") =>
    openSse(BASE, { path, fetch, headers: { authorization: `Bearer ${user}` } });
  return { ...instance, open };
}
