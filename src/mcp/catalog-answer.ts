import * as v from "valibot";
import { blocks, code, lines } from "../render/markdown.ts";
import { EXECUTE_TOOL, READ_TOOL, searchInput } from "../tools/catalog-tools.ts";
import { parameterNotes, signature } from "./signature.ts";
import type { ToolEntry } from "./tool-list.ts";
import { rankTools } from "./tool-search.ts";

type CatalogEntry = ToolEntry & { readonly unavailable?: "read_only" | "skill" };

/** More do not help to choose. */
const MOST = 5;

/**
 * The answer of `search_sentry_tools`.
 *
 * @param listed Names that the client's list has, which are called directly.
 */
export function answerSearch(
  args: unknown,
  options: { catalog: readonly CatalogEntry[]; listed: ReadonlySet<string> },
): { readonly text: string; readonly isError?: boolean } {
  const input = v.safeParse(searchInput, args);
  if (!input.success) {
    return { text: "Expected `query`: a few words about what is to be done", isError: true };
  }
  const { query, limit } = input.output;
  const found = rankTools(query, options.catalog);
  const here = found.filter(({ unavailable }) => unavailable === undefined).slice(0, Math.min(limit, MOST));
  const elsewhere = found.filter(({ unavailable }) => unavailable !== undefined).slice(0, MOST);
  const lacking = lines(...elsewhere.map(whyNot));
  if (here.length === 0) {
    return {
      text: blocks(`No tool here fits ${code(query, 100)}.`, lacking, lacking === "" && namesOf(options)),
    };
  }
  return { text: blocks(...here.map((entry) => describe(entry, options.listed)), lacking) };
}

function describe({ tool, description }: CatalogEntry, listed: ReadonlySet<string>): string {
  const way = tool.effect === "read" ? READ_TOOL.name : EXECUTE_TOOL.name;
  return lines(
    code(signature(tool.name, description.inputSchema), 2000),
    `${description.description} ${
      listed.has(tool.name) ? "Call it directly." : `Call it with ${code(way)}.`
    }`,
    ...parameterNotes(description.inputSchema).map((note) => `- ${note}`),
  );
}

function whyNot({ tool, unavailable }: CatalogEntry): string {
  return unavailable === "read_only"
    ? `${code(tool.name)} changes data, and this session may only read.`
    : `${code(tool.name)} needs the skill ${
      tool.skills.map((skill) => code(skill)).join(" or ")
    }, which was not granted.`;
}

function namesOf({ catalog }: { catalog: readonly CatalogEntry[] }): string {
  const names = catalog.filter(({ unavailable }) => unavailable === undefined).map(({ tool }) =>
    code(tool.name)
  );
  return `There are: ${names.join(", ")}`;
}
