import type { Config } from "../config.ts";
import { ownOrigin } from "../lib/origins.ts";
import { RPC, rpcError } from "../mcp/json-rpc.ts";
import type { InsufficientScope } from "../mcp/insufficient-scope.ts";
import { BASE_SCOPES } from "../oauth/metadata.ts";
import type { Constraint } from "../sentry/constraint.ts";
import { PROTECTED_RESOURCE } from "./discovery-routes.ts";

export interface Target {
  /** The slugs of the path. */
  readonly constraint: Constraint;
  /** Such as `/mcp/acme`. */
  readonly resourcePath: string;
}

interface Asked {
  readonly config: Pick<Config, "baseUrl" | "loopback">;
  readonly target: Target;
}

/**
 * 401, with the way to sign in for this very path.
 *
 * @param options `presented`: a token came along that is not good (RFC 6750 §3.1: without one, no error code).
 * @see RFC 9728 §5.1
 */
export function challenge(request: Request, options: Asked & { presented: boolean }): Response {
  const invalid = { error: "invalid_token", error_description: "The token is not valid here: sign in again" };
  const missing = {
    error: "unauthorized",
    error_description: "Sign in first: see the WWW-Authenticate header",
  };
  const parameters = {
    ...(options.presented && invalid),
    resource_metadata: metadataUrl(request, options),
    scope: BASE_SCOPES.join(" "),
  };
  return Response.json(options.presented ? invalid : missing, {
    status: 401,
    headers: { "www-authenticate": bearer(parameters), "cache-control": "no-store" },
  });
}

/**
 * 403, with the scopes to ask for. In JSON-RPC, so that a client that does not step up can show why.
 *
 * @see RFC 6750 §3.1, and MCP 2026-07-28, Authorization, "Scope Challenge Handling"
 */
export function scopeChallenge(
  request: Request,
  error: InsufficientScope,
  options: Asked & { id: string | number | null },
): Response {
  const header = bearer({
    error: "insufficient_scope",
    // No quotes within quotes, although RFC 9110 §5.6.4 has an escape: clients read this with a simple pattern.
    error_description: error.message.replaceAll('"', ""),
    resource_metadata: metadataUrl(request, options),
    scope: error.scopes.join(" "),
  });
  return rpcError(403, { code: RPC.http, message: error.message, data: { scopes: error.scopes } }, {
    id: options.id,
    headers: { "www-authenticate": header, "cache-control": "no-store" },
  });
}

function metadataUrl(request: Request, { config, target }: Asked): string {
  return ownOrigin(request.url, config) + PROTECTED_RESOURCE + target.resourcePath;
}

function bearer(parameters: Readonly<Record<string, string>>): string {
  return `Bearer ${Object.entries(parameters).map(([name, value]) => `${name}="${value}"`).join(", ")}`;
}
