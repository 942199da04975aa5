import type { Server } from "@modelcontextprotocol/server";
import type { ToolsetId } from "../lib/toolset-id.ts";
import type { TraceContext } from "../lib/trace-context.ts";
import type { ToolResult } from "../tools/call.ts";
import type { Caller } from "./caller.ts";
import type { Session } from "./session.ts";

type Capabilities = Session["initialize"]["capabilities"];

/** One request, or on stdio one connection, as its server sees it. */
export interface Serving {
  readonly caller: Caller;
  readonly toolset: ToolsetId;
  /** Why the session's organization or project is out of reach: what every tool then answers. */
  readonly refusal?: string;
  /** From the headers of the request; a message may bring its own. */
  readonly trace?: TraceContext;
  /** One status would have to stand for the answers of all. */
  readonly inBatch: boolean;
  /** What the client said in `initialize`, where the server of this request did not hear it. */
  readonly capabilities?: Capabilities;
  /** The answer may be a stream: its client takes one. */
  readonly streams: boolean;
  /**
   * Takes what must be answered in HTTP instead of JSON-RPC, while there is no answer yet; where there is no HTTP, it
   * says what the tool answers.
   */
  fail(error: unknown): ToolResult | undefined;
}

/** What there is to call is its business; the rest of this room carries it. */
export type CreateServer = (serving: Serving) => Server;
