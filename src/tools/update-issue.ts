import * as v from "valibot";
import { renderBulkChange } from "../render/bulk-change.ts";
import { assigneeText, statusText } from "../render/issue.ts";
import { blocks, code, lines, link, word } from "../render/markdown.ts";
import type { OrganizationAccess } from "../sentry/organization-access.ts";
import { SentryError } from "../sentry/error.ts";
import { addNote, getIssue, type Issue, type IssueChange, updateIssue as update } from "../sentry/issue.ts";
import { MOST_ISSUES } from "../sentry/issue-batch.ts";
import { assigneeId } from "./assignee.ts";
import { defineTool } from "./define.ts";
import { addressedIssue, shortIdCase } from "./issue-address.ts";
import { IGNORE_MODES, statusChange, stillToDo } from "./issue-change.ts";
import { issueAddress, period, projectSlugOrId, someIssueId } from "./params.ts";
import { changeConfirmed, changeMany } from "./update-issues.ts";

const name = v.pipe(v.string(), v.trim(), v.nonEmpty());

const positive = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000_000));
const minutesOfAWeek = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_080));

const optionalText = v.optional(v.string());
const ids = v.array(v.string());

/** Of one issue, or of many under `bulk`. */
const output = v.object({
  issue: optionalText,
  url: optionalText,
  changes: v.optional(v.array(v.object({ field: v.string(), from: v.string(), to: v.string() }))),
  now: v.optional(v.object({ status: v.string(), assignedTo: v.string(), priority: optionalText })),
  note: v.optional(v.picklist(["added", "failed"])),
  bulk: v.optional(v.object({
    to: v.string(),
    wouldChange: v.array(v.object({ id: v.string(), title: optionalText, from: v.string() })),
    changed: ids,
    matching: ids,
    missing: ids,
    failed: v.array(v.object({ id: v.string(), problem: v.string() })),
    withoutNote: ids,
    hasMore: v.boolean(),
    confirm: optionalText,
    lifeMinutes: v.optional(v.number()),
  })),
});

