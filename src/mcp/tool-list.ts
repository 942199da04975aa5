import { isHidden, narrowSchema, type ObjectSchema, type Reach, reachOf } from "../constraint/narrow.ts";
import type { ToolsetId } from "../lib/toolset-id.ts";
import { EXECUTE_TOOL, READ_TOOL, SEARCH_TOOLS } from "../tools/catalog-tools.ts";
import type { Tool } from "../tools/define.ts";
import { isInCatalog, isListed } from "../tools/toolsets.ts";
import type { Caller } from "./caller.ts";

/** A tool as `tools/list` shows it (`tools/catalog.ts`). */
export interface ToolDescription {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: ObjectSchema;
  readonly outputSchema?: ObjectSchema;
  readonly annotations: Readonly<Record<string, boolean | string>>;
  readonly _meta?: { readonly ui: { readonly resourceUri: string } };
}

/** Who asks, as far as it decides which tools there are. */
type Grant = Pick<Caller, "skills" | "readOnly" | "constraint">;

/** A tool with its description. */
export interface ToolEntry {
  readonly tool: Tool;
  readonly description: ToolDescription;
}

export interface ToolList {
  /**
   * In stable order; prepared once for every combination of tool set, skills, read-only, reach and Apps. A host draws
   * by the name that it called, so who has Apps sees every tool with a picture.
   */
  offered(grant: Grant, toolset: ToolsetId, client?: { readonly apps: boolean }): readonly ToolDescription[];
  /** What `search_sentry_tools` looks through: listed or not, narrowed, with why the session lacks it if it does. */
  catalog(grant: Grant): readonly (ToolEntry & { readonly unavailable?: "read_only" | "skill" })[];
  /** The tool with its whole description, or why this session does not have it. */
  find(name: string, grant: Grant): ToolEntry | Unavailable;
  /** The tool of the client's list by which another is called, or itself; undefined when there is no way. */
  wayTo(
    name: string,
    grant: Grant,
    toolset: ToolsetId,
    client: { readonly apps: boolean },
  ): string | undefined;
}

/** Why a session does not have a tool. */
export type Unavailable =
  /** There is no such tool here, whatever was granted. */
  | { readonly unavailable: "unknown"; readonly message: string }
  /** The session is for reading only, which no scope changes. */
  | { readonly unavailable: "read_only"; readonly tool: Tool }
  /** The session has none of the skills that bring the tool. */
  | { readonly unavailable: "skill"; readonly tool: Tool };

/** Names everything of a session that `offered` depends on; what the client can show is beside it. */
export function listKey({ constraint, readOnly, skills }: Grant, toolset: ToolsetId): string {
  return [toolset, reachOf(constraint), readOnly, ...[...skills].sort()].join();
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

  function prepare(
    grant: Grant,
    { toolset, reach, apps }: { toolset: ToolsetId; reach: Reach; apps: boolean },
  ): readonly ToolDescription[] {
    const available = [...entries.values()].filter(({ tool }) =>
      unavailable(tool, grant, reach) === undefined
    );
    const shown = ({ tool }: ToolEntry) =>
      isListed(tool.name, toolset) || (apps && tool.app !== undefined && isInCatalog(tool.name, toolset));
    const listed = available.filter(shown);
    const behind = available.filter((entry) => !shown(entry) && isInCatalog(entry.tool.name, toolset));
    const needed = new Map([
      [SEARCH_TOOLS.name, behind.length > 0],
      [READ_TOOL.name, behind.some(({ tool }) => tool.effect === "read")],
      [EXECUTE_TOOL.name, behind.some(({ tool }) => tool.effect !== "read")],
    ]);
    return [
      ...listed.map(({ tool, description }) => ({
        ...narrowed(description, reach),
        ...(apps && tool.app && { _meta: { ui: { resourceUri: tool.app.uri } } }),
      })),
      ...deps.catalog.filter(({ name }) => needed.get(name)),
    ];
  }

  function offered(grant: Grant, toolset: ToolsetId, { apps } = { apps: false }) {
    const key = `${listKey(grant, toolset)},${apps}`;
    const known = prepared.get(key);
    if (known) return known;
    const list = prepare(grant, { toolset, reach: reachOf(grant.constraint), apps });
    prepared.set(key, list);
    return list;
  }

  return {
    offered,

    wayTo(name, grant, toolset, client) {
      const entry = entries.get(name);
      if (!entry || unavailable(entry.tool, grant, reachOf(grant.constraint))) return undefined;
      if (offered(grant, toolset, client).some((tool) => tool.name === name)) return name;
      if (!isInCatalog(name, toolset)) return undefined;
      return entry.tool.effect === "read" ? READ_TOOL.name : EXECUTE_TOOL.name;
    },

    catalog(grant) {
      const reach = reachOf(grant.constraint);
      return [...entries.values()].flatMap(({ tool, description }) => {
        const lacking = unavailable(tool, grant, reach);
        if (!isInCatalog(tool.name, "full") || lacking?.unavailable === "unknown") return [];
        const entry = { tool, description: narrowed(description, reach) };
        return lacking ? { ...entry, unavailable: lacking.unavailable } : entry;
      });
    },

    find(name, grant) {
      const entry = entries.get(name);
      if (!entry) {
        const message = `Unknown tool "${name.slice(0, 128)}": expected a name from tools/list`;
        return { unavailable: "unknown", message };
      }
      return unavailable(entry.tool, grant, reachOf(grant.constraint)) ?? entry;
    },
  };
}

function narrowed(description: ToolDescription, reach: Reach): ToolDescription {
  return { ...description, inputSchema: narrowSchema(description.inputSchema, reach) };
}

function unavailable(tool: Tool, grant: Grant, reach: Reach): Unavailable | undefined {
  if (isHidden(tool.name, reach)) {
    const message = `Tool "${tool.name}" is not offered in a session confined to one ${reach}`;
    return { unavailable: "unknown", message };
  }
  if (grant.readOnly && tool.effect !== "read") return { unavailable: "read_only", tool };
  if (tool.skills.some((skill) => grant.skills.includes(skill))) return undefined;
  return { unavailable: "skill", tool };
}
