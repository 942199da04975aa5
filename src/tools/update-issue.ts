import * as v from "valibot";
import { assigneeText, statusText } from "../render/issue.ts";
import { blocks, code, lines, link, word } from "../render/markdown.ts";
import type { OrganizationAccess, SentryAccess } from "../sentry/access.ts";
import { SentryError } from "../sentry/error.ts";
import { addNote, getIssue, type Issue, updateIssue as update } from "../sentry/issue.ts";
import { findTeam } from "../sentry/team.ts";
import { defineTool } from "./define.ts";
import { addressedIssue } from "./issue-address.ts";
import { IGNORE_MODES, statusChange, stillToDo } from "./issue-change.ts";
import { issueAddress } from "./params.ts";

const positive = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000_000));
const minutesOfAWeek = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_080));

const output = v.object({
  issue: v.string(),
  url: v.optional(v.string()),
  changes: v.array(v.object({ field: v.string(), from: v.string(), to: v.string() })),
  now: v.object({ status: v.string(), assignedTo: v.string(), priority: v.optional(v.string()) }),
  note: v.optional(v.picklist(["added", "failed"])),
});

export const updateIssue = defineTool({
  name: "update_issue",
  title: "Update issue",
  description:
    "Changes one issue: resolve (now or in the next release), reopen, ignore with a condition, assign, set priority. " +
    "Answers with each change, old to new; what already matches is left alone.",
  skills: ["triage"],
  scopes: ["event:write"],
  effect: "update",
  output,
  input: v.object({
    ...issueAddress,
    status: v.optional(v.picklist(["resolved", "resolvedInNextRelease", "unresolved", "ignored"])),
    assignedTo: v.optional(v.pipe(
      v.string(),
      v.trim(),
      v.regex(/^(?:me|none|user:\d+|team:[\w-]+)$/, `expected "me", "none", "user:ID" or "team:ID_OR_SLUG"`),
      v.description(`"me", "none", "user:ID" or "team:ID_OR_SLUG"`),
    )),
    priority: v.optional(v.picklist(["high", "medium", "low"])),
    ignoreMode: v.optional(
      v.pipe(v.picklist(IGNORE_MODES), v.description("With status ignored; default: untilEscalating")),
    ),
    ignoreDurationMinutes: v.optional(v.pipe(positive, v.description("For forDuration"))),
    ignoreCount: v.optional(v.pipe(positive, v.description("Events, for untilOccurrenceCount"))),
    ignoreWindowMinutes: v.optional(v.pipe(minutesOfAWeek, v.description("ignoreCount within this time"))),
    ignoreUserCount: v.optional(v.pipe(positive, v.description("Users, for untilUserCount"))),
    ignoreUserWindowMinutes: v.optional(
      v.pipe(minutesOfAWeek, v.description("ignoreUserCount within this time")),
    ),
    reason: v.optional(
      v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(4096), v.description("Posted as a comment")),
    ),
  }),
  example: { organizationSlug: "acme", issueId: "STOREFRONT-2", priority: "low" },
  async run(input, { sentry }): Promise<v.InferOutput<typeof output>> {
    const { assignedTo, priority, reason } = input;
    const status = statusChange(input);
    if (!input.status && !assignedTo && !priority && !reason) {
      throw new SentryError("invalid", "Nothing to do: pass status, assignedTo, priority or reason");
    }
    const { organization, issueId } = addressedIssue(input, sentry);
    const [before, assignee] = await Promise.all([
      getIssue(organization, issueId),
      assignedTo === undefined ? undefined : assigneeId(assignedTo, organization, sentry),
    ]);
    const change = stillToDo(before, { ...status, priority, assignedTo: assignee });
    const hasChange = Object.keys(change).length > 0;
    const after = hasChange ? await update(organization, before, change) : before;
    return {
      issue: before.shortId ?? before.id,
      url: link(before.permalink),
      changes: [
        ...(change.status
          ? [{ field: "status", from: statusOf(before), to: statusOf(after, change.status) }]
          : []),
        ...(change.assignedTo === undefined ? [] : [assignment(before, after, change.assignedTo)]),
        ...(change.priority
          ? [{
            field: "priority",
            from: word(before.priority ?? "unknown"),
            to: word(after.priority ?? change.priority),
          }]
          : []),
      ],
      now: {
        status: statusOf(after, change.status),
        assignedTo: assigneeText(after.assignedTo),
        priority: after.priority ?? change.priority,
      },
      note: reason === undefined ? undefined : await tryNote(organization, before, reason),
    };
  },
  render({ issue, url, changes, now, note }) {
    return blocks(
      changes.length > 0 ? `Changed ${code(issue)}` : `Nothing changed: ${code(issue)} already matches`,
      lines(...changes.map(({ field, from, to }) => `- ${field}: ${from} → ${to}`)),
      `Now: ${now.status}; assigned to ${now.assignedTo}${
        now.priority ? `; priority ${word(now.priority)}` : ""
      }`,
      note === "added" && "The reason was added as a comment.",
      note === "failed" && "The reason could not be added as a comment; the rest stands.",
      url,
    );
  },
});

const statusOf = (issue: Issue, planned?: string) => statusText(issue) ?? planned ?? "unknown";

/** Sentry's answer tells the name; without it, what was asked for has to do. */
function assignment(before: Issue, after: Issue, planned: string) {
  const to = after.assignedTo || planned === "" ? assigneeText(after.assignedTo) : code(planned);
  return { field: "assignee", from: assigneeText(before.assignedTo), to };
}

async function assigneeId(
  asked: string,
  organization: OrganizationAccess,
  sentry: SentryAccess,
): Promise<string> {
  if (asked === "none") return "";
  if (asked === "me") {
    const { id } = await sentry.user();
    if (!id) throw new SentryError("bad_answer", "Sentry does not say who is signed in");
    return `user:${id}`;
  }
  const slug = asked.startsWith("team:") ? asked.slice("team:".length) : "";
  if (slug === "" || /^\d+$/.test(slug)) return asked;
  const team = await findTeam(organization, slug);
  if (!team) throw new SentryError("invalid", `assignedTo: no team "${slug}" in "${organization.slug}"`);
  return `team:${team.id}`;
}

/** The issue is changed by now, so a comment that fails is told, not thrown. */
async function tryNote(organization: OrganizationAccess, issue: Issue, reason: string) {
  try {
    await addNote(organization, issue, reason);
    return "added";
  } catch (error) {
    if (!(error instanceof SentryError)) throw error;
    return "failed";
  }
}
