import { withinTime } from "../lib/time-limit.ts";
import type { IssueSurroundings } from "../render/issue-surroundings.ts";
import type { OrganizationAccess } from "../sentry/organization-access.ts";
import { getOwners, getSuspectCommits } from "../sentry/blame.ts";
import { SentryError } from "../sentry/error.ts";
import type { Event } from "../sentry/event.ts";
import { listExternalIssues } from "../sentry/external-issue.ts";
import type { Issue } from "../sentry/issue.ts";
import { listReleases, type ReleaseDates } from "../sentry/release.ts";
import { listTags } from "../sentry/tag-values.ts";

/** Nobody waits longer for what an issue is complete without. */
const PATIENCE_MS = 4000;
const VALUES_OF_A_TAG = 3;
/** Sentry sends no more at a time. */
const MOST_RELEASES = 100;

/** What needs only the issue's id, so that it is read beside the issue. */
export async function besideIssue(
  organization: OrganizationAccess,
  issueId: string,
  issue: Promise<Issue>,
): Promise<IssueSurroundings> {
  const [tags, externalIssues] = await Promise.all([
    ifPossible(listTags(organization, issueId, { issue, values: VALUES_OF_A_TAG })),
    ifPossible(listExternalIssues(organization, issueId, issue)),
  ]);
  return { tags: tags?.items, externalIssues: externalIssues?.items };
}

/** What hangs on the event in its project, which only the issue and the event tell. */
export async function besideEvent(
  organization: OrganizationAccess,
  issue: Issue,
  event: Event | undefined,
): Promise<IssueSurroundings> {
  const hasProject = issue.project.slug !== undefined || issue.project.id !== undefined;
  if (!event?.id || !hasProject) return {};
  const happening = { issue, eventId: event.id };
  const [suspects, owners] = await Promise.all([
    ifPossible(getSuspectCommits(organization, happening)),
    ifPossible(getOwners(organization, happening)),
  ]);
  return { suspects, owners };
}

/** What was released while the issue's events were counted, which only a picture shows. Undefined: not known. */
export async function releasesMeanwhile(
  organization: OrganizationAccess,
  issue: Promise<Issue>,
): Promise<readonly ReleaseDates[] | undefined> {
  const { id, slug } = (await issue).project;
  if (id === undefined) return undefined;
  const wanted = { period: "31d", most: MOST_RELEASES };
  return (await ifPossible(listReleases(organization, { id, ...(slug && { slug }) }, wanted)))?.items;
}

async function ifPossible<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await withinTime<T | undefined>(reading, { limitMs: PATIENCE_MS, late: () => undefined });
  } catch (error) {
    if (!(error instanceof SentryError) || error.kind === "unauthorized") throw error;
    return undefined;
  }
}