export const updateIssue = defineTool({
  name: "update_issue",
  title: "Update issue",
  description:
    "Changes one issue, or up to 100 by issueIds or query: resolve (now, by release or commit), reopen, ignore, assign, " +
    "set priority. One: answers with each change, old to new. Many: shows what would change and a handle; `confirm` " +
    "alone then does it.",
  skills: ["triage"],
  scopes: ["event:write"],
  effect: "update",
  output,
  input: v.object({
    ...issueAddress,
    issueIds: v.optional(
      v.pipe(
        v.array(someIssueId),
        v.minLength(1),
        v.maxLength(MOST_ISSUES),
        v.description("Many: their ids"),
      ),
    ),
    query: v.optional(
      v.pipe(
        v.string(),
        v.trim(),
        v.minLength(1),
        v.maxLength(2000),
        v.description("Many: Sentry search syntax"),
      ),
    ),
    projectSlugOrId: v.optional(v.pipe(projectSlugOrId, v.description("With query"))),
    period: v.optional(v.pipe(period, v.description("With query; default: 30d"))),
    confirm: v.optional(
      v.pipe(v.string(), v.trim(), v.maxLength(20_000), v.description("Handle of a preview, alone")),
    ),
    status: v.optional(v.picklist(["resolved", "resolvedInNextRelease", "unresolved", "ignored"])),
    inRelease: v.optional(v.pipe(name, v.description('Resolved in this version, or "latest"'))),
    commit: v.optional(v.pipe(name, v.description("Resolved in this commit, with repository"))),
    repository: v.optional(v.pipe(name, v.description("Its name in Sentry"))),
    assignedTo: v.optional(v.pipe(
      v.string(),
      v.trim(),
      v.regex(/^(?:me|none|user:\d+|team:[\w-]+)$/, `expected "me", "none", "user:ID" or "team:ID_OR_SLUG"`),
      v.description(`"me", "none", "user:ID" or "team:ID_OR_SLUG"`),
    )),
    priority: v.optional(v.picklist(["high", "medium", "low"])),
    ignoreMode: v.optional(
      v.pipe(v.picklist(IGNORE_MODES), v.description("Default: untilEscalating")),
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
  async run(input, context): Promise<v.InferOutput<typeof output>> {
    if (input.confirm !== undefined) {
      const stray = strayBeside(input);
      if (stray) throw new SentryError("invalid", `confirm stands alone: leave out ${stray}`);
      return { bulk: await changeConfirmed(input.confirm, context) };
    }
    const { assignedTo, priority, reason } = input;
    const status = statusChange(input);
    const isMany = input.issueIds !== undefined || input.query !== undefined;
    if (!input.status && !assignedTo && !priority && (isMany || !reason)) {
      const orReason = isMany ? "assignedTo or priority" : "assignedTo, priority or reason";
      throw new SentryError("invalid", `Nothing to do: pass status, ${orReason}`);
    }
    const changeIn = async (organization: OrganizationAccess): Promise<IssueChange> => ({
      ...status,
      priority,
      assignedTo: assignedTo && await assigneeId(assignedTo, organization, context.sentry),
    });
    if (!isMany) {
      const { organization, issueId } = addressedIssue(input, context.sentry);
      return changeOne(organization, issueId, { change: changeIn(organization), reason });
    }
    const selection = selectionOf(input);
    const organization = context.sentry.organization(input.organizationSlug);
    const plan = async () => ({ change: await changeIn(organization), assignee: assignedTo, reason });
    return { bulk: await changeMany(organization, { selection, plan }, context) };
  },
  render({ bulk, issue = "", url, changes = [], now, note }) {
    if (bulk) return renderBulkChange(bulk);
    return blocks(
      changes.length > 0 ? `Changed ${code(issue)}` : `Nothing changed: ${code(issue)} already matches`,
      lines(...changes.map(({ field, from, to }) => `- ${field}: ${from} → ${to}`)),
      now &&
        `Now: ${now.status}; assigned to ${now.assignedTo}${
          now.priority ? `; priority ${word(now.priority)}` : ""
        }`,
      note === "added" && "The reason was added as a comment.",
      note === "failed" && "The reason could not be added as a comment; the rest stands.",
      url,
    );
  },
});

/** A confined session adds its own place to every call. */
const PLACE = ["confirm", "organizationSlug", "projectSlugOrId"];

function strayBeside(input: object): string | undefined {
  return Object.entries(input).find(([name, value]) => value !== undefined && !PLACE.includes(name))?.[0];
}

/** A handle holds the reason, and models have to repeat handles. */
const LONGEST_REASON_OF_MANY = 1000;

function selectionOf(
  input: { [Name in "issueUrl" | "issueId" | "query" | "projectSlugOrId" | "period" | "reason"]?: string } & {
    issueIds?: readonly string[];
  },
) {
  const { issueUrl, issueId, issueIds, query, projectSlugOrId: project, period = "30d", reason = "" } = input;
  const ways = Object.entries({ issueUrl, issueId, issueIds, query }).filter(([, value]) =>
    value !== undefined
  );
  if (ways.length > 1) {
    throw new SentryError("invalid", `Pass one of ${ways.map(([way]) => way).join(" and ")}`);
  }
  if (reason.length > LONGEST_REASON_OF_MANY) {
    throw new SentryError("invalid", `reason: at most ${LONGEST_REASON_OF_MANY} characters for many issues`);
  }
  return { issueIds: issueIds?.map(shortIdCase), query, project, period };
}

async function changeOne(
  organization: OrganizationAccess,
  issueId: string,
  wanted: { change: Promise<IssueChange>; reason?: string },
): Promise<v.InferOutput<typeof output>> {
  const { reason } = wanted;
  const [before, asked] = await Promise.all([getIssue(organization, issueId), wanted.change]);
  const change = stillToDo(before, asked);
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
}

const statusOf = (issue: Issue, planned?: string) => statusText(issue) ?? planned ?? "unknown";

/** Sentry's answer tells the name; without it, what was asked for has to do. */
function assignment(before: Issue, after: Issue, planned: string) {
  const to = after.assignedTo || planned === "" ? assigneeText(after.assignedTo) : code(planned);
  return { field: "assignee", from: assigneeText(before.assignedTo), to };
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
