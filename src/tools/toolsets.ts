import type { ToolsetId } from "../lib/toolset-id.ts";
import { BASIC_TOOLS } from "./basic.ts";

/**
 * What most questions need. The rest is found with `search_sentry_tools`, because every model reads its list before
 * it does anything.
 */
const DIRECT: readonly string[] = [
  "whoami",
  "find_organizations",
  "find_projects",
  "get_sentry_resource",
  "search_issues",
  "get_issue_details",
  "search_events",
  "analyze_issue_with_seer",
  "update_issue",
];

const BASIC: readonly string[] = BASIC_TOOLS.map(({ name }) => name);

const LISTED: Record<ToolsetId, (name: string) => boolean> = {
  default: (name) => DIRECT.includes(name),
  full: (name) => !BASIC.includes(name),
  basic: (name) => BASIC.includes(name),
};

/** A set decides what is listed and found; what the skills allow can be called by its name in each of them. */
export function isListed(name: string, toolset: ToolsetId): boolean {
  return LISTED[toolset](name);
}

/** The other names of the basic set lead to tools that the catalog already has. */
export function isInCatalog(name: string, toolset: ToolsetId): boolean {
  return toolset !== "basic" && !BASIC.includes(name);
}
