import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { callTool, type Peer, textOf } from "../support/rpc.ts";
import { type SandboxServer, startSandbox } from "../support/sandbox-server.ts";
import { freePort, type RunningServer, startServer } from "../support/servers.ts";
import { signIn, type Tokens } from "../support/sign-in.ts";
import { openSse } from "../support/sse.ts";

const ISSUE = { organizationSlug: "acme", issueId: "CHECKOUT-1" };

/** Longer than any grace here, and than a test may take. */
const FOREVER_MS = 60_000;

/** A process that waited for such a call would live longer. */
const SOON_MS = 10_000;

let sandbox: SandboxServer;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox?.stop());

for (const runtime of ["node", "deno", "bun"] as const) {
  describe(`the end of a process on ${runtime}`, () => {
    let folder: string;
    let port: number;
    let server: RunningServer;
    let tokens: Tokens & { clientId: string };
    let peer: Peer;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "shutdown-"));
      port = await freePort();
      await fetch(`${sandbox.baseUrl}/__sandbox/reset`, { method: "POST" });
    });
    afterEach(async () => {
      server?.process?.kill("SIGKILL");
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    async function start(graceSeconds: number): Promise<void> {
      server = await startServer(runtime, {
        ...sandbox.environment,
        DATA_DIR: folder,
        PORT: String(port),
        LOG_LEVEL: "info",
        SHUTDOWN_GRACE_SECONDS: String(graceSeconds),
      });
    }

    async function startSignedIn(graceSeconds: number): Promise<void> {
      await start(graceSeconds);
      tokens = await signIn({ baseUrl: server.baseUrl, skills: ["inspect", "triage"] });
      peer = { baseUrl: server.baseUrl, token: tokens.access_token };
    }

    it("is told to balancers first, waits for what runs, lets nobody in after, and loses nothing", async () => {
      // A quarter of it is for the balancers.
      await startSignedIn(12);
      const release = sandbox.hold("/events/latest/");
      const underWay = sandbox.calls("/events/latest/", 1);
      let isAnswered = false;
      const answering = callTool(peer, "get_issue_details", ISSUE).finally(() => (isAnswered = true));
      await underWay;
      const ending = endOf(server);

      signal(server, "SIGTERM");
      await expect.poll(() => statusOf(server, "/health"), { interval: 10 }).toBe(503);
      const ready = await fetch(`${server.baseUrl}/health/ready`);
      const live = await fetch(`${server.baseUrl}/health/live`);
      const lateCall = await callTool(peer, "whoami");
      await expect.poll(() => statusOf(server, "/health"), { interval: 10, timeout: 5000 }).toBe(
        "ECONNREFUSED",
      );
      const wasAnsweredBefore = isAnswered;
      release();
      const answer = await answering;
      const { code, durationMs } = await ending;

      expect([ready.status, live.status]).toEqual([503, 200]);
      expect(live.headers.get("connection")).toBe("close");
      expect(textOf(lateCall)).toContain("ada@example.test");
      expect(wasAnsweredBefore).toBe(false);
      expect(textOf(answer)).toContain("PaymentNotStarted");
      expect(code).toBe(0);
      expect(durationMs).toBeLessThan(SOON_MS);
      expect(shutdownEvents(server)).toEqual(["shutdown.draining", "shutdown.done"]);

      await start(0);
      expect((await refresh(server, tokens)).status).toBe(200);
    });

    it("cancels what does not end: callers are told what that means, and Sentry is hung up on", async () => {
      await startSignedIn(2);
      await sandbox.fault({ path: "/events/", delayMs: FOREVER_MS });
      await sandbox.fault({ path: "/issues/", method: "PUT", delayMs: FOREVER_MS });
      const underWay = Promise.all([sandbox.calls("/events/", 2), sandbox.calls("PUT ", 1)]);
      const answering = Promise.all([
        callTool(peer, "get_issue_details", ISSUE),
        callTool({ ...peer, era: "2025-11-25" }, "get_issue_details", ISSUE),
        callTool(peer, "update_issue", { ...ISSUE, status: "resolved" }),
      ]);
      await underWay;
      const ending = endOf(server);

      signal(server, "SIGTERM");
      const answers = await answering;
      const { code, durationMs } = await ending;

      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(answers.map(({ body }) => body.result?.isError)).toEqual([true, true, true]);
      expect(textOf(answers[0])).toMatch(/restarting.*try again/);
      expect(textOf(answers[1])).toBe(textOf(answers[0]));
      expect(textOf(answers[2])).toMatch(/restarting.*unknown whether the change was made.*Look it up first/);
      expect(code).toBe(0);
      expect(durationMs).toBeLessThan(SOON_MS);
      expect(server.output()).toMatch(/"event":"shutdown.cancelled","count":3/);
      await expect.poll(heldCalls).toEqual(["GET", "GET", "PUT"]);
    });

    it("comes at once with a second signal, but not with one that arrives twice", async () => {
      await startSignedIn(30);
      await sandbox.fault({ path: "/events/", delayMs: FOREVER_MS });
      const underWay = sandbox.calls("/events/", 1);
      const answering = callTool(peer, "get_issue_details", ISSUE).then(() => "answered", () => "cut");
      await underWay;
      const ending = endOf(server);

      signal(server, "SIGINT");
      signal(server, "SIGINT");
      await expect.poll(() => statusOf(server, "/health"), { interval: 10 }).toBe("ECONNREFUSED");
      await pause(500);
      const codeAfterFirst = server.process?.exitCode;
      signal(server, "SIGTERM");
      const { code, durationMs } = await ending;

      expect(codeAfterFirst).toBeNull();
      expect(code).toBe(143);
      expect(await answering).toBe("cut");
      expect(durationMs).toBeLessThan(SOON_MS);
    });

    it("is not held up by connections on which nothing is asked", async () => {
      await start(30);
      const silent = await open(port);
      const idle = await open(port);
      idle.write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
      await once(idle, "data");
      const ending = endOf(server);

      signal(server, "SIGINT");
      const { code, durationMs } = await ending;

      expect(code).toBe(0);
      expect(durationMs).toBeLessThan(SOON_MS);
      for (const socket of [silent, idle]) socket.destroy();
    });

    it("is not held up by an event stream on which nothing is asked, and ends it in order", async () => {
      await startSignedIn(30);
      const client = await openSse(server.baseUrl, { headers: { authorization: `Bearer ${peer.token}` } });
      await client.initialize();
      const ending = endOf(server);

      signal(server, "SIGINT");
      const after = await client.next();
      const { code, durationMs } = await ending;

      expect(after).toBeUndefined();
      expect(code).toBe(0);
      expect(durationMs).toBeLessThan(SOON_MS);
    });
  });
}

