import * as v from "valibot";
import type { Tool } from "./define.ts";
import { findOrganizations } from "./find-organizations.ts";
import { findProjects } from "./find-projects.ts";
import { getIssueDetails } from "./get-issue-details.ts";
import { issueAddress, organizationSlug, period, projectSlugOrId } from "./params.ts";
import { searchEvents } from "./search-events.ts";
import { searchIssueEvents } from "./search-issue-events.ts";
import { searchIssues } from "./search-issues.ts";
import { updateIssue } from "./update-issue.ts";

/** The same tool under a name and with the parameters that its users have: those of the deployment for Holmes. */
function renamed<Input extends v.GenericSchema, Target extends v.GenericSchema, Data>(
  tool: Tool<Target, Data>,
  as: Pick<Tool<Input>, "name" | "title" | "description" | "input" | "example"> & {
    argumentsOf(input: v.InferOutput<Input>): v.InferInput<Target>;
  },
): Tool<Input, Data> {
  const { argumentsOf, ...names } = as;
  return {
    ...tool,
    ...names,
    run: (input, context) => tool.run(v.parse(tool.input, argumentsOf(input)), context),
  };
}

const nothing = v.object({});
const issueId = v.unwrap(issueAddress.issueId);
const oneIssue = v.object({ issueId, organizationSlug });
const acme = { organizationSlug: "acme" };

/** For agents that know no other names; each is one of the other tools. */
export const BASIC_TOOLS: readonly Tool[] = [
  renamed(findOrganizations, {
    name: "list_organizations",
    title: "List organizations",
    description: "Lists the Sentry organizations that can be reached, with slug, name and web address.",
    input: nothing,
    example: {},
    argumentsOf: () => ({}),
  }),
  renamed(findProjects, {
    name: "list_projects",
    title: "List projects",
    description: "Lists the projects of an organization with slug, id, platform and teams.",
    input: v.object({ organizationSlug }),
    example: acme,
    argumentsOf: (input) => input,
  }),
  renamed(searchIssues, {
    name: "list_issues",
    title: "List issues",
    description:
      "Lists issues of an organization or project, the unresolved ones by default, with status and counts.",
    input: v.object({
      organizationSlug,
      projectSlug: v.optional(projectSlugOrId),
      query: v.optional(v.pipe(v.string(), v.description("Sentry search syntax; default: is:unresolved"))),
    }),
    example: acme,
    argumentsOf: ({ projectSlug, ...input }) => ({ ...input, projectSlugOrId: projectSlug }),
  }),
  renamed(getIssueDetails, {
    name: "get_issue",
    title: "Get issue",
    description:
      "Explains one issue from its link or id: what broke, where, since when, how often, for whom.",
    input: v.object(issueAddress),
    example: { ...acme, issueId: "CHECKOUT-1" },
    argumentsOf: (input) => input,
  }),
  renamed(searchIssueEvents, {
    name: "get_issue_events",
    title: "Get issue events",
    description: "Lists the newest events of an issue with id, time, user and tags.",
    input: oneIssue,
    example: { ...acme, issueId: "CHECKOUT-1" },
    argumentsOf: (input) => input,
  }),
  renamed(getIssueDetails, {
    name: "get_event",
    title: "Get event",
    description: "Explains one event and its issue from the event's id: exception, code, tags, breadcrumbs.",
    input: v.object({
      eventId: v.pipe(
        v.string(),
        v.trim(),
        v.regex(/^[0-9a-fA-F]{32}$/, "expected 32 hexadecimal digits"),
        v.description("Event id, 32 hexadecimal digits"),
      ),
      organizationSlug,
      projectSlug: v.optional(v.pipe(v.string(), v.description("Not needed: the id says it"))),
    }),
    example: { ...acme, eventId: "50010001500100015001000150010001" },
    argumentsOf: ({ eventId, organizationSlug: slug }) => ({ eventId, organizationSlug: slug }),
  }),
  renamed(updateIssue, {
    name: "resolve_issue",
    title: "Resolve issue",
    description: "Marks an issue as resolved.",
    input: oneIssue,
    example: { ...acme, issueId: "STOREFRONT-2" },
    argumentsOf: (input) => ({ ...input, status: "resolved" as const }),
  }),
  renamed(updateIssue, {
    name: "unresolve_issue",
    title: "Unresolve issue",
    description: "Reopens an issue that is resolved or ignored.",
    input: oneIssue,
    example: { ...acme, issueId: "STOREFRONT-3" },
    argumentsOf: (input) => ({ ...input, status: "unresolved" as const }),
  }),
  renamed(updateIssue, {
    name: "assign_issue",
    title: "Assign issue",
    description: "Assigns an issue to a user or a team, or to nobody.",
    input: v.object({
      issueId,
      organizationSlug,
      assignedTo: v.unwrap(updateIssue.input.entries.assignedTo),
    }),
    example: { ...acme, issueId: "STOREFRONT-2", assignedTo: "me" },
    argumentsOf: (input) => input,
  }),
  renamed(searchEvents, {
    name: "search_errors",
    title: "Search errors",
    description: "Finds error events of an organization or project by Sentry's search syntax, newest first.",
    input: v.object({
      organizationSlug,
      query: v.pipe(v.string(), v.description("Sentry search syntax, such as level:fatal release:web@1.2.0")),
      projectSlug: v.optional(projectSlugOrId),
      period: v.optional(v.pipe(period, v.description("How far back, such as 24h or 4w; default 14d"))),
    }),
    example: { ...acme, query: "level:error" },
    argumentsOf: (input) => ({ ...input, dataset: "errors" as const }),
  }),
];
