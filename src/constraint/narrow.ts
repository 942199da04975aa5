import type { Constraint } from "../sentry/constraint.ts";

/** How far a session reaches; everything that is narrowed depends on this alone, so it can be prepared ahead. */
export type Reach = "everything" | "organization" | "project";

export function reachOf(constraint: Constraint): Reach {
  if (constraint.projectSlug !== undefined) return "project";
  return constraint.organizationSlug === undefined ? "everything" : "organization";
}

/** Tools that a confined session has no use for. */
const HIDDEN: Record<Reach, readonly string[]> = {
  everything: [],
  organization: ["find_organizations"],
  project: ["find_organizations", "find_projects"],
};

export function isHidden(toolName: string, reach: Reach): boolean {
  return HIDDEN[reach].includes(toolName);
}

/** Parameters whose value the constraint fixes. */
const FIXED: Record<Reach, readonly string[]> = {
  everything: [],
  organization: ["organizationSlug"],
  project: ["organizationSlug", "projectSlug", "projectSlugOrId"],
};

export interface ObjectSchema {
  readonly type: "object";
  readonly properties?: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}

/** The schema without the parameters that the session does not get to choose. */
export function narrowSchema(schema: ObjectSchema, reach: Reach): ObjectSchema {
  const fixed = FIXED[reach];
  if (fixed.length === 0) return schema;
  const { properties = {}, required = [], ...rest } = schema;
  const open = required.filter((name) => !fixed.includes(name));
  return {
    ...rest,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !fixed.includes(name))),
    ...(open.length > 0 && { required: open }),
  };
}

/**
 * Puts the constraint over whatever was sent, where the tool knows the parameter. Courtesy: what keeps a session
 * inside is `SentryAccess`.
 *
 * @param schema The tool's own, not the narrowed one.
 */
export function confineArguments(
  args: Readonly<Record<string, unknown>>,
  schema: ObjectSchema,
  constraint: Constraint,
): Record<string, unknown> {
  const { organizationSlug, projectSlug } = constraint;
  const values: Record<string, string | undefined> = {
    organizationSlug,
    projectSlug,
    projectSlugOrId: projectSlug,
  };
  const known = FIXED[reachOf(constraint)].filter((name) => schema.properties?.[name] !== undefined);
  return { ...args, ...Object.fromEntries(known.map((name) => [name, values[name]])) };
}
