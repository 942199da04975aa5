import type { Constraint } from "./constraint.ts";
import { OrganizationMissing, SentryError } from "./error.ts";

/** What is known of the project that a thing belongs to. */
export interface ProjectRef {
  readonly id?: string;
  readonly slug?: string;
}

/** Slugs are lower case at Sentry, whatever people type. */
export function sameSlug(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

export function outside(what: string, constraint: Constraint): SentryError {
  const where = constraint.projectSlug
    ? `project "${constraint.projectSlug}" of organization "${constraint.organizationSlug}"`
    : `organization "${constraint.organizationSlug}"`;
  return new SentryError(
    "outside_constraint",
    `${what} is outside this session, which is confined to ${where}`,
  );
}

/**
 * The organization to call, in the session's own spelling.
 *
 * @throws {SentryError} `outside_constraint` for another one than the session's, `OrganizationMissing` when none is known.
 */
export function confineOrganization(constraint: Constraint, asked: string | undefined): string {
  const own = constraint.organizationSlug ?? constraint.organizationId;
  if (asked === undefined) {
    if (own) return own;
    throw new OrganizationMissing();
  }
  if (own === undefined) return asked;
  if (sameSlug(asked, own) || asked === constraint.organizationId) return own;
  throw outside(`Organization "${asked}"`, constraint);
}

/**
 * Whether a thing of this project may be seen: true, false, or "by id" when only the session's project id, which is
 * not known yet, can tell.
 */
export function insideProject(constraint: Constraint, project: ProjectRef | undefined): boolean | "by id" {
  const id = constraint.projectId ?? numeric(constraint.projectSlug);
  if (id === undefined && constraint.projectSlug === undefined) return true;
  // Ids first: a slug can be given to another project later.
  if (id && project?.id) return id === project.id;
  if (constraint.projectSlug && project?.slug) return sameSlug(constraint.projectSlug, project.slug);
  return project?.id ? "by id" : false;
}

const numeric = (slug: string | undefined) => (slug && /^\d+$/.test(slug) ? slug : undefined);
