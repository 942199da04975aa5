import type { OrganizationAccess } from "./organization-access.ts";
import { isRecord, listOf, record, text, time } from "./decode.ts";
import type { Issue } from "./issue.ts";

/** Who may have caused an event, or owns the code that it happened in. */

export interface SuspectCommit {
  readonly id: string;
  readonly message?: string;
  readonly at?: string;
  readonly author?: string;
  readonly repository?: string;
  readonly pullRequestUrl?: string;
}

export interface Owner {
  readonly type: "user" | "team";
  readonly name: string;
}

/** Undefined when it does not have the shape; each committer brings commits. */
export function decodeSuspectCommits(raw: unknown): readonly SuspectCommit[] | undefined {
  if (!isRecord(raw)) return undefined;
  return listOf(raw.committers, record).flatMap(({ author, commits }) =>
    listOf(commits, (commit) => decodeCommit(commit, personOf(author)))
  );
}

function decodeCommit(raw: unknown, author: string | undefined): SuspectCommit | undefined {
  if (!isRecord(raw)) return undefined;
  const id = text(raw.id);
  if (!id) return undefined;
  return {
    id,
    message: text(raw.message),
    at: time(raw.dateCreated),
    author: author ?? personOf(raw.author),
    repository: text(record(raw.repository).name),
    pullRequestUrl: text(record(raw.pullRequest).externalUrl),
  };
}

const personOf = (raw: unknown) => text(record(raw).name) ?? text(record(raw).email);

export function decodeOwners(raw: unknown): readonly Owner[] | undefined {
  if (!isRecord(raw)) return undefined;
  return listOf(raw.owners, (owner) => {
    const { type, name, email } = record(owner);
    const called = text(name) ?? text(email);
    return called ? { type: type === "team" ? "team" as const : "user" as const, name: called } : undefined;
  });
}

interface Happening {
  /** As it was fetched: these answers do not say which project they are of. */
  readonly issue: Issue;
  readonly eventId: string;
}

/**
 * `GET /projects/{organization}/{project}/events/{event}/committers/`; 404 when there is none.
 *
 * @see `src/sentry/issues/endpoints/event_file_committers.py` of getsentry/sentry
 */
export function getSuspectCommits(
  organization: OrganizationAccess,
  { issue, eventId }: Happening,
): Promise<readonly SuspectCommit[]> {
  return organization.get({
    inProject: projectOf(issue),
    path: ["events", eventId, "committers"],
    decode: decodeSuspectCommits,
    projectOf: () => issue.project,
  });
}

/**
 * `GET /projects/{organization}/{project}/events/{event}/owners/`
 *
 * @see `src/sentry/issues/endpoints/event_owners.py` of getsentry/sentry
 */
export function getOwners(
  organization: OrganizationAccess,
  { issue, eventId }: Happening,
): Promise<readonly Owner[]> {
  return organization.get({
    inProject: projectOf(issue),
    path: ["events", eventId, "owners"],
    decode: decodeOwners,
    projectOf: () => issue.project,
  });
}

const projectOf = ({ project }: Issue) => project.slug ?? project.id ?? "";
