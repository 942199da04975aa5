import { EventEmitter, on } from "node:events";
import { serve } from "@hono/node-server";
import { sentryScopesOf, SKILLS } from "../../src/lib/skills.ts";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { type Environment, freePort } from "./servers.ts";

export interface SandboxServer {
  readonly baseUrl: string;
  /** What a server needs in its environment to use this Sentry. */
  readonly environment: Environment;
  /** A personal token that may do whatever our tools do. */
  mintToken(user: "ada" | "grace"): Promise<string>;
  fault(fault: Fault): Promise<void>;
  clearFaults(): Promise<void>;
  /** Until so many calls like `GET https://…` with this in it have come in from now on, answered or not. */
  calls(part: string, times: number): Promise<void>;
  /** Lets calls with this in them wait from now on, until what it returns is called. */
  hold(part: string): () => void;
  stop(): Promise<void>;
}

interface Fault {
  readonly path: string;
  readonly method?: string;
  readonly status?: number;
  readonly delayMs?: number;
  readonly body?: string;
  readonly times?: number;
}

/** A Sentry outside the server under test, under a path prefix, as a self-hosted one may be. */
export async function startSandbox(): Promise<SandboxServer> {
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}/upstream`;
  let snapshot: string | undefined;
  const storage = { read: () => snapshot, write: (text: string) => void (snapshot = text) };
  const sandbox = createSandbox({ baseUrl, storage, now: Date.now });
  const calls = new EventEmitter();
  const held = new Map<string, Promise<void>>();
  const answer = async (request: Request) => {
    const call = `${request.method} ${request.url}`;
    calls.emit("call", call);
    for (const [part, released] of held) if (call.includes(part)) await released;
    return sandbox.fetch(request);
  };
  const listener = serve({ fetch: answer, hostname: "127.0.0.1", port });
  await new Promise((resolve) => listener.once("listening", resolve));
  const faults = `${baseUrl}/__sandbox/faults`;
  return {
    baseUrl,
    environment: {
      SENTRY_URL: baseUrl,
      SENTRY_REGION_URLS: sandbox.regionUrls.join(","),
      SENTRY_CLIENT_ID: sandbox.clientId,
      SENTRY_CLIENT_SECRET: sandbox.clientSecret,
      ENCRYPTION_KEY: "only-for-tests-".repeat(3),
    },
    async mintToken(user) {
      const scopes = sentryScopesOf(SKILLS.map(({ id }) => id));
      const response = await fetch(`${baseUrl}/__sandbox/tokens`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ user, scopes }),
      });
      // The sandbox's own README says what it answers.
      return ((await response.json()) as { token: string }).token;
    },
    async fault(fault) {
      await fetch(faults, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(fault),
      });
    },
    async calls(part, times) {
      for await (const [call] of on(calls, "call")) {
        if (String(call).includes(part) && --times === 0) return;
      }
    },
    hold(part) {
      let release = () => {};
      held.set(part, new Promise((resolve) => (release = resolve)));
      return () => {
        held.delete(part);
        release();
      };
    },
    async clearFaults() {
      await fetch(faults, { method: "DELETE" });
    },
    async stop() {
      listener.close();
      if ("closeAllConnections" in listener) listener.closeAllConnections();
    },
  };
}
