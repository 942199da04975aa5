import * as v from "valibot";
import type { Tool } from "./define.ts";

/** A tool about the other tools; `mcp/server.ts` answers it. */
type CatalogTool = Pick<Tool, "name" | "title" | "description" | "input" | "effect">;

export const executorInput = v.object({
  name: v.pipe(v.string(), v.trim(), v.description("Name of the tool, from search_sentry_tools")),
  arguments: v.optional(
    v.pipe(v.record(v.string(), v.unknown()), v.description("Arguments of that tool")),
    {},
  ),
});

export const searchInput = v.object({
  query: v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1),
    v.maxLength(300),
    v.description("What is to be done, in a few words, such as: comments of an issue"),
  ),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(20)), 5),
});

export const SEARCH_TOOLS: CatalogTool = {
  name: "search_sentry_tools",
  title: "Search Sentry tools",
  description:
    "Finds tools beyond this list by what they do, such as stack traces, breadcrumbs, tags, comments, traces. " +
    "Answers with at most five, each with its parameters.",
  effect: "read",
  input: searchInput,
};

export const READ_TOOL: CatalogTool = {
  name: "read_sentry_tool",
  title: "Call a Sentry tool that reads",
  description: "Calls a tool found by search_sentry_tools that changes nothing.",
  effect: "read",
  input: executorInput,
};

export const EXECUTE_TOOL: CatalogTool = {
  name: "execute_sentry_tool",
  title: "Call a Sentry tool that writes",
  description: "Calls a tool found by search_sentry_tools that changes something in Sentry.",
  effect: "update",
  input: executorInput,
};

export const CATALOG_TOOLS: readonly CatalogTool[] = [SEARCH_TOOLS, READ_TOOL, EXECUTE_TOOL];
