import { BoundedCache } from "../lib/bounded-cache.ts";
import { type Bytes, concatBytes, toBytes } from "../lib/crypto.ts";
import type { ToolsetId } from "../lib/toolset-id.ts";
import { isRecord } from "../sentry/decode.ts";
import type { Caller } from "./caller.ts";
import type { Sessions } from "./session.ts";
import { listKey } from "./tool-list.ts";

/** A list is some 40 KB, kept twice. Grants differ in what they allow, clients in what they declare. */
const MAX_PREPARED = 200;
/** Of the parameters: a client's name and its capabilities. */
const MAX_PARAMS = 2000;
/** Of an id as JSON, to keep the whole answer. */
const MAX_ID = 100;

/** Every header that the answer could depend on; of `Mcp-Session-Id` it is what the client declared. */
const HEADERS = ["accept", "mcp-protocol-version", "mcp-method", "mcp-name"];

/** No header can say this. */
const ABSENT = "\0";

interface Prepared {
  readonly headers: Record<string, string>;
  readonly untilId: Bytes;
  /** The whole answer to the last id: clients that start count alike. */
  last?: { readonly end: string; readonly bytes: Bytes };
}

interface ListRequest {
  readonly id: string | number;
  readonly params?: object;
}

interface Asked {
  readonly caller: Caller;
  readonly parsedBody: unknown;
  readonly toolset: ToolsetId;
}

/** Answers `tools/list` as it did before, and everything else by `serve`. */
export type AnswerList = (
  request: Request,
  asked: Asked,
  serve: () => Promise<Response>,
) => Promise<Response>;

/**
 * A client asks for the list whenever it starts, and making a server and a transport for it takes ten times as long as
 * all the rest. So the SDK answers each form of the question once, checks included, and its text is kept: everything
 * that it could have looked at is in the key, save the id, which is put in anew. What is unusual is never kept.
 */
export function prepareLists(deps: { sessions?: Sessions; now: () => number }): AnswerList {
  const prepared = new BoundedCache<Prepared>({ limit: MAX_PREPARED, now: deps.now });

  async function keyOf(request: Request, { params }: ListRequest, asked: Asked): Promise<string | undefined> {
    const said = params ? JSON.stringify(params) : "";
    // A number too large for JavaScript would be written as null, like null itself.
    if (said.length > MAX_PARAMS || said.includes("null")) return undefined;
    const sealed = request.headers.get("mcp-session-id");
    const owner = { user: asked.caller.user, path: sealed === null ? "" : new URL(request.url).pathname };
    const session = sealed === null ? undefined : await deps.sessions?.open(sealed, owner);
    if (sealed !== null && !session) return undefined;
    const headers = HEADERS.map((name) => request.headers.get(name) ?? ABSENT);
    const declared = session ? JSON.stringify(session.initialize.capabilities) : ABSENT;
    return [listKey(asked.caller, asked.toolset), said, declared, ...headers].join("\n");
  }

  return async (request, asked, serve) => {
    const { parsedBody: body } = asked;
    const key = isPlainList(body) ? await keyOf(request, body, asked) : undefined;
    if (!isPlainList(body) || key === undefined) return serve();
    const end = `${JSON.stringify(body.id)}}`;
    const known = prepared.get(key);
    if (known) return new Response(wholeOf(known, end), { headers: known.headers });

    const response = await serve();
    if (response.status !== 200) return response;
    const text = await response.text();
    const headers = Object.fromEntries(response.headers);
    if (text.startsWith('{"result":{') && text.endsWith(`},"jsonrpc":"2.0","id":${end}`)) {
      const untilId = toBytes(text.slice(0, -end.length));
      prepared.set(key, { untilId, headers }, { expiresAtMs: Infinity });
    }
    return new Response(text, { headers });
  };
}

function wholeOf(known: Prepared, end: string): Bytes {
  if (known.last?.end === end) return known.last.bytes;
  const bytes = concatBytes(known.untilId, toBytes(end));
  if (end.length <= MAX_ID) known.last = { end, bytes };
  return bytes;
}

/** For the whole list, with nothing in `_meta` that changes from request to request. */
function isPlainList(body: unknown): body is ListRequest {
  if (!isRecord(body) || body.method !== "tools/list" || body.jsonrpc !== "2.0") return false;
  const { id, params = {} } = body;
  if (typeof id !== "string" && !Number.isSafeInteger(id)) return false;
  if (!isRecord(params) || !hasOnly(body, (name) => PARTS.includes(name))) return false;
  const { _meta: meta = {} } = params;
  if (!isRecord(meta) || !hasOnly(params, (name) => name === "_meta")) return false;
  return hasOnly(meta, (name) => name.startsWith("io.modelcontextprotocol/"));
}

const PARTS = ["jsonrpc", "id", "method", "params"];

function hasOnly(record: object, isExpected: (name: string) => boolean): boolean {
  return Object.keys(record).every(isExpected);
}
