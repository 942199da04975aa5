import type { OrganizationAccess } from "./organization-access.ts";
import { isRecord } from "./decode.ts";
import { SentryError } from "./error.ts";
import { decodeIssue, getIssue, type Issue, type IssueChange } from "./issue.ts";

/** As many as one page has, and as one change takes here. */
export const MOST_ISSUES = 100;

interface Found {
  /** In the order asked for, each once. */
  readonly issues: readonly Issue[];
  /** Ids, as they were asked for, of what is not there or outside the session. */
  readonly missing: readonly string[];
}

/**
 * Issues by short or numeric id: all in two requests, and one by one only what those leave open, because Sentry
 * limits the rate of single issues.
 */
export async function findIssues(organization: OrganizationAccess, ids: readonly string[]): Promise<Found> {
  const numeric = ids.filter((id) => /^\d+$/.test(id));
  const short = ids.filter((id) => !numeric.includes(id));
  const own = await organization.project();
  const listed = await Promise.all([
    numeric.length > 0 ? listByNumber(organization, numeric, own?.id).catch(unlessRefused) : [],
    short.length > 0 ? listByShortId(organization, short, own?.id).catch(unlessRefused) : [],
  ]);
  const known = new Map(
    listed.flat().flatMap((issue) => [[issue.id, issue], [issue.shortId, issue]] as const),
  );
  const found = await Promise.all(
    ids.map(async (id) => known.get(id) ?? (await getIssue(organization, id).catch(unlessGone))),
  );
  const issues = new Map(found.flatMap((issue) => (issue ? [[issue.id, issue] as const] : [])));
  return { issues: [...issues.values()], missing: ids.filter((_, index) => !found[index]) };
}

const EVERY_PROJECT = "-1";

/**
 * `GET /organizations/{organization}/issues/?group=…`, which looks at ids alone and not at `query` or period.
 *
 * @see `src/sentry/issues/endpoints/organization_group_index.py` of getsentry/sentry
 */
async function listByNumber(
  organization: OrganizationAccess,
  ids: readonly string[],
  project = EVERY_PROJECT,
): Promise<readonly Issue[]> {
  const { items } = await organization.list({
    path: ["issues"],
    query: { group: ids, project, limit: MOST_ISSUES },
    decode: decodeIssue,
    projectOf: (issue) => issue.project,
  });
  return items;
}

/** By search, which leaves out what was not seen for long. */
async function listByShortId(
  organization: OrganizationAccess,
  ids: readonly string[],
  project = EVERY_PROJECT,
): Promise<readonly Issue[]> {
  const { items } = await organization.list({
    path: ["issues"],
    query: { query: `issue:[${ids.join(",")}]`, statsPeriod: "90d", project, limit: MOST_ISSUES },
    decode: decodeIssue,
    projectOf: (issue) => issue.project,
  });
  return items;
}

/** A list fails as a whole for one id in it that is unknown or out of reach. */
function unlessRefused(error: unknown): readonly Issue[] {
  if (isKind(error, ["forbidden", "not_found", "invalid", "unsupported"])) return [];
  throw error;
}

function unlessGone(error: unknown): undefined {
  if (isKind(error, ["forbidden", "not_found", "outside_constraint"])) return undefined;
  throw error;
}

const isKind = (error: unknown, kinds: readonly SentryError["kind"][]) =>
  error instanceof SentryError && kinds.includes(error.kind);

/**
 * `PUT /organizations/{organization}/issues/?id=…`: the same change to issues of one project. False when Sentry
 * found none of them.
 *
 * Sentry takes ids that it cannot open for no ids at all and lets `query` decide then, which without one means
 * every unresolved issue: so the ids are those of issues just read, and the query names nothing but them.
 *
 * @param issues Of one project, as they were just fetched; at least one.
 * @see https://docs.sentry.io/api/events/bulk-mutate-an-organizations-issues/
 * @see `update_groups_with_search_fn` in `src/sentry/api/helpers/group_index/update.py` of getsentry/sentry
 */
export function changeIssues(
  organization: OrganizationAccess,
  issues: readonly Issue[],
  change: IssueChange,
): Promise<boolean> {
  const ids = issues.map(({ id }) => id);
  const [project, ...others] = [...new Set(issues.map(({ project }) => project.id))];
  if (!project || others.length > 0 || !ids.every((id) => /^\d+$/.test(id))) {
    throw new SentryError(
      "invalid",
      "Only issues of one project, known by their numeric ids, can change at once",
    );
  }
  return organization.change({
    method: "PUT",
    path: ["issues"],
    query: { id: ids, project, query: `issue.id:[${ids.join(",")}]` },
    body: change,
    project: { id: project },
    decode: isRecord,
  });
}
