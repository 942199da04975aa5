import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type FaultyServer, startFaultyServer } from "../support/faulty-server.ts";
import { callAndLeave, type Farewell } from "../support/leaving-client.ts";
import { type Era, requestOf } from "../support/rpc.ts";
import { type RunningServer, type Runtime, startServer } from "../support/servers.ts";

const KEY = "key-of-a-closed-network";
const WHOAMI = { name: "whoami", arguments: {} };
/** A call that nobody gives up ends after 9 s. */
const SOON = { timeout: 3000, interval: 10 };
/** A run of Seer is looked at after 1 s, and once more after 3 s. */
const LATER = { timeout: 10_000, interval: 10 };

interface Options {
  /** The platform tells before there is an answer. */
  readonly toldWaiting?: boolean;
  /** When it tells of a stream that nobody reads. */
  readonly toldStreaming?: "at once" | "with a write";
  readonly farewell?: Farewell;
  /** A cancellation finds the call that it is for. */
  readonly cancels?: boolean;
}

/** What becomes of a call to Sentry whose answer nobody waits for any more. */
export function leavingSuite(runtime: Runtime, options: Options = {}): void {
  const { toldWaiting = true, toldStreaming = "at once", farewell = "close", cancels = true } = options;

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
    afterEach(() => {
      // A broken connection would be tried again.
      for (const response of held) response.writeHead(404).end();
      held = [];
    });
    afterAll(async () => {
      await server?.stop();
      await sentry?.stop();
    });

    const hold = (_: IncomingMessage, response: ServerResponse) => void held.push(response);

    function send(call: ReturnType<typeof requestOf>, more: Record<string, string> = {}) {
      const headers = {
        authorization: `Bearer ${KEY}`,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...call.headers,
        ...more,
      };
      return callAndLeave(`${server.baseUrl}/mcp`, { headers, body: call.body, farewell });
    }

    /** A call that Sentry has heard of and will not answer. */
    async function begin(era: Era, headers?: Record<string, string>) {
      sentry.answer(hold);
      const call = await send(requestOf({ era }, "tools/call", WHOAMI), headers);
      await expect.poll(() => sentry.open(), SOON).toBe(1);
      return call;
    }

    async function beginSession(): Promise<Record<string, string>> {
      const capabilities = { protocolVersion: "2025-11-25", capabilities: {} };
      const initialize = { ...capabilities, clientInfo: { name: "test", version: "1" } };
      const call = await send(requestOf({ era: "2025-11-25" }, "initialize", initialize));
      const { headers } = await call.head();
      return { "mcp-session-id": String(headers["mcp-session-id"]), "mcp-protocol-version": "2025-11-25" };
    }

    function follow(era: Era, issueId: string, headers?: Record<string, string>) {
      const asked = { organizationSlug: "acme", issueId };
      const call = { name: "analyze_issue_with_seer", arguments: asked, _meta: { progressToken: issueId } };
      return send(requestOf({ era }, "tools/call", call), headers);
    }

    const looksAt = (issueId: string) =>
      sentry.requests.filter((request) => request.includes(`/issues/${issueId}/autofix`)).length;

    if (toldWaiting) {
      it("is given up with its client's connection (2026-07-28, Transports)", async () => {
        const call = await begin("2026-07-28");

        call.leave();

        await expect.poll(() => sentry.open(), SOON).toBe(0);
      });

      it("goes on without its client's connection (2025-11-25, Transports)", async () => {
        const call = await begin("2025-11-25");

        call.leave();
        await new Promise((resolve) => setTimeout(resolve, 300));

        expect(sentry.open()).toBe(1);
      });
    }

    it("is given up with its client's stream in 2026-07-28 alone (Transports)", async () => {
      sentry.answer(answerOfSeer);
      const session = await beginSession();
      const calls = [
        await follow("2026-07-28", "11"),
        await follow("2025-11-25", "12"),
        await follow("2025-11-25", "13", session),
      ];
      for (const call of calls) expect(await call.first()).toContain("notifications/progress");
      const seen = toldStreaming === "at once" ? 1 : 2;

      for (const call of calls) call.leave();

      await expect.poll(() => looksAt("12"), LATER).toBeGreaterThan(seen);
      await expect.poll(() => looksAt("13"), LATER).toBeGreaterThan(seen);
      expect(looksAt("11")).toBe(seen);
    });

    if (cancels) {
      it("is given up when its session cancels it (2025-11-25, Cancellation)", async () => {
        const session = await beginSession();
        const call = await begin("2025-11-25", session);

        const body = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 7 } };
        const taken = await send({ body: JSON.stringify(body), headers: session });

        expect((await taken.head()).statusCode).toBe(202);
        await expect.poll(() => sentry.open(), SOON).toBe(0);
        expect(await call.text()).not.toContain('"result"');
      });
    }
  });
}

/** An issue, and a run that goes on and on. */
function answerOfSeer({ url = "" }: IncomingMessage, response: ServerResponse): void {
  const [, id] = /\/issues\/(\d+)\//.exec(url) ?? [];
  const run = { run_id: 1, status: "processing", blocks: [] };
  response.setHeader("content-type", "application/json");
  response.end(
    JSON.stringify(url.includes("autofix") ? { autofix: run } : { id, shortId: `A-${id}`, title: "x" }),
  );
}
