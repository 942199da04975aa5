import type { OrganizationAccess, Page } from "./organization-access.ts";
import { idOf, isRecord, listOf, record, text } from "./decode.ts";

export interface Project {
  readonly id: string;
  readonly slug: string;
  readonly name?: string;
  readonly platform?: string;
  /** Slugs. */
  readonly teams: readonly string[];
}

export function decodeProject(raw: unknown): Project | undefined {
  if (!isRecord(raw)) return undefined;
  const id = idOf(raw.id);
  const slug = text(raw.slug) ?? id;
  if (!id || !slug) return undefined;
  return {
    id,
    slug,
    name: text(raw.name),
    platform: text(raw.platform),
    teams: listOf(raw.teams, (team) => text(record(team).slug)),
  };
}

/**
 * `GET /organizations/{organization}/projects/`
 *
 * @see https://docs.sentry.io/api/organizations/list-an-organizations-projects/
 */
export function listProjects(
  organization: OrganizationAccess,
  options: { query?: string; cursor?: string; limit: number },
): Promise<Page<Project>> {
  return organization.list({
    path: ["projects"],
    query: { query: options.query, cursor: options.cursor, per_page: options.limit },
    decode: decodeProject,
    projectOf: (project) => project,
  });
}
