import type { Drivers } from "./harness.ts";

/** `tools/list` for `sendRaw`, with any headers on top; `method` and `params` make another request of it. */
export function mcpPost(
  headers: Readonly<Record<string, string | string[]>> = {},
  request: { readonly method: string; readonly params?: object } = { method: "tools/list" },
) {
  return {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2025-06-18",
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, ...request }),
  };
}

/** A live token of Sentry's, as only our server and Sentry see it. */
export async function sentryTokenOf(drivers: Drivers, user = "ada"): Promise<string> {
  const { accessToken } = await drivers.signIn({ approval: { user } });
  drivers.sentry.clear();
  await drivers.whoami(accessToken);
  const { authorization = "" } = drivers.sentry.log.find(({ path }) => path === "/api/0/auth/") ?? {};
  return authorization.slice("Bearer ".length);
}
