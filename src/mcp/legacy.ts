import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type Server,
} from "@modelcontextprotocol/server";
import type { ForwardToSession } from "../channel/live-session.ts";
import { accepts } from "./accept.ts";
import type { Cancellations } from "./cancellations.ts";
import { requestIdOf, RPC, rpcError } from "./json-rpc.ts";
import { serveLegacyJson } from "./legacy-json.ts";
import { serveLegacyStream } from "./legacy-stream.ts";
import type { Questions } from "./questions.ts";
import type { Session, SessionOwner, Sessions } from "./session.ts";

/** 2024-11-05 knew no such header, yet clients that negotiated it here send it. */
const VERSIONS = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/** The only revision with batches, which is also the one that has no header. */
const BATCH_VERSION = "2025-03-26";

/** What may have more to say than its result, or asks Sentry and may be cancelled. */
const LASTING = ["tools/call", "prompts/get", "resources/read", "completion/complete"];

/**
 * Serves the revisions that begin with `initialize`. Every request stands alone: what a session is, it brings
 * along. It is answered as one JSON object, or as a stream when there may be more to say. A disconnect does not
 * cancel the work (MCP 2025-11-25, Transports).
 */
export async function serveLegacy(
  request: Request,
  options: {
    body: unknown;
    messages: readonly JSONRPCMessage[];
    /** The answer may be a stream. */
    streams: boolean;
    createServer: (capabilities?: Session["initialize"]["capabilities"]) => Server;
    /** Absent where there are none. */
    sessions?: Sessions;
    owner: SessionOwner;
    /** Absent where no answer would arrive. */
    questions?: Questions;
    cancellations?: Cancellations;
    /** Present where the rest of the session is elsewhere. */
    forward?: ForwardToSession;
    waitUntil?: (work: Promise<unknown>) => void;
  },
): Promise<Response> {
  const { body, sessions, owner, questions, cancellations, waitUntil } = options;
  const id = requestIdOf(body);
  const version = request.headers.get("mcp-protocol-version") ?? BATCH_VERSION;
  if (!VERSIONS.includes(version) && !isInitialize(body)) {
    const message = `Unsupported MCP-Protocol-Version "${version}": expected one of ${VERSIONS.join(", ")}`;
    return rpcError(400, { code: RPC.http, message }, { id });
  }
  if (Array.isArray(body) && version !== BATCH_VERSION) {
    const message = `Expected a single message: ${version} has no batches`;
    return rpcError(400, { code: RPC.invalidRequest, message });
  }
  const sealed = isInitialize(body) ? null : request.headers.get("mcp-session-id");
  const session = sealed === null ? undefined : await sessions?.open(sealed, owner);
  if (sessions && sealed !== null && !session) {
    return rpcError(404, { code: RPC.http, message: "The session is not known here: initialize anew" }, {
      id,
    });
  }
  if (session && options.forward && concernSession(options.messages)) {
    return options.forward(session.id, withBody(request, body));
  }
  if (session) await takeAnswers(options.messages, session, questions);
  if (session && cancellations) await passOn(cancellations, options.messages, session);
  // Nothing that a notification could concern is still there.
  if (!options.messages.some(isJSONRPCRequest)) return new Response(null, { status: 202 });

  const createServer = () => options.createServer(session?.initialize.capabilities);
  const [only] = options.messages;
  const isAccepted = options.streams || accepts(request, "application/json");
  if (isAccepted && !Array.isArray(body) && isJSONRPCRequest(only) && isLasting(only, session)) {
    const server = createServer();
    // A client that takes JSON alone can be told nothing before the result.
    return serveLegacyStream(only, {
      server,
      session,
      questions: options.streams ? questions : undefined,
      cancellations,
      waitUntil,
    });
  }
  const response = await serveLegacyJson(request, { ...options, createServer });
  const begun = isInitialize(body) && response.ok ? await sessions?.begin(body.params, owner) : undefined;
  if (begun !== undefined) response.headers.set("mcp-session-id", begun);
  return response;
}

/** Whether they talk to other requests of their session, or may be talked to. */
function concernSession(messages: readonly JSONRPCMessage[]): boolean {
  return messages.some((message) =>
    isJSONRPCResponse(message) ||
    ("method" in message && [...LASTING, "notifications/cancelled"].includes(message.method))
  );
}

/** The request again, whose body has been read. */
function withBody(request: Request, body: unknown): Request {
  const headers = new Headers(request.headers);
  headers.delete("content-length");
  headers.delete("transfer-encoding");
  return new Request(request.url, { method: "POST", headers, body: JSON.stringify(body) });
}

async function takeAnswers(
  messages: readonly JSONRPCMessage[],
  session: Session,
  questions: Questions | undefined,
): Promise<void> {
  if (questions) {
    await Promise.all(
      messages.filter(isJSONRPCResponse).map((answer) => questions.answer(session, answer)),
    );
  }
}

async function passOn(
  cancellations: Cancellations,
  messages: readonly JSONRPCMessage[],
  session: Session,
): Promise<void> {
  const cancelled = messages.filter(isJSONRPCNotification).filter(({ method }) =>
    method === "notifications/cancelled"
  );
  await Promise.all(cancelled.map(({ params }) => cancellations.cancel(session, params?.requestId)));
}

/** In a session there may be questions, and a cancellation; without one, progress where it was asked for. */
function isLasting({ method, params }: JSONRPCRequest, session: Session | undefined): boolean {
  return LASTING.includes(method) && (session !== undefined || params?._meta?.progressToken !== undefined);
}

function isInitialize(body: unknown): body is { readonly params?: unknown } {
  return typeof body === "object" && body !== null && "method" in body && body.method === "initialize";
}
