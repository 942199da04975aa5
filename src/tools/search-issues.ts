import * as v from "valibot";
import { assigneeText, occurrences, statusText } from "../render/issue.ts";
import { blocks, clean, code, counted, cut, joined, lines, link, word } from "../render/markdown.ts";
import { moment } from "../render/time.ts";
import { type Issue, searchIssues as search } from "../sentry/issue.ts";
import { defineTool } from "./define.ts";
import { cursor, organizationSlug, period, projectSlugOrId } from "./params.ts";

const optionalText = v.optional(v.string());

const foundIssue = v.object({
  shortId: optionalText,
  id: v.string(),
  title: optionalText,
  culprit: optionalText,
  status: optionalText,
  level: optionalText,
  priority: optionalText,
  category: optionalText,
  project: optionalText,
  assignedTo: v.optional(
    v.object({ type: v.picklist(["user", "team"]), id: v.string(), name: optionalText }),
  ),
  events: v.optional(v.number()),
  users: v.optional(v.number()),
  firstSeen: optionalText,
  lastSeen: optionalText,
  lastRelease: optionalText,
  url: optionalText,
});

const output = v.object({
  issues: v.array(foundIssue),
  asOf: v.string(),
  sortedBy: optionalText,
  hasMore: v.boolean(),
  cursor: optionalText,
  unreadable: v.number(),
});

/** Sentry's names of the orders. */
export const ISSUE_SORTS = ["date", "freq", "new", "user", "recommended"] as const;

export const searchIssues = defineTool({
  name: "search_issues",
  title: "Search issues",
  description:
    "Finds issues of an organization by Sentry's search syntax: `is:unresolved assigned:me`, `level:error`, " +
    "`release:web@1.2.0`, `firstSeen:-24h`, `!has:user`, `tag:value`, or words of the title. " +
    "Answers with id, title, status, priority, counts, project and assignee of each.",
  skills: ["inspect", "triage", "seer"],
  scopes: ["event:read"],
  effect: "read",
  output,
  input: v.object({
    organizationSlug,
    query: v.optional(
      v.pipe(v.string(), v.maxLength(2000), v.description("Sentry search syntax; empty finds every issue")),
      "is:unresolved",
    ),
    sort: v.optional(
      v.pipe(v.picklist(ISSUE_SORTS), v.description("Last seen, events, first seen, users")),
      "date",
    ),
    projectSlugOrId: v.optional(projectSlugOrId),
    limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 10),
    period: v.optional(period, "30d"),
    cursor: v.optional(cursor),
  }),
  example: { organizationSlug: "acme" },
  async run(input, { sentry, now }): Promise<v.InferOutput<typeof output>> {
    const { projectSlugOrId: project, query, sort, period, limit, cursor } = input;
    const organization = sentry.organization(input.organizationSlug);
    const page = await search(organization, { query, sort, period, limit, project, cursor });
    return {
      issues: page.items.map(found),
      asOf: new Date(now()).toISOString(),
      sortedBy: page.sort === sort ? undefined : page.sort,
      hasMore: page.cursor !== undefined,
      cursor: page.cursor,
      unreadable: page.dropped,
    };
  },
  render({ issues, asOf, sortedBy, cursor, unreadable }) {
    return blocks(
      issues.length > 0
        ? `${counted(issues.length, "issue")}, as of ${asOf.slice(0, 16).replace("T", " ")} UTC`
        : NONE,
      sortedBy && `Sorted by ${code(sortedBy)}: this Sentry does not know the order asked for.`,
      lines(...issues.map((issue) => listItem(issue, asOf))),
      unreadable > 0 && `${counted(unreadable, "issue")} could not be read and are left out`,
      cursor && `There are more: pass \`cursor\` ${code(cursor)}.`,
    );
  },
});

const NONE =
  "No issue found. Without `query` only unresolved issues are searched, and only those seen within `period`.";

/** The status is a sentence, as a person would read it; foreign text is shortened. */
function found(issue: Issue): v.InferOutput<typeof foundIssue> {
  const { shortId, id, level, priority, category, events, users, firstSeen, lastSeen, lastRelease } = issue;
  return {
    shortId,
    id,
    title: issue.title && shortened(issue.title, 200),
    culprit: issue.culprit && shortened(issue.culprit, 160),
    status: statusText(issue),
    level,
    priority,
    category,
    project: issue.project.slug,
    assignedTo: issue.assignedTo,
    events,
    users,
    firstSeen,
    lastSeen,
    lastRelease,
    url: link(issue.permalink),
  };
}

const shortened = (text: string, maximum: number) => cut(clean(text).replace(/\s+/g, " "), maximum);

function listItem(issue: v.InferOutput<typeof foundIssue>, asOf: string): string {
  return lines(
    `- ${
      joined(
        code(issue.shortId ?? issue.id),
        issue.title && code(issue.title),
        issue.culprit && code(issue.culprit),
      )
    }`,
    `  ${
      joined(
        issue.status,
        issue.priority && `priority ${word(issue.priority)}`,
        issue.level && word(issue.level),
        issue.category && issue.category !== "error" && word(issue.category),
        occurrences(issue),
        issue.project && `project ${code(issue.project)}`,
        issue.assignedTo ? assigneeText(issue.assignedTo) : "nobody assigned",
      )
    }`,
    `  ${
      joined(
        issue.lastSeen && `last seen ${moment(issue.lastSeen, asOf)}`,
        issue.firstSeen && `first ${moment(issue.firstSeen, asOf)}`,
        issue.url,
      )
    }`,
  );
}
