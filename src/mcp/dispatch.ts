import { ProtocolError } from "@modelcontextprotocol/server";
import type { ToolResult } from "../tools/call.ts";
import { EXECUTE_TOOL, READ_TOOL, SEARCH_TOOLS } from "../tools/catalog-tools.ts";
import { answerSearch } from "./catalog-answer.ts";
import { unwrap } from "./executor.ts";
import { RPC } from "./json-rpc.ts";
import { insufficientScope, missingSkillText, readOnlyText } from "./refusal.ts";
import type { Serving } from "./serving.ts";
import type { ToolEntry, ToolList } from "./tool-list.ts";

/**
 * Which tool a call runs, or the answer when none has to.
 *
 * @throws {ProtocolError} `-32602` for a name that is none; or with what was handed to `fail`.
 */
export function dispatch(
  params: { readonly name: string; readonly arguments?: Record<string, unknown> },
  { caller, toolset, refusal, inBatch, fail }: Serving,
  { toolList, apps }: { toolList: ToolList; apps: boolean },
): (ToolEntry & { readonly args: Readonly<Record<string, unknown>> }) | { readonly answer: ToolResult } {
  const asked = unwrap(params);
  if ("problem" in asked) return error(asked.problem);
  const { name, args, through } = asked;
  if (name === SEARCH_TOOLS.name) {
    const listed = new Set(toolList.offered(caller, toolset, { apps }).map((tool) => tool.name));
    const { text, isError } = answerSearch(args, { catalog: toolList.catalog(caller), listed });
    return isError ? error(text) : { answer: { content: [{ type: "text", text }] } };
  }

  const found = toolList.find(name, caller);
  const isUnavailable = "unavailable" in found;
  if (isUnavailable && found.unavailable === "unknown") {
    if (through) return error(`${found.message}: ${SEARCH_TOOLS.name} finds tools by what they do`);
    throw new ProtocolError(RPC.invalidParams, found.message);
  }
  if (refusal !== undefined) return error(refusal);
  if (through === READ_TOOL.name && found.tool.effect !== "read") {
    return error(`Tool "${name}" changes data: call it with ${EXECUTE_TOOL.name}`);
  }
  if (!isUnavailable) return { ...found, args };
  if (found.unavailable === "read_only") return error(readOnlyText(found.tool, caller));
  if (inBatch || !caller.signedIn) return error(missingSkillText(found.tool, caller));
  const missing = insufficientScope(found.tool, caller);
  fail(missing);
  throw new ProtocolError(RPC.http, missing.message);
}

const error = (text: string) => ({ answer: { content: [{ type: "text" as const, text }], isError: true } });
