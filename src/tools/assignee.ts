import type { SentryAccess } from "../sentry/access.ts";
import type { OrganizationAccess } from "../sentry/organization-access.ts";
import { SentryError } from "../sentry/error.ts";
import { findTeam } from "../sentry/team.ts";

/** What Sentry takes for "me", "none", "user:ID" or "team:ID_OR_SLUG": `user:1`, `team:1`, or empty for nobody. */
export async function assigneeId(
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
