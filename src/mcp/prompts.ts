import type { Constraint } from "../sentry/constraint.ts";

/** What a person starts with a slash command; the answers come from the tools that it names. */
interface Prompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  /** What its text cannot do without. */
  readonly tools: readonly string[];
  /**
   * What is said to the model, in the person's name.
   *
   * @param has Whether the session has a tool.
   */
  text(args: Args, has: (tool: string) => boolean): string;
}

/** The tool of the client's list by which another is called, or itself; undefined when there is no way. */
export type WayTo = (tool: string) => string | undefined;

interface PromptArgument {
  readonly name: "organizationSlug" | "projectSlug" | "issue" | "release" | "period";
  readonly description: string;
  readonly required?: boolean;
}

type Args = Partial<Record<PromptArgument["name"], string>>;

const organization: PromptArgument = {
  name: "organizationSlug",
  description: "Slug of the organization",
  required: true,
};
const project: PromptArgument = { name: "projectSlug", description: "Only this project" };
const period: PromptArgument = { name: "period", description: "How far back, such as 24h or 14d" };

const PROMPTS: readonly Prompt[] = [
  {
    name: "triage_new_issues",
    title: "Triage new issues",
    description: "Sorts the issues that are new or came back by what should happen to each",
    arguments: [organization, project, period],
    tools: ["search_issues", "get_issue_details"],
    text: (args) =>
      `Triage the issues ${where(args)} that are new or came back in the last ${args.period ?? "24h"}.

Search for \`is:unresolved is:new\`, \`is:unresolved is:regressed\` and \`is:unresolved is:escalating\` with search_issues
and that period. Look at the ones with most users, and at every fatal one, with get_issue_details.
Put each into one of: urgent, assign (to whom, and why), ignore (until when), resolve as already fixed. A table, the most
urgent first, one line of reason each. Change nothing before I have agreed.`,
  },
  {
    name: "fix_issue",
    title: "Explain and fix an issue",
    description: "Finds out why an issue happens and how to mend it in the code at hand",
    arguments: [
      { name: "issue", description: "Link or short id", required: true },
      { ...organization, description: "Needed with a short id", required: false },
    ],
    tools: ["get_issue_details"],
    text: ({ issue = "", organizationSlug }) =>
      `Explain and fix the Sentry issue ${issue}${
        organizationSlug ? ` of the organization ${organizationSlug}` : ""
      }.

Read it with get_issue_details. Follow the stack trace into the code at hand; where it is not enough look at breadcrumbs,
tags and the trace. Say what happens, why, since which release and for whom. Then propose the smallest change that mends
the cause, with a test that fails without it, and for the commit "Fixes" with its short id.`,
  },
  {
    name: "review_release",
    title: "Review a release",
    description: "Says whether a release brought new errors or slowed something down",
    arguments: [
      organization,
      { name: "release", description: "Version as Sentry has it", required: true },
      project,
    ],
    tools: ["search_issues", "search_events", "get_issue_details"],
    text: (args) =>
      `Review the release ${args.release ?? ""} ${where(args)}.

With search_issues: what is new in it (\`first-release:"${args.release ?? ""}"\`), what came back
(\`is:regressed release:"${
        args.release ?? ""
      }"\`). With search_events: errors and p95 of durations by release, this one
beside the one before. Read the gravest issues with get_issue_details.
Say first: keep, watch or roll back. Then the reasons, with counts and links.`,
  },
  {
    name: "find_slow_parts",
    title: "Find what is slow",
    description: "Finds the operations that cost users the most time, and why",
    arguments: [organization, project, period],
    tools: ["search_issues", "search_events", "get_trace_details"],
    text: (args) =>
      `Find what is slow ${where(args)} in the last ${args.period ?? "7d"}.

With search_events over spans: transactions by \`sum(span.duration)\` and \`p95(span.duration)\`, then the operations inside
the worst. Read one trace of each of the three worst with get_trace_details and say what repeats or blocks. Search for
performance issues as well (\`issue.category:[db_query,http_client,frontend] is:unresolved\`).
A table: operation, how often, p95, total, likely reason, what to change; the largest gain first.`,
  },
  {
    name: "incident_summary",
    title: "Prepare an incident summary",
    description: "Gathers what is known of an incident for those who were not there",
    arguments: [
      { name: "issue", description: "Link or short id of the issue at its centre", required: true },
      { ...organization, description: "Needed with a short id", required: false },
    ],
    tools: ["get_issue_details", "get_issue_activity", "get_issue_tag_values", "search_issues"],
    text: ({ issue = "", organizationSlug }) =>
      `Write a summary of the incident around the Sentry issue ${issue}${
        organizationSlug ? ` of the organization ${organizationSlug}` : ""
      }.

Use get_issue_details, get_issue_activity and get_issue_tag_values; look for other issues of the same time and release
with search_issues. Sections: what happened, who was affected and how many, timeline in UTC (first seen, release, peak,
what people did), cause as far as it is known, what is still open. Say for every number where it is from, and leave out
what nobody has found out.`,
  },
  {
    name: "clean_up_issues",
    title: "Clean up noisy issues",
    description: "Finds issues that nobody needs to see, and proposes what to do with them",
    arguments: [organization, project],
    tools: ["search_issues"],
    text: (args, has) =>
      `Find noisy issues ${where(args)} that should leave the list.

With search_issues: unresolved ones not seen for 30 days (\`is:unresolved lastSeen:+30d\`, period 90d), frequent ones
without a user (\`is:unresolved !has:user\`, sort freq), and unassigned ones (\`is:unresolved is:unassigned\`). Group those that share a cause.
Propose for each group: resolve, ignore until it escalates, lower the priority, or keep, with the reason and the number of
issues. Change nothing${
        has("update_issue") ? " before I have agreed; then use update_issue for many at once" : ""
      }.`,
  },
];

