// A Worker whose server asks its client, with the product's routes and sessions.
import type { Hono } from "hono";
import { createForward, type SessionNamespace } from "../../src/channel/live-session.ts";
import { createMemoryChannel } from "../../src/channel/memory.ts";
import { mcpInstance } from "../http/mcp-instance.ts";
import { createAskingServer } from "../mcp/asking.ts";

interface Env {
  readonly LIVE_SESSIONS: SessionNamespace;
}

let app: Hono | undefined;

export class LiveSession {
  readonly #app = mcpInstance({ createServer: createAskingServer, channel: createMemoryChannel() }).app;

  fetch(request: Request): Response | Promise<Response> {
    return this.#app.fetch(request);
  }
}

// oxlint-disable-next-line import/no-default-export -- what workerd calls
export default {
  fetch(request: Request, { LIVE_SESSIONS }: Env): Response | Promise<Response> {
    app ??= mcpInstance({ createServer: createAskingServer, forward: createForward(LIVE_SESSIONS) }).app;
    return app.fetch(request);
  },
};
