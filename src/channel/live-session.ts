/** What this needs of a Durable Object namespace. */
export interface SessionNamespace {
  idFromName(name: string): SessionId;
  get(id: SessionId): { fetch(request: Request): Promise<Response> };
}

interface SessionId {
  toString(): string;
}

/** Brings a request to where all requests of its session meet. */
export type ForwardToSession = (sessionId: string, request: Request) => Promise<Response>;

/**
 * A platform that lets no request touch another's streams (Workers) has one object for each live session, where the
 * memory channel reaches all that belongs to it.
 *
 * @returns Takes ids that were made and sealed here, so that nobody can name another's object.
 */
export function createForward(namespace: SessionNamespace): ForwardToSession {
  return async (sessionId, request) => {
    const object = namespace.get(namespace.idFromName(sessionId));
    try {
      const response = await object.fetch(request);
      // Headers of what was fetched cannot be added to, and later rooms add theirs.
      return new Response(response.body, response);
    } catch {
      const body = { error: "temporarily_unavailable", error_description: "The session does not answer" };
      return Response.json(body, { status: 503, headers: { "retry-after": "1" } });
    }
  };
}