function signal({ process }: RunningServer, name: NodeJS.Signals): void {
  if (!process?.kill(name)) throw new Error(`Cannot send ${name}: the process has ended`);
}

/** How the process ends, and how long after this call. */
async function endOf({ process }: RunningServer): Promise<{ code: number | null; durationMs: number }> {
  if (!process) throw new Error("Expected a runtime with a process of its own");
  const startedAtMs = performance.now();
  const [code] = await once(process, "exit");
  return { code, durationMs: performance.now() - startedAtMs };
}

async function statusOf(server: RunningServer, path: string): Promise<number | string> {
  try {
    return (await fetch(`${server.baseUrl}${path}`)).status;
  } catch (error) {
    // Node says why in the cause.
    return String((error as { cause?: { code?: string } }).cause?.code);
  }
}

function shutdownEvents(server: RunningServer): string[] {
  return [...server.output().matchAll(/"event":"(shutdown\.[a-z]+)"/g)].map(([, event = ""]) => event);
}

function refresh(server: RunningServer, { refresh_token, clientId }: Tokens & { clientId: string }) {
  const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token, client_id: clientId });
  return fetch(`${server.baseUrl}/oauth/token`, { method: "POST", body });
}

/** The calls that the faults hold; the sandbox notes a call when it has ended. */
async function heldCalls(): Promise<string[]> {
  // The sandbox's own shape (src/sandbox/README.md).
  const log = await fetch(`${sandbox.baseUrl}/__sandbox/log`);
  const calls = (await log.json()) as { method: string; path: string }[];
  const held = calls.filter(({ method, path }) => method === "PUT" || path.includes("/events/"));
  return held.map(({ method }) => method).toSorted();
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}
