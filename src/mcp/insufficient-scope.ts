import type { SkillId } from "../lib/skills.ts";

/**
 * A known tool that the grant does not cover: answered with HTTP 403 and a challenge, so that clients step up. Never
 * with a link to open: a server must not let people in that way (MCP 2026-07-28, Elicitation, "URL Mode Elicitation
 * for OAuth Flows").
 */
export class InsufficientScope extends Error {
  override name = "InsufficientScope";
  /** What to ask for: the skills of the grant and the one that is missing. */
  readonly scopes: readonly SkillId[];
  constructor(message: string, options: { scopes: readonly SkillId[] }) {
    super(message);
    this.scopes = options.scopes;
  }
}
