import { chooseSkills, isSkillId, type SkillId, SKILLS } from "../lib/skills.ts";
import { isToolsetId, TOOLSET_IDS, type ToolsetId } from "../lib/toolset-id.ts";
import { RPC, rpcError } from "../mcp/json-rpc.ts";

/** What a caller without a consent page chooses in the URL of the server. */
export interface Session {
  readonly skills: readonly SkillId[];
  readonly readOnly: boolean;
}

/**
 * Reads `?skills=`, `?disable-skills=` and `?readonly=`. What is not understood is refused: a misspelt limit that
 * is ignored would be none.
 */
export function readSession(url: string): Session | { readonly response: Response } {
  const query = new URL(url).searchParams;
  const wanted = listOf(query, "skills");
  const disabled = listOf(query, "disable-skills");
  const unknown = [...wanted, ...disabled].filter((id) => !isSkillId(id));
  if (unknown.length > 0) {
    const names = unknown.slice(0, 5).map((id) => `"${id.slice(0, 40)}"`).join(", ");
    return refuse(`Unknown skill ${names}: expected any of ${SKILLS.map(({ id }) => id).join(", ")}`);
  }
  const skills = chooseSkills({ wanted: query.has("skills") ? wanted : undefined, disabled });
  if (skills.length === 0) return refuse('The URL leaves no skill: change "skills" or "disable-skills"');

  const readOnly = query.get("readonly")?.toLowerCase() ?? "0";
  if (["1", "true", "on", ""].includes(readOnly)) return { skills, readOnly: true };
  if (["0", "false", "off"].includes(readOnly)) return { skills, readOnly: false };
  return refuse(`Unknown value "${readOnly.slice(0, 40)}" of "readonly": expected 1 or 0`);
}

/** Reads `?toolset=`, which every caller may choose: it grants nothing. */
export function readToolset(
  url: string,
  fallback: ToolsetId,
): { readonly toolset: ToolsetId } | { readonly response: Response } {
  const asked = url.includes("?") ? new URL(url).searchParams.get("toolset") : null;
  if (asked === null) return { toolset: fallback };
  if (isToolsetId(asked)) return { toolset: asked };
  return refuse(`Unknown tool set "${asked.slice(0, 40)}": expected any of ${TOOLSET_IDS.join(", ")}`);
}

function listOf(query: URLSearchParams, name: string): string[] {
  return query.getAll(name).flatMap((value) => value.split(",")).map((id) => id.trim()).filter((id) =>
    id !== ""
  );
}

const refuse = (message: string) => ({ response: rpcError(400, { code: RPC.http, message }) });
