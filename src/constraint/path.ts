import type { Constraint } from "../sentry/constraint.ts";

/** Organization and project slugs as Sentry makes them, and numeric ids. Needs no encoding, so none is accepted. */
const SLUG = /^[a-z0-9_-]{1,100}$/i;

const SHAPE = /^\/mcp(?:\/([^/]*))?(?:\/([^/]*))?$/;

/**
 * Where a path such as `/mcp/acme/checkout` confines its session to; undefined for a path that is none.
 *
 * @param pathname As it was sent (`new URL(…).pathname`), so that `%2e%2e` and the like are seen and refused.
 */
export function constraintFromPath(pathname: string): Constraint | undefined {
  const match = SHAPE.exec(pathname);
  if (!match) return undefined;
  const [, organizationSlug, projectSlug] = match;
  const slugs = [organizationSlug, projectSlug].filter((slug) => slug !== undefined);
  if (!slugs.every((slug) => SLUG.test(slug))) return undefined;
  return {
    ...(organizationSlug !== undefined && { organizationSlug }),
    ...(projectSlug !== undefined && { projectSlug }),
  };
}
