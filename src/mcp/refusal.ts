import { SKILLS } from "../lib/skills.ts";
import type { Tool } from "../tools/define.ts";
import type { Caller } from "./caller.ts";
import { InsufficientScope } from "./insufficient-scope.ts";

const chosenIn = (caller: Caller) => caller.signedIn ? "consent" : caller.chosenIn ?? "url";

/** What a model is told about a tool that writes in a session that may only read. */
export function readOnlyText(tool: Tool, caller: Caller): string {
  const wayOut = {
    consent: 'sign in again without "read only"',
    url: 'take "readonly" out of this server\'s URL',
    flags: 'start this server without "--readonly"',
  }[chosenIn(caller)];
  return `Tool "${tool.name}" changes data, and this session may only read: to allow it, the user has to ${wayOut}`;
}

/** What a model is told where a missing skill cannot be asked for by a challenge. */
export function missingSkillText(tool: Tool, caller: Caller): string {
  const wayOut = {
    consent: "call it outside a batch, or sign in again and tick it",
    url: 'the user has to change "skills" or "disable-skills" in this server\'s URL',
    flags: "the user has to change the skills that this server is started with",
  }[chosenIn(caller)];
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
