import type { OrganizationAccess } from "./access.ts";
import { sameSlug } from "./confinement.ts";
import { idOf, isRecord, text } from "./decode.ts";

export interface Team {
  readonly id: string;
  readonly slug: string;
}

export function decodeTeam(raw: unknown): Team | undefined {
  if (!isRecord(raw)) return undefined;
  const id = idOf(raw.id);
  return id ? { id, slug: text(raw.slug) ?? id } : undefined;
}

/** The team of this slug, by `GET /organizations/{organization}/teams/`. */
export async function findTeam(organization: OrganizationAccess, slug: string): Promise<Team | undefined> {
  const { items } = await organization.list({
    path: ["teams"],
    query: { query: slug, per_page: 100 },
    decode: decodeTeam,
    projectOf: "none",
  });
  return items.find((team) => sameSlug(team.slug, slug));
}
