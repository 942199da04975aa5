import type { OrganizationAccess, Page } from "./organization-access.ts";
import { sameSlug } from "./confinement.ts";
import { idOf, isRecord, numberOf, text } from "./decode.ts";

export interface Team {
  readonly id: string;
  readonly slug: string;
  readonly name?: string;
  readonly members?: number;
}

export function decodeTeam(raw: unknown): Team | undefined {
  if (!isRecord(raw)) return undefined;
  const id = idOf(raw.id);
  if (!id) return undefined;
  return { id, slug: text(raw.slug) ?? id, name: text(raw.name), members: numberOf(raw.memberCount) };
}

/**
 * `GET /organizations/{organization}/teams/`
 *
 * Teams belong to the organization as a whole, in a session of one project too: issues are assigned to them.
 *
 * @see https://docs.sentry.io/api/teams/list-an-organizations-teams/
 */
export function listTeams(
  organization: OrganizationAccess,
  options: { query?: string; cursor?: string; limit: number },
): Promise<Page<Team>> {
  return organization.list({
    path: ["teams"],
    query: { query: options.query, cursor: options.cursor, per_page: options.limit },
    decode: decodeTeam,
    projectOf: "none",
  });
}

export async function findTeam(organization: OrganizationAccess, slug: string): Promise<Team | undefined> {
  const { items } = await listTeams(organization, { query: slug, limit: 100 });
  return items.find((team) => sameSlug(team.slug, slug));
}
