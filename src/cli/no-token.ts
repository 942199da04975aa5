import { sentryScopesOf, type SkillId, SKILLS } from "../lib/skills.ts";

/** How to get and hand over a token, with the scopes that this session needs. */
export function noTokenText(
  { url = "https://sentry.io", skills = SKILLS.map(({ id }) => id), readOnly = false }: {
    url?: string;
    skills?: readonly SkillId[];
    readOnly?: boolean;
  },
): string {
  const scopes = sentryScopesOf(skills).filter((scope) => !readOnly || scope.endsWith(":read"));
  return `SENTRY_ACCESS_TOKEN: expected a Sentry token, from ${url}/settings/account/api/auth-tokens/ with the ` +
    `scopes ${scopes.join(", ")}`;
}