function where({ organizationSlug, projectSlug }: Args): string {
  const parts = [
    projectSlug && `the project ${projectSlug}`,
    organizationSlug && `the organization ${organizationSlug}`,
  ].filter(Boolean);
  return parts.length > 0 ? `in ${parts.join(" of ")}` : "";
}

/** As `prompts/list` has them: only what this session's tools can do, without asking for what its constraint says. */
export function offeredPrompts(constraint: Constraint, wayTo: WayTo) {
  return possiblePrompts(wayTo).map(({ name, title, description, arguments: all }) => ({
    name,
    title,
    description,
    arguments: all.filter((argument) => fixed(constraint)[argument.name] === undefined),
  }));
}

const possiblePrompts = (wayTo: WayTo) =>
  PROMPTS.filter(({ tools }) => tools.every((tool) => wayTo(tool) !== undefined));

/** The text of a prompt, or what is wrong with the request. */
export function writePrompt(
  { name, arguments: args = {} }: {
    readonly name: string;
    readonly arguments?: Readonly<Record<string, string>> | undefined;
  },
  constraint: Constraint,
  wayTo: WayTo,
): { readonly description: string; readonly text: string } | { readonly problem: string } {
  const possible = possiblePrompts(wayTo);
  const prompt = possible.find((one) => one.name === name);
  if (!prompt) {
    const names = possible.map((one) => one.name).join(", ");
    return {
      problem: `Unknown prompt "${name.slice(0, 100)}": ${
        names === "" ? "this session has none" : `expected one of ${names}`
      }`,
    };
  }
  const values = Object.fromEntries(prompt.arguments.flatMap((argument) => {
    const value = fixed(constraint)[argument.name] ?? args[argument.name]?.trim();
    return value ? [[argument.name, oneLine(value)]] : [];
  }));
  const missing = prompt.arguments.filter((argument) => argument.required && !values[argument.name]);
  if (missing.length > 0) {
    return { problem: `Prompt "${name}" needs ${missing.map((argument) => argument.name).join(" and ")}` };
  }
  const long = Object.entries(values).find(([, value]) => value.length > LONGEST_ARGUMENT);
  if (long) return { problem: `${long[0]}: at most ${LONGEST_ARGUMENT} characters` };
  const text = prompt.text(values, (tool) => wayTo(tool) !== undefined);
  const notes = prompt.tools.flatMap((tool) => {
    const way = wayTo(tool);
    return way === undefined || way === tool ? [] : [`${tool} is called with ${way}.`];
  });
  return {
    description: prompt.description,
    text: notes.length > 0 ? `${text}\n\n${notes.join(" ")}` : text,
  };
}

const fixed = ({ organizationSlug, projectSlug }: Constraint): Args => ({
  ...(organizationSlug !== undefined && { organizationSlug }),
  ...(projectSlug !== undefined && { projectSlug }),
});

/** A link with a search in it is longer than anything else that is meant. */
const LONGEST_ARGUMENT = 1000;

const oneLine = (text: string) => text.replace(/\s+/g, " ");
