import { sentryScopesOf, type SkillId, SKILLS } from "../lib/skills.ts";

const LEVELS = ["read", "write", "admin"];

/** Sentry's hierarchy: admin includes write, write includes read. */
export function coversScope(held: readonly string[], wanted: string): boolean {
  const [resource, level = ""] = wanted.split(":");
  return held.some((scope) => {
    const [heldResource, heldLevel = ""] = scope.split(":");
    return scope === wanted ||
      (heldResource === resource && LEVELS.includes(level) &&
        LEVELS.indexOf(heldLevel) > LEVELS.indexOf(level));
  });
}

/** What to ask Sentry for: no more than the chosen skills need, and nothing above the operator's ceiling. */
export function scopesToAsk(
  skills: readonly SkillId[],
  options: { readOnly: boolean; ceiling?: readonly string[] },
): string[] {
  return sentryScopesOf(skills)
    .filter((scope) => !options.readOnly || scope.endsWith(":read"))
    .filter((scope) => !options.ceiling || coversScope(options.ceiling, scope));
}

/**
 * The skills that these Sentry scopes carry. One that writes needs its writing scopes; a reading scope that is
 * missing costs single tools, which say so, not the skill.
 */
export function skillsCarriedBy(scopes: readonly string[], skills: readonly SkillId[]): SkillId[] {
  return SKILLS
    .filter(({ id }) => skills.includes(id))
    .filter((skill) =>
      skill.sentryScopes.every((scope) => scope.endsWith(":read") || coversScope(scopes, scope))
    )
    .map(({ id }) => id);
}
