import type { BulkChange } from "../render/bulk-change.ts";
import { changeQuestion, changeText, stateText } from "../render/bulk-change.ts";
import { oneLine } from "../render/markdown.ts";
import type { OrganizationAccess } from "../sentry/organization-access.ts";
import { SentryError } from "../sentry/error.ts";
import { addNote, type Issue, type IssueChange, searchIssues } from "../sentry/issue.ts";
import { changeIssues, findIssues, MOST_ISSUES } from "../sentry/issue-batch.ts";
import {
  type Confirmation,
  packConfirmation,
  type PackedConfirmation,
  unpackConfirmation,
} from "./confirmation.ts";
import type { ToolContext } from "./define.ts";
import { stillToDo } from "./issue-change.ts";
import { agreedTo, Question } from "./question.ts";

/**
 * Many issues change in two steps: one shows what would change, the next does exactly that. Between them the user
 * agrees in the client's own form, or where it has none, a second call brings a handle.
 */

interface Selection {
  /** Short ids in upper case, or numeric ones. */
  readonly issueIds?: readonly string[];
  readonly query?: string;
  readonly project?: string;
  readonly period: string;
}

interface Planned {
  readonly change: IssueChange;
  /** As the user named the assignee. */
  readonly assignee?: string;
  readonly reason?: string;
}

/** Long lists have short titles, so that every issue finds room. */
const FEW = 40;

const AGREED = "agreed";

interface Wanted {
  readonly selection: Selection;
  plan(): Promise<Planned>;
}

/** Changes what the user agrees to; a client without forms gets a handle for it. */
export async function changeMany(
  organization: OrganizationAccess,
  wanted: Wanted,
  context: ToolContext,
): Promise<BulkChange> {
  const { ask, handles } = context;
  const agreed = ask && agreedTo(AGREED, ask);
  if (agreed) return carryOut(unpackConfirmation(agreed.kept, handles), context);
  const { preview, confirmation } = await previewChange(organization, wanted);
  if (!confirmation) return preview;
  if (ask) {
    const message = changeQuestion(preview, { organization: organization.slug, reason: confirmation.r });
    throw new Question(AGREED, message, { kept: confirmation });
  }
  return { ...preview, confirm: await handles.seal(confirmation), lifeMinutes: handles.lifeMinutes };
}

/** Reads, and changes nothing. */
async function previewChange(
  organization: OrganizationAccess,
  { selection, plan }: Wanted,
): Promise<{ preview: BulkChange; confirmation?: PackedConfirmation }> {
  const [found, { change, assignee, reason }] = await Promise.all([select(organization, selection), plan()]);
  const { ready, unusable } = sortOut(found.issues);
  const open = ready.filter((issue) => !isDone(issue, change));
  const to = changeText(change, { assignee, reason });
  const titleLength = open.length > FEW ? 40 : 100;
  const preview = {
    to,
    changed: [],
    failed: [],
    withoutNote: [],
    wouldChange: open.map((issue) => ({
      id: nameOf(issue),
      title: issue.title && oneLine(issue.title, titleLength),
      from: stateText(issue, change),
    })),
    matching: ready.filter((issue) => isDone(issue, change)).map(nameOf),
    missing: [...found.missing, ...unusable.map(nameOf)],
    hasMore: found.hasMore,
  };
  if (open.length === 0) return { preview };
  return {
    preview,
    confirmation: packConfirmation({ organizationSlug: organization.slug, change, to, reason }, open),
  };
}

async function select(organization: OrganizationAccess, { issueIds, query, project, period }: Selection) {
  if (issueIds) return { ...(await findIssues(organization, [...new Set(issueIds)])), hasMore: false };
  const options = { query: query ?? "", sort: "date", period, limit: MOST_ISSUES, project };
  const { items, cursor } = await searchIssues(organization, options);
  return { issues: items, missing: [], hasMore: cursor !== undefined };
}

export async function changeConfirmed(confirm: string, context: ToolContext): Promise<BulkChange> {
  const { handles } = context;
  return carryOut(unpackConfirmation(await handles.open(confirm), handles), context);
}

