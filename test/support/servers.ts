import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EdgeRuntime, runServer } from "edge-runtime";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { bunPath, denoPath, NODE_CACHE, nodePath } from "./binaries.ts";
import { clockAhead } from "./movable-clock.ts";
import { bundleWorker } from "./worker-bundle.ts";

const root = join(import.meta.dirname, "..", "..");

export type Runtime = "node" | "deno" | "bun" | "cloudflare" | "vercel";

export interface RunningServer {
  readonly baseUrl: string;
  /** Where it listens, whatever BASE_URL says. */
  readonly address: string;
  /** Everything the server has printed so far; empty for workerd. */
  output(): string;
  /** Absent for the runtimes that run inside this process. */
  readonly process?: ChildProcess;
  stop(): Promise<void>;
}

export type Environment = Readonly<Record<string, string>>;

/**
 * Starts one adapter as people run it: a process of its own, or workerd and Vercel's runtime under their emulators.
 *
 * @param env `CLOCK_AHEAD_FILE` is no setting of ours: the seconds in it put the server's clock forward.
 */
export async function startServer(runtime: Runtime, env: Environment = {}): Promise<RunningServer> {
  const port = env.PORT ? Number(env.PORT) : await freePort();
  const full = {
    BASE_URL: `http://127.0.0.1:${port}`,
    PORT: String(port),
    LOG_LEVEL: "warn",
    SHUTDOWN_GRACE_SECONDS: "0",
    // All clients of a test have one address.
    RATE_LIMIT_PER_MINUTE: "1000000",
    ...env,
  };
  const start = {
    node: startProcess,
    deno: startProcess,
    bun: startProcess,
    cloudflare: startWorker,
    vercel: startEdge,
  };
  const address = `http://127.0.0.1:${port}`;
  const server = await start[runtime](runtime, full, port);
  await untilHealthy(`${address}/health`, server);
  return { ...server, baseUrl: full.BASE_URL, address };
}

type Started = Omit<RunningServer, "baseUrl" | "address">;

async function startProcess(runtime: Runtime, env: Environment): Promise<Started> {
  const dataDir = env.DATA_DIR ?? (await mkdtemp(join(tmpdir(), "sentry-mcp-edge-")));
  const deno = [
    "run",
    "--no-prompt",
    "--allow-net",
    "--allow-env",
    "--allow-sys",
    "--allow-read",
    "--allow-write",
  ];
  const clock = fileURLToPath(import.meta.resolve("./preload-clock.ts"));
  const preload = (flag: string) => (env.CLOCK_AHEAD_FILE ? [flag, clock] : []);
  const [file, args] = {
    deno: [denoPath, [...deno, ...preload("--preload"), "adapters/deno.ts"]] as const,
    bun: [bunPath, [...preload("--preload"), "adapters/bun.ts"]] as const,
  }[runtime as string] ?? [nodePath, [...preload("--import"), "adapters/node.ts"]];
  const child = spawn(file(), args, {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NO_COLOR: "1",
      DATA_DIR: dataDir,
      ...NODE_CACHE,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return {
    output: () => output,
    process: child,
    async stop() {
      await endProcess(child);
      if (!env.DATA_DIR) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** SIGTERM, and SIGKILL for what does not listen. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
  await ended;
  clearTimeout(timer);
}

/** Bundles are made once for all servers of a test file: it takes seconds. */
let workerBundle: Promise<string> | undefined;

/** Stand before the Worker and its objects; what the file says comes through the host. */
const CLOCK_OF_WORKER = [
  [
    "entry.mjs",
    `
    import "./clock.mjs";
    import worker from "./worker.mjs";
    export * from "./worker.mjs";
    export default {
      async fetch(request, env, context) {
        globalThis.aheadMs = Number(await (await env.CLOCK.fetch("http://clock/")).text()) * 1000;
        return worker.fetch(request, env, context);
      },
    };`,
  ],
  [
    "clock.mjs",
    `
    const now = Date.now;
    globalThis.aheadMs = 0;
    Date.now = () => now() + globalThis.aheadMs;`,
  ],
].map(([path = "", contents = ""]) => ({ type: "ESModule" as const, path, contents }));

async function startWorker(_runtime: Runtime, env: Environment, port: number): Promise<Started> {
  workerBundle ??= bundleWorker();
  const contents = await workerBundle;
  const clock = env.CLOCK_AHEAD_FILE;
  const worker = new Miniflare({
    ...convertV4MiniflareOptions({
      modules: [
        ...(clock ? CLOCK_OF_WORKER : []),
        { type: "ESModule", path: "worker.mjs", contents },
      ],
      ...(clock && { serviceBindings: { CLOCK: () => new Response(readFileSync(clock, "utf8")) } }),
      host: "127.0.0.1",
      // Straight to the Worker: Miniflare's own in front of it does not tell that a client has left.
      unsafeDirectSockets: [{ host: "127.0.0.1", port }],
      compatibilityDate: "2026-10-01",
      compatibilityFlags: ["enable_request_signal"],
      bindings: { ...env },
      durableObjects: {
        ...(env.STORE === "workers-kv"
          ? {}
          : { STORE_OBJECTS: { className: "StoreObject", useSQLite: true } }),
        LIVE_SESSIONS: { className: "LiveSession", useSQLite: true },
      },
      ...(env.STORE === "workers-kv" && { kvNamespaces: ["STORE_KV"] }),
    }),
    resourcePersistencePath: env.DATA_DIR,
  });
  await worker.ready;
  return { output: () => "", stop: () => worker.dispose() };
}

let edgeBundle: Promise<string> | undefined;

async function bundleEdge(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["adapters/vercel.ts"],
    bundle: true,
    write: false,
    target: "es2022",
    conditions: ["edge-light", "worker", "browser"],
    format: "iife",
    globalName: "entry",
  });
  return outputFiles[0]?.text ?? "";
}

async function startEdge(_runtime: Runtime, env: Environment, port: number): Promise<Started> {
  let output = "";
  const print = (line: unknown) => void (output += `${String(line)}\n`);
  const printer = { log: print, warn: print, error: print };
  edgeBundle ??= bundleEdge();
  const clock = env.CLOCK_AHEAD_FILE ? { clockAhead: clockAhead(env.CLOCK_AHEAD_FILE) } : {};
  const runtime = new EdgeRuntime({
    initialCode: `if ("clockAhead" in globalThis) Date.now = clockAhead;
      ${await edgeBundle}
      addEventListener("fetch", (event) => event.respondWith(entry.default(event.request)));`,
    codeGeneration: { strings: false, wasm: false },
    extend: (context) =>
      Object.assign(context, { process: { env: withStore(env) }, console: printer, ...clock }),
  });
  const server = await runServer({ runtime, host: "127.0.0.1", port });
  return { output: () => output, stop: () => server.close() };
}

/** It has no store of its own: a test that wants more than memory names one. */
function withStore(env: Environment): Environment {
  const isNamed = env.UPSTASH_REDIS_REST_URL ?? env.KV_REST_API_URL ?? env.REDIS_URL ?? env.SENTRY_AUTH_TOKEN;
  return isNamed ? env : { STORE: "memory", ...env };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("Cannot find a free port");
  return address.port;
}

async function untilHealthy(url: string, server: Started): Promise<void> {
  const deadlineMs = Date.now() + 20_000;
  while (Date.now() < deadlineMs) {
    const ok = await fetch(url).then((response) => response.ok, () => false);
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await server.stop();
  throw new Error(`${url} did not answer in 20 s\n${server.output()}`);
}
