import * as v from "valibot";
import { declaredExtensions } from "../apps/apps.ts";
import { BoundedCache } from "../lib/bounded-cache.ts";
import type { Sealer } from "../lib/seal.ts";

/** What a client of 2025 said in `initialize`, for servers that never heard it. */
export interface Session {
  /** Names it in the channel; not what the client holds. */
  readonly id: string;
  readonly initialize: v.InferOutput<typeof initializeSchema>;
}

/** Whose a session is. */
export interface SessionOwner {
  readonly user: string;
  /** Of the request: what confines a session is in it. */
  readonly path: string;
}

/** Sessions that nothing here has to remember: what a client holds is the session, sealed. */
export interface Sessions {
  /** For `Mcp-Session-Id`. Undefined when these are no parameters of `initialize`. */
  begin(initialize: unknown, owner: SessionOwner): Promise<string | undefined>;
  /** Undefined when it was not made here, or for somebody else. It ends with the key that sealed it. */
  open(sealed: string, owner: SessionOwner): Promise<Session | undefined>;
}

const MAX_LENGTH = 2048;
const MAX_OPENED = 1000;

const declared = v.optional(v.object({}));
const upTo = (length: number) => v.pipe(v.string(), v.transform((text) => text.slice(0, length)));

/** No more than a server may have to know, so that it fits into a header. */
export const initializeSchema = v.object({
  protocolVersion: upTo(20),
  capabilities: v.object({
    elicitation: v.optional(v.object({ form: declared, url: declared })),
    sampling: v.optional(v.object({ tools: declared, context: declared })),
    roots: declared,
    extensions: declaredExtensions,
  }),
  clientInfo: v.object({ name: upTo(100), version: upTo(50) }),
});

const sealedSchema = v.object({
  id: v.string(),
  user: v.string(),
  path: v.string(),
  initialize: initializeSchema,
});

export function createSessions({ sealer, now }: { sealer: Sealer; now: () => number }): Sessions {
  const opened = new BoundedCache<v.InferOutput<typeof sealedSchema>>({ limit: MAX_OPENED, now });

  async function read(sealed: string): Promise<v.InferOutput<typeof sealedSchema> | undefined> {
    const known = opened.get(sealed);
    if (known || sealed.length > MAX_LENGTH) return known;
    const content = await sealer.open("session", sealed);
    const parsed = v.safeParse(sealedSchema, content && JSON.parse(content.text));
    if (!parsed.success) return undefined;
    opened.set(sealed, parsed.output, { expiresAtMs: Infinity });
    return parsed.output;
  }

  return {
    async begin(params, owner) {
      const initialize = v.safeParse(initializeSchema, params);
      if (!initialize.success) return undefined;
      const content = { id: crypto.randomUUID(), ...owner, initialize: initialize.output };
      const sealed = await sealer.seal("session", JSON.stringify(content));
      return sealed.length > MAX_LENGTH ? undefined : sealed;
    },

    async open(sealed, { user, path }) {
      const session = await read(sealed);
      return session?.user === user && session.path === path ? session : undefined;
    },
  };
}
