import type { ServerResponse } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type FaultyServer, startFaultyServer } from "../support/faulty-server.ts";
import { type Era, requestOf } from "../support/rpc.ts";
import { type RunningServer, type Runtime, startServer } from "../support/servers.ts";

const KEY = "key-of-a-closed-network";
const WHOAMI = { name: "whoami", arguments: {} };
/** A call that nobody gives up ends after 9 s. */
const SOON = { timeout: 3000, interval: 10 };

/**
 * What becomes of a call to Sentry whose answer nobody waits for any more.
 *
 * @param options `tellsDisconnect`: Deno 2.9 tells only when the body came in one packet with the head, and Miniflare's
 *   entry keeps workerd's word to itself, so there a call ends by its own limits.
 */
export function leavingSuite(runtime: Runtime, { tellsDisconnect }: { tellsDisconnect: boolean }): void {
  describe("a call that is not wanted any more", () => {
    let sentry: FaultyServer;
    let server: RunningServer;
    beforeAll(async () => {
      sentry = await startFaultyServer();
      server = await startServer(runtime, {
        SENTRY_URL: sentry.baseUrl,
        SENTRY_AUTH_TOKEN: "sntryu_of-ada",
        MCP_API_KEY: KEY,
      });
    });
    let held: ServerResponse[] = [];
    beforeEach(() => sentry.answer((_, response) => void held.push(response)));
    afterEach(() => {
      // A broken connection would be tried again.
      for (const response of held) response.writeHead(404).end();
      held = [];
    });
    afterAll(async () => {
      await server?.stop();
      await sentry?.stop();
    });

    function send(message: { body: string; headers: Record<string, string> }, signal?: AbortSignal) {
      return fetch(`${server.baseUrl}/mcp`, {
        method: "POST",
        body: message.body,
        headers: {
          authorization: `Bearer ${KEY}`,
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          ...message.headers,
        },
        ...(signal && { signal }),
      });
    }

    /** A call that Sentry has heard of and will not answer. */
    async function begin(era: Era, headers: Record<string, string> = {}) {
      const leaving = new AbortController();
      const call = requestOf({ era }, "tools/call", WHOAMI);
      const answer = send({ ...call, headers: { ...call.headers, ...headers } }, leaving.signal)
        .then((response) => response.text(), () => "left");
      await expect.poll(() => sentry.open(), SOON).toBe(1);
      return { leave: () => leaving.abort(), answer };
    }

    if (tellsDisconnect) {
      it("is given up with its client's connection (2026-07-28, Transports)", async () => {
        const { leave } = await begin("2026-07-28");

        leave();

        await expect.poll(() => sentry.open(), SOON).toBe(0);
      });
    }

    it("goes on without its client's connection (2025-11-25, Transports)", async () => {
      const { leave, answer } = await begin("2025-11-25");

      leave();
      await answer;
      await new Promise((resolve) => setTimeout(resolve, 500));

      expect(sentry.open()).toBe(1);
    });

    it("is given up when its session cancels it (2025-11-25, Cancellation)", async () => {
      const begun = await send(requestOf({ era: "2025-11-25" }, "initialize", {
        protocolVersion: "2025-11-25",
        capabilities: {},
        clientInfo: { name: "test", version: "1" },
      }));
      const session = {
        "mcp-session-id": begun.headers.get("mcp-session-id") ?? "",
        "mcp-protocol-version": "2025-11-25",
      };
      const { answer } = await begin("2025-11-25", session);

      const body = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 7 } };
      const taken = await send({ body: JSON.stringify(body), headers: session });

      expect(taken.status).toBe(202);
      await expect.poll(() => sentry.open(), SOON).toBe(0);
      expect(await answer).not.toContain('"result"');
    });
  });
}
