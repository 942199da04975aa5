import { isHidden, narrowSchema, type ObjectSchema, type Reach, reachOf } from "../constraint/narrow.ts";
import type { Tool } from "../tools/define.ts";
import type { Caller } from "./caller.ts";

/** A tool as `tools/list` shows it; generated ahead of time in `tools/catalog.gen.ts`. */
export interface ToolDescription {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: ObjectSchema;
  readonly outputSchema?: ObjectSchema;
  readonly annotations: Readonly<Record<string, boolean | string>>;
}

/** Who asks, as far as it decides which tools there are. */
type Grant = Pick<Caller, "skills" | "readOnly" | "constraint">;

export interface ToolList {
  /** In stable order; prepared once for every combination of skills, read-only and reach. */
  offered(grant: Grant): readonly ToolDescription[];
  /** The tool with its whole description, or why this session does not have it. */
  find(name: string, grant: Grant): { tool: Tool; description: ToolDescription } | { unavailable: string };
}

export function createToolList(
  deps: { tools: readonly Tool[]; catalog: readonly ToolDescription[] },
): ToolList {
  const entries = new Map(
    deps.catalog.flatMap((description) => {
      const tool = deps.tools.find(({ name }) => name === description.name);
      return tool ? [[tool.name, { tool, description }] as const] : [];
    }),
  );
  const prepared = new Map<string, readonly ToolDescription[]>();

  return {
    offered(grant) {
      const reach = reachOf(grant.constraint);
      const key = [reach, grant.readOnly, ...[...grant.skills].sort()].join();
      const known = prepared.get(key);
      if (known) return known;
      const list = [...entries.values()]
        .filter(({ tool }) => refusal(tool, grant, reach) === undefined)
        .map(({ description }) => narrowed(description, reach));
      prepared.set(key, list);
      return list;
    },

    find(name, grant) {
      const entry = entries.get(name);
      if (!entry) {
        return { unavailable: `Unknown tool "${name.slice(0, 128)}": expected a name from tools/list` };
      }
      const unavailable = refusal(entry.tool, grant, reachOf(grant.constraint));
      return unavailable === undefined ? entry : { unavailable };
    },
  };
}

function narrowed(description: ToolDescription, reach: Reach): ToolDescription {
  return { ...description, inputSchema: narrowSchema(description.inputSchema, reach) };
}

/** Why this session does not have the tool. */
function refusal(tool: Tool, grant: Grant, reach: Reach): string | undefined {
  if (!tool.skills.some((skill) => grant.skills.includes(skill))) {
    return `Tool "${tool.name}" needs the skill ${
      tool.skills.join(" or ")
    }, which was not granted: connect again to grant it`;
  }
  if (grant.readOnly && tool.effect !== "read") {
    return `Tool "${tool.name}" changes data, and this session may only read`;
  }
  if (isHidden(tool.name, reach)) {
    return `Tool "${tool.name}" is not offered in a session confined to one ${reach}`;
  }
  return undefined;
}
