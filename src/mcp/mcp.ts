import { createMcpHandler, isLegacyRequest, PROTOCOL_VERSION_META_KEY } from "@modelcontextprotocol/server";
import type { Channel } from "../channel/channel.ts";
import type { ForwardToSession } from "../channel/live-session.ts";
import type { Log } from "../lib/log.ts";
import type { ToolsetId } from "../lib/toolset-id.ts";
import { traceOf } from "../lib/trace-context.ts";
import { isRecord } from "../sentry/decode.ts";
import { accepts } from "./accept.ts";
import type { Caller } from "./caller.ts";
import { createCancellations } from "./cancellations.ts";
import { readMessages, requestIdOf, RPC, rpcError } from "./json-rpc.ts";
import { serveLegacy } from "./legacy.ts";
import type { AnswerList } from "./prepared-list.ts";
import { createQuestions } from "./questions.ts";
import type { CreateServer } from "./serving.ts";
import type { Sessions } from "./session.ts";

interface McpDeps {
  readonly createServer: CreateServer;
  /** Absent: every request of the older revisions is served as if its client could do nothing. */
  readonly sessions?: Sessions;
  /** Absent: nothing is asked in the middle of a call. */
  readonly channel?: Channel;
  /** Instead of it, where there is one within each session alone. */
  readonly forward?: ForwardToSession;
  /** Absent: every list is made anew. */
  readonly answerList?: AnswerList;
  readonly log: Log;
}

export interface Mcp {
  /**
   * Answers one POST whose body was parsed, whatever its revision: with the envelope of 2026-07-28 in `_meta` it
   * is that one, without it one of those that begin with `initialize`.
   *
   * @throws {Unauthorized} To be answered with 401 and a challenge.
   * @throws {InsufficientScope} To be answered with 403 and a challenge.
   */
  handle(
    request: Request,
    options: {
      caller: Caller;
      parsedBody: unknown;
      toolset: ToolsetId;
      refusal?: string;
      /** Takes what is still to be done when the response is there, where it would end with its client. */
      waitUntil?: (work: Promise<unknown>) => void;
    },
  ): Promise<Response>;
}

export function createMcp(deps: McpDeps): Mcp {
  const { createServer, sessions, channel, forward, answerList, log } = deps;
  const questions = channel && createQuestions(channel);
  const cancellations = channel && createCancellations(channel, log);

  const mcp: Mcp = {
    async handle(request, { caller, parsedBody: body, toolset, refusal, waitUntil }) {
      const read = readMessages(body);
      if ("problem" in read) {
        return rpcError(400, { code: RPC.invalidRequest, message: read.problem }, { id: requestIdOf(body) });
      }
      const failures: unknown[] = [];
      let isAnswered = false;
      const fail = (error: unknown) => {
        const stack = error instanceof Error ? error.stack : undefined;
        if (isAnswered) log.error("mcp.failed_in_stream", { message: String(error), stack });
        failures.push(error);
        return undefined;
      };
      const trace = traceOf(request.headers);
      const inBatch = Array.isArray(body);
      const streams = !inBatch && accepts(request, "text/event-stream");
      const serving = { caller, toolset, refusal, trace, inBatch, streams, fail };

      const response = !claimsRevision(body) && await isLegacyRequest(request, body)
        ? await serveLegacy(request, {
          body,
          messages: read.messages,
          streams,
          createServer: (capabilities) => createServer({ ...serving, capabilities }),
          sessions,
          owner: { user: caller.user, path: new URL(request.url).pathname },
          questions,
          cancellations,
          forward,
          waitUntil,
        })
        : await createMcpHandler(() => createServer(serving), {
          legacy: "reject",
          onerror: (error) => log.debug("mcp.rejected", { message: error.message }),
        }).fetch(request, { parsedBody: body });
      if (failures.length > 0) throw failures[0];
      isAnswered = true;
      return response;
    },
  };
  if (!answerList) return mcp;
  return { handle: (request, asked) => answerList(request, asked, () => mcp.handle(request, asked)) };
}

/**
 * What says so in `_meta` is never legacy, except `initialize`. Seen here, because the SDK takes longer to tell, and
 * tells itself once more.
 */
function claimsRevision(body: unknown): boolean {
  if (!isRecord(body) || body.method === "initialize" || !isRecord(body.params)) return false;
  const { _meta: meta } = body.params;
  return isRecord(meta) && PROTOCOL_VERSION_META_KEY in meta;
}
