import { RESOURCE_ROOT } from "../lib/resource-address.ts";
import { confineOrganization, insideProject, outside } from "../sentry/confinement.ts";
import type { Constraint } from "../sentry/constraint.ts";

/** What can be read by an address of its own; each is the answer of a tool. */
interface Template {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Below `sentry://organizations/{organizationSlug}`. */
  readonly path: string;
  readonly tool: string;
  args(values: Values): Record<string, string>;
}

type Values = Readonly<Record<string, string>>;

const TEMPLATES: readonly Template[] = [
  {
    name: "organization",
    title: "Organization",
    description: "The projects of an organization",
    path: "",
    tool: "find_projects",
    args: ({ organizationSlug = "" }) => ({ organizationSlug }),
  },
  {
    name: "project",
    title: "Project",
    description: "The unresolved issues of a project",
    path: "/projects/{projectSlug}",
    tool: "search_issues",
    args: ({ organizationSlug = "", projectSlug = "" }) => ({
      organizationSlug,
      projectSlugOrId: projectSlug,
    }),
  },
  {
    name: "issue",
    title: "Issue",
    description: "An issue and its newest event",
    path: "/issues/{shortId}",
    tool: "get_issue_details",
    args: ({ organizationSlug = "", shortId = "" }) => ({ organizationSlug, issueId: shortId }),
  },
  {
    name: "trace",
    title: "Trace",
    description: "The spans of a trace, as a tree",
    path: "/traces/{traceId}",
    tool: "get_trace_details",
    args: ({ organizationSlug = "", traceId = "" }) => ({ organizationSlug, traceId }),
  },
  {
    name: "release",
    title: "Release",
    description: "A release, its commits and deploys",
    path: "/releases/{version}",
    tool: "get_sentry_resource",
    args: ({ organizationSlug = "", version = "" }) => ({
      organizationSlug,
      resourceType: "release",
      resourceId: version,
    }),
  },
];

interface Offered {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
}

/**
 * What this session can read: templates with what the constraint says filled in, and what is whole by that.
 *
 * @param has Whether the session has a tool.
 */
export function offeredResources(
  { organizationSlug, projectSlug }: Constraint,
  has: (tool: string) => boolean,
): {
  readonly templates: readonly (Offered & { readonly uriTemplate: string })[];
  readonly resources: readonly (Offered & { readonly uri: string })[];
} {
  const all = TEMPLATES.filter(({ tool }) => has(tool)).map(({ name, title, description, path }) => ({
    name,
    title,
    description,
    mimeType: "text/markdown",
    address: `${RESOURCE_ROOT}${organizationSlug ?? "{organizationSlug}"}${
      projectSlug === undefined ? path : path.replace("{projectSlug}", projectSlug)
    }`,
  }));
  return {
    templates: all.flatMap(({ address, ...rest }) =>
      address.includes("{") ? [{ ...rest, uriTemplate: address }] : []
    ),
    resources: all.flatMap(({ address, title, ...rest }) =>
      address.includes("{")
        ? []
        : [{ ...rest, title: `${title} ${address.slice(address.lastIndexOf("/") + 1)}`, uri: address }]
    ),
  };
}

/**
 * The tool that reads an address, and its arguments; undefined for an address of another kind.
 *
 * @throws {SentryError} `outside_constraint` for a place that is not the session's: where a tool takes the session's
 *   own instead, an address would be answered with what it does not name.
 */
export function readingOf(
  uri: string,
  constraint: Constraint,
): { readonly tool: string; readonly args: Record<string, string> } | undefined {
  if (!uri.startsWith(RESOURCE_ROOT)) return undefined;
  const [organizationSlug, kind, id, ...more] = uri.slice(RESOURCE_ROOT.length).split("/").map(decode);
  if (!organizationSlug || more.length > 0 || (kind !== undefined && !id)) return undefined;
  for (const template of TEMPLATES) {
    const [, things, placeholder] = template.path.split("/");
    if (things !== kind) continue;
    const values: Values = placeholder === undefined ? {} : { [placeholder.slice(1, -1)]: id ?? "" };
    confineOrganization(constraint, organizationSlug);
    const { projectSlug } = values;
    if (projectSlug !== undefined && insideProject(constraint, { slug: projectSlug }) === false) {
      throw outside(`Project "${projectSlug}"`, constraint);
    }
    return { tool: template.tool, args: template.args({ organizationSlug, ...values }) };
  }
  return undefined;
}

/** Versions of releases hold spaces and more, percent-encoded. A broken sequence names nothing. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return "";
  }
}
