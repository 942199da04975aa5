import * as v from "valibot";
import { EXECUTE_TOOL, executorInput, READ_TOOL, SEARCH_TOOLS } from "../tools/catalog-tools.ts";

/** Which tool a `tools/call` means. */
interface Asked {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** The tool that passed it on; absent: it was called directly. */
  readonly through?: string;
}

/** Names that earlier versions of Sentry's own server gave to these. */
const FORMER_NAMES: ReadonlyMap<string, string> = new Map([
  ["search_tools", SEARCH_TOOLS.name],
  ["execute_tool", EXECUTE_TOOL.name],
]);

const isExecutor = (name: string) => name === EXECUTE_TOOL.name || name === READ_TOOL.name;

/**
 * Looks through `execute_sentry_tool` and `read_sentry_tool` before anything else is decided, so that skills,
 * constraint and revocation are those of the tool behind them.
 */
export function unwrap(
  params: { readonly name: string; readonly arguments?: Record<string, unknown> },
): Asked | { readonly problem: string } {
  const { arguments: args = {} } = params;
  const name = FORMER_NAMES.get(params.name) ?? params.name;
  if (!isExecutor(name)) return { name, args };
  const input = v.safeParse(executorInput, { ...args, arguments: args.arguments ?? {} });
  if (!input.success || isExecutor(input.output.name)) {
    return {
      problem:
        `Expected \`name\`, the name of a tool, and \`arguments\`, an object: ${SEARCH_TOOLS.name} finds both`,
    };
  }
  return { name: input.output.name, args: input.output.arguments, through: name };
}
