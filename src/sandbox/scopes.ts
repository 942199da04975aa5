const LEVELS = ["read", "write", "admin"];

const SCOPES = new Set([
  ...["org", "member", "team", "project", "event"].flatMap((what) =>
    LEVELS.map((level) => `${what}:${level}`)
  ),
  "org:integrations",
  "org:ci",
  "member:invite",
  "project:releases",
  "project:distribution",
  "alerts:read",
  "alerts:write",
  "openid",
  "profile",
  "email",
]);

export function isScope(text: string): boolean {
  return SCOPES.has(text);
}

/** Whether the granted scopes include one: admin includes write, write includes read. */
export function includesScope(granted: readonly string[], wanted: string): boolean {
  if (granted.includes(wanted)) return true;
  const [what, level = ""] = wanted.split(":");
  const rank = LEVELS.indexOf(level);
  return rank >= 0 && LEVELS.slice(rank + 1).some((higher) => granted.includes(`${what}:${higher}`));
}
