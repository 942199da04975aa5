import {
  type JSONRPCRequest,
  ProtocolError,
  type Result,
  Server,
  type ServerContext,
  type ServerOptions,
} from "@modelcontextprotocol/server";
import * as v from "valibot";
import type { Log } from "../lib/log.ts";
import { RPC } from "./json-rpc.ts";

type Handler = (request: JSONRPCRequest, context: ServerContext) => Promise<Result>;

/**
 * The SDK's server with errors for the client: parameters of the wrong shape are `-32602` (JSON-RPC 2.0 §5.1), which
 * the SDK calls a failure of its own, and what did fail is for the log.
 */
export class PreciseServer extends Server {
  readonly #log: Log;

  constructor(
    about: ConstructorParameters<typeof Server>[0],
    { log, ...options }: ServerOptions & { log: Log },
  ) {
    super(about, options);
    this.#log = log;
  }

  protected override _wrapHandler(method: string, handler: Handler): Handler {
    const wrapped = super._wrapHandler(method, handler);
    return async (request, context) => {
      try {
        return await wrapped(request, context);
      } catch (error) {
        throw this.#toProtocol(error, method, context.mcpReq.signal);
      }
    };
  }

  #toProtocol(error: unknown, method: string, signal: AbortSignal): unknown {
    const problem = problemIn(error);
    if (problem !== undefined) return new ProtocolError(RPC.invalidParams, `Invalid ${method}: ${problem}`);
    // Nobody is told of what a cancelled request throws.
    if (error instanceof ProtocolError || signal.aborted) return error;
    this.#log.error("mcp.failed", {
      method,
      message: String(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
    return new ProtocolError(RPC.internal, "The request could not be finished");
  }
}

const issuesSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(v.object({ path: v.array(v.union([v.string(), v.number()])), message: v.string() })),
);

/** The SDK throws the list of issues of its schema library as text, with a word before it or none. */
function problemIn(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const list = v.safeParse(issuesSchema, error.message.replace(/^Invalid tools\/call request: /, ""));
  if (!list.success) return undefined;
  return list.output.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
}