/** Does what a preview showed, to those of its issues that still need it. */
async function carryOut(
  { organizationSlug, issues: wanted, change, to, reason }: Confirmation,
  { sentry, progress }: ToolContext,
): Promise<BulkChange> {
  const organization = sentry.organization(organizationSlug);
  const found = await findIssues(organization, [...wanted.values()].flat());
  const { ready, unusable } = sortOut(found.issues);
  // Nothing that was shown as one project's is changed in another.
  const known = ready.filter(({ id, project }) => wanted.get(project.id ?? "")?.includes(id));
  const moved = ready.filter((issue) => !known.includes(issue));
  const open = known.filter((issue) => !isDone(issue, change));

  let done = 0;
  const outcomes = await Promise.all(
    alike(open, change).map(async (group) => {
      const outcome = await applyTo(organization, group);
      done += group.issues.length;
      progress?.(`${done} of ${open.length} issues done`);
      return outcome;
    }),
  );
  const changed = outcomes.flatMap((outcome) => outcome.changed);
  const onNoted = (noted: number) => progress?.(`${noted} of ${changed.length} comments done`);
  const withoutNote = reason === undefined ? [] : await addNotes(organization, changed, { reason, onNoted });
  return {
    to,
    wouldChange: [],
    hasMore: false,
    changed: changed.map(nameOf),
    matching: known.filter((issue) => isDone(issue, change)).map(nameOf),
    missing: [
      ...found.missing,
      ...[...unusable, ...moved, ...outcomes.flatMap((outcome) => outcome.missing)].map(nameOf),
    ],
    failed: outcomes.flatMap((outcome) => outcome.failed),
    withoutNote: withoutNote.map(nameOf),
  };
}

const nameOf = ({ shortId, id }: Issue) => shortId ?? id;
const isDone = (issue: Issue, change: IssueChange) => Object.keys(stillToDo(issue, change)).length === 0;

/** Only what has a numeric id and a project can be changed together with others. */
function sortOut(issues: readonly Issue[]) {
  const isReady = ({ id, project }: Issue) => /^\d{1,15}$/.test(id) && project.id !== undefined;
  return { ready: issues.filter(isReady), unusable: issues.filter((issue) => !isReady(issue)) };
}

interface Group {
  readonly issues: readonly Issue[];
  readonly change: IssueChange;
}

/** Issues of one project that lack the same part of the change. */
function alike(issues: readonly Issue[], change: IssueChange): Group[] {
  const groups = new Map<string, { issues: Issue[]; change: IssueChange }>();
  for (const issue of issues) {
    const lacking = stillToDo(issue, change);
    const key = JSON.stringify([issue.project.id, lacking]);
    const group = groups.get(key) ?? { issues: [], change: lacking };
    group.issues.push(issue);
    groups.set(key, group);
  }
  return [...groups.values()];
}

async function applyTo(organization: OrganizationAccess, { issues, change }: Group) {
  const nothing = { changed: [], missing: [], failed: [] };
  try {
    return await changeIssues(organization, issues, change)
      ? { ...nothing, changed: issues }
      : { ...nothing, missing: issues };
  } catch (error) {
    if (!(error instanceof SentryError) || error.kind === "unauthorized") throw error;
    const problem = [error.message, error.detail].filter((part) => part !== undefined).join(": ");
    return { ...nothing, failed: issues.map((issue) => ({ id: nameOf(issue), problem })) };
  }
}

/** Each is a request of its own; a client is told now and then. */
const NOTES_A_WORD = 10;

/** The issues are changed by now, so a comment that fails is told, not thrown. */
async function addNotes(
  organization: OrganizationAccess,
  issues: readonly Issue[],
  { reason, onNoted }: { reason: string; onNoted: (noted: number) => void },
) {
  let noted = 0;
  const outcomes = await Promise.all(
    issues.map(async (issue) => {
      const outcome = await addNote(organization, issue, reason).then(() => true, isOther);
      if (++noted % NOTES_A_WORD === 0) onNoted(noted);
      return outcome;
    }),
  );
  return issues.filter((_, index) => !outcomes[index]);
}

function isOther(error: unknown): false {
  if (error instanceof SentryError) return false;
  throw error;
}
