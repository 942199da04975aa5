/** What this needs of a Durable Object namespace. */
export interface SessionNamespace {
  newUniqueId(): SessionId;
  /** @throws When the text is no id of this namespace, which guesses are not. */
  idFromString(text: string): SessionId;
  get(id: SessionId): { fetch(request: Request): Promise<Response> };
}

interface SessionId {
  toString(): string;
}

const HEADER = "x-live-session";

/**
 * A platform that lets no request touch another's streams (Workers) sends all requests of one live session to one
 * object, where the memory channel reaches them all. `GET /sse…` opens a session, under an id that nobody can choose
 * or guess; `POST /sse…?sessionId=` belongs to one. Undefined: no request of a session.
 */
export function forwardToSession(
  namespace: SessionNamespace,
  request: Request,
): Promise<Response> | undefined {
  const id = idFor(namespace, request);
  if (id === undefined) return undefined;
  const forwarded = new Request(request);
  forwarded.headers.set(HEADER, id.toString());
  return namespace.get(id).fetch(forwarded).catch(() => {
    const body = { error: "temporarily_unavailable", error_description: "The session does not answer" };
    return Response.json(body, { status: 503, headers: { "retry-after": "1" } });
  });
}

/** For the handler inside a session's object. Anywhere else a client may have written what this reads. */
export function sessionIdOf(request: Request): string | null {
  return request.headers.get(HEADER);
}

function idFor(namespace: SessionNamespace, request: Request): SessionId | undefined {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname !== "/sse" && !pathname.startsWith("/sse/")) return undefined;
  if (request.method === "GET") return namespace.newUniqueId();
  const sessionId = searchParams.get("sessionId");
  if (request.method !== "POST" || sessionId === null) return undefined;
  try {
    return namespace.idFromString(sessionId);
  } catch {
    return undefined;
  }
}
