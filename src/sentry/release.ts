import type { OrganizationAccess, Page } from "./organization-access.ts";
import { idOf, isRecord, listOf, numberOf, record, text, time } from "./decode.ts";

export interface Release {
  readonly version: string;
  readonly status?: string;
  readonly createdAt?: string;
  readonly releasedAt?: string;
  readonly firstEvent?: string;
  readonly lastEvent?: string;
  readonly newIssues?: number;
  readonly commits?: number;
  readonly deploys?: number;
  readonly lastCommit?: { readonly id: string; readonly message?: string; readonly author?: string };
  readonly lastDeploy?: { readonly environment: string; readonly at?: string };
  readonly authors: readonly string[];
  readonly projects: readonly { readonly id?: string; readonly slug: string; readonly newIssues?: number }[];
  /** Where it can be looked at, such as a page of the code host. */
  readonly url?: string;
}

export type ReleaseDates = Pick<Release, "version" | "createdAt" | "releasedAt">;

export function decodeRelease(raw: unknown): Release | undefined {
  if (!isRecord(raw)) return undefined;
  const version = text(raw.version);
  if (!version) return undefined;
  const commit = record(raw.lastCommit);
  const deploy = record(raw.lastDeploy);
  const commitId = text(commit.id);
  const environment = text(deploy.environment);
  return {
    version,
    status: text(raw.status),
    createdAt: time(raw.dateCreated),
    releasedAt: time(raw.dateReleased),
    firstEvent: time(raw.firstEvent),
    lastEvent: time(raw.lastEvent),
    newIssues: numberOf(raw.newGroups),
    commits: numberOf(raw.commitCount),
    deploys: numberOf(raw.deployCount),
    lastCommit: commitId
      ? { id: commitId, message: text(commit.message), author: personOf(commit.author) }
      : undefined,
    lastDeploy: environment ? { environment, at: time(deploy.dateFinished) } : undefined,
    authors: listOf(raw.authors, personOf),
    projects: listOf(raw.projects, (project) => {
      const { id, slug, newGroups } = record(project);
      const named = text(slug) ?? idOf(id);
      return named ? { id: idOf(id), slug: named, newIssues: numberOf(newGroups) } : undefined;
    }),
    url: text(raw.url),
  };
}

const personOf = (raw: unknown) => text(record(raw).name) ?? text(record(raw).email);

/**
 * `GET /organizations/{organization}/releases/{version}/`, or below a project, where it tells of that one alone: a
 * release can be of several.
 *
 * @param asked Slug or id of a project; absent: the session's, or all.
 * @see https://docs.sentry.io/api/releases/retrieve-an-organizations-release/
 */
export async function getRelease(
  organization: OrganizationAccess,
  version: string,
  asked?: string,
): Promise<Release> {
  const project = await organization.project(asked);
  const path = ["releases", version];
  if (!project) return organization.get({ path, decode: decodeRelease, projectOf: "none" });
  const release = await organization.get({
    inProject: project.slug ?? project.id,
    path,
    decode: decodeRelease,
    projectOf: () => project,
  });
  return {
    ...release,
    projects: release.projects.filter(({ id, slug }) => id === project.id || slug === project.slug),
  };
}

/**
 * `GET /organizations/{organization}/releases/`: those of one project, newest first; a period is that of their dates.
 *
 * @param project Of a thing that this session has read: a release can be of several projects and tells of all.
 * @see https://docs.sentry.io/api/releases/list-an-organizations-releases/ and of getsentry/sentry
 * `src/sentry/api/endpoints/organization_releases.py`
 */
export function listReleases(
  organization: OrganizationAccess,
  project: { readonly id: string; readonly slug?: string },
  options: { period: string; most: number },
): Promise<Page<ReleaseDates>> {
  return organization.list({
    path: ["releases"],
    query: { project: project.id, statsPeriod: options.period, per_page: options.most },
    decode: decodeReleaseDates,
    projectOf: () => project,
  });
}

/**
 * The same of the session's project, or of all that it may see, newest first.
 *
 * @param options.query What their versions have in them.
 */
export async function findReleases(
  organization: OrganizationAccess,
  options: { query: string; most: number },
): Promise<Page<ReleaseDates>> {
  const project = await organization.project();
  return organization.list({
    path: ["releases"],
    query: { query: options.query, project: project?.id, per_page: options.most },
    decode: decodeReleaseDates,
    // A release can be of several projects and tells of all; the list was asked of this one.
    projectOf: project ? () => project : "none",
  });
}

function decodeReleaseDates(raw: unknown): ReleaseDates | undefined {
  const release = decodeRelease(raw);
  return release &&
    { version: release.version, createdAt: release.createdAt, releasedAt: release.releasedAt };
}
