import { ownOrigins } from "../lib/origins.ts";
import { constraintOfPath } from "../lib/resource-path.ts";
import type { Constraint } from "../sentry/constraint.ts";
import { OAuthError } from "./error.ts";

/**
 * The path of the resource that a client asks for. A query and one trailing slash are dropped, the bare origin
 * stands for `/mcp`, and so does no `resource` at all, which 2025-03-26 clients never send.
 *
 * @throws {OAuthError} `invalid_target`
 * @see RFC 8707 §2
 */
export function readResource(
  resources: readonly string[],
  config: { baseUrl: string; loopback: boolean },
): { path: string; constraint: Constraint } {
  const [resource, ...others] = [...new Set(resources.filter((text) => text !== ""))];
  if (others.length > 0) throw new OAuthError("invalid_target", "Ask for one resource at a time");
  if (resource === undefined) return { path: "/mcp", constraint: {} };
  // Dot segments and encoded bytes would make a parser widen what is asked for: no resource of ours has any.
  const isPlain = !resource.includes("#") && !/[%\\]|\/\./.test(resource.split("?")[0] ?? "");
  const url = isPlain && URL.canParse(resource) ? new URL(resource) : undefined;
  if (!url || url.username || url.password || !ownOrigins(config).includes(url.origin)) {
    throw new OAuthError(
      "invalid_target",
      `The resource has to be one of ${config.baseUrl}, without a fragment`,
    );
  }
  const path = url.pathname === "/" ? "/mcp" : url.pathname.replace(/\/$/, "");
  const constraint = constraintOfPath(path);
  if (!constraint) {
    throw new OAuthError(
      "invalid_target",
      `The resource has to be ${config.baseUrl}/mcp or below it: /mcp/<organization>/<project>`,
    );
  }
  return { path, constraint };
}

/** Whether a path confines at least as tightly as a grant does: the audience rule. */
export function isWithin(path: Constraint, grant: Constraint): boolean {
  return sameSlug(path.organizationSlug, grant.organizationSlug) &&
    sameSlug(path.projectSlug, grant.projectSlug);
}

function sameSlug(path: string | undefined, grant: string | undefined): boolean {
  return grant === undefined || path?.toLowerCase() === grant.toLowerCase();
}
