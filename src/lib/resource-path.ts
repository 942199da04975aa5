/**
 * `/mcp`, `/mcp/:organization`, `/mcp/:organization/:project`; slugs and numeric ids as Sentry makes them. The same
 * below `/sse`, where clients of 2024-11-05 look: what a token is for is the constraint, not the spelling of the URL.
 */
const RESOURCE_PATH = /^\/(?:mcp|sse)(?:\/([\w-]{1,100})(?:\/([\w-]{1,100}))?)?$/;

/**
 * Where a path such as `/mcp/acme/checkout` confines its session to; undefined for a path that is no resource.
 *
 * @param pathname As it was sent (`new URL(…).pathname`): slugs need no encoding, so `%2e%2e` and the like are refused.
 */
export function constraintOfPath(
  pathname: string,
): { readonly organizationSlug?: string; readonly projectSlug?: string } | undefined {
  const match = RESOURCE_PATH.exec(pathname);
  if (!match) return undefined;
  const [, organizationSlug, projectSlug] = match;
  return { ...(organizationSlug && { organizationSlug }), ...(projectSlug && { projectSlug }) };
}
