import { SKILLS } from "../lib/skills.ts";
import type { Tool } from "../tools/define.ts";
import type { Caller } from "./caller.ts";
import { InsufficientScope } from "./insufficient-scope.ts";

/** What a model is told about a tool that writes in a session that may only read. */
export function readOnlyText(tool: Tool, { signedIn }: Caller): string {
  const wayOut = signedIn
    ? 'to allow it, the user has to sign in again without "read only"'
    : 'to allow it, the user has to take "readonly" out of this server\'s URL';
  return `Tool "${tool.name}" changes data, and this session may only read: ${wayOut}`;
}

/** What a model is told where a missing skill cannot be asked for by a challenge. */
export function missingSkillText(tool: Tool, { signedIn }: Caller): string {
  const wayOut = signedIn
    ? "call it outside a batch, or sign in again and tick it"
    : 'the user has to change "skills" or "disable-skills" in this server\'s URL';
  return `Tool "${tool.name}" needs the skill ${
    tool.skills.join(" or ")
  }, which this session does not have: ${wayOut}`;
}

/**
 * What the client has to ask for: everything it has, because not every client adds up (MCP 2025-11-25 has the server
 * do it), and of the skills that bring the tool the one that may least.
 */
export function insufficientScope(tool: Tool, { skills }: Caller): InsufficientScope {
  const least = SKILLS.find(({ id }) => tool.skills.includes(id))?.id;
  const scopes = SKILLS.map(({ id }) => id).filter((id) => skills.includes(id) || id === least);
  return new InsufficientScope(`Tool "${tool.name}" needs the skill ${least}, which was not granted`, {
    scopes,
  });
}
