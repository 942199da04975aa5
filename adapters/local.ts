import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createApp, type Peer } from "../src/app.ts";
import { type Config, ConfigError, parseConfig } from "../src/config.ts";
import type { FetchPublic } from "../src/lib/fetch-public.ts";
import { createLog, type Log } from "../src/lib/log.ts";
import { createShutdown } from "./shutdown.ts";
import { type DenoKvHost, openStore, storesOf } from "./stores.ts";

export interface LocalServer {
  readonly config: Config;
  readonly log: Log;
  /** @param peerAddress The other end of the socket. */
  fetch(request: Request, peerAddress?: string): Promise<Response>;
  /** What a person at the console wants to know once it listens. */
  greeting(): string;
  /** From now on SIGTERM and SIGINT end the process (`shutdown.ts`). */
  endOnSignals(stopAccepting: () => Promise<void>): void;
}

/** What Node, Deno and Bun share: one machine with a disk, and the sandbox when no Sentry is configured. */
export async function createLocalServer(
  env: Record<string, string | undefined>,
  runtime: string,
  options: { fetchPublic?: FetchPublic; denoKv?: DenoKvHost } = {},
): Promise<LocalServer> {
  const { fetchPublic, denoKv } = options;
  const parsed = parseConfig(env, {
    sandbox: true,
    listens: true,
    pinsAddresses: fetchPublic !== undefined,
    localKey,
    stores: storesOf(denoKv),
  });
  const log = createLog({ level: parsed.logLevel, write: (line) => console.log(line), now: Date.now });
  const { store, channel, close } = await openStore(parsed, { log, denoKv });
  const shutdown = createShutdown({ graceSeconds: parsed.shutdownGraceSeconds, log });
  const sandbox = parsed.sentry.clientId || parsed.shared ? undefined : await openSandbox(parsed);
  const config = sandbox ? { ...parsed, sentry: { ...parsed.sentry, ...sandbox.sentry } } : parsed;
  const app = createApp({
    config,
    store,
    storeName: config.store.kind,
    runtime,
    fetch,
    fetchPublic,
    channel,
    lifecycle: shutdown.lifecycle,
    now: Date.now,
    log,
  });
  const respond = async (request: Request, peerAddress?: string) => {
    if (sandbox && new URL(request.url).pathname.startsWith("/sandbox")) return sandbox.fetch(request);
    return app.fetch(request, { peerAddress } satisfies Peer);
  };
  return {
    config,
    log,
    fetch: (request, peerAddress) => shutdown.answer(() => respond(request, peerAddress)),
    greeting: () => (sandbox ? greetSandbox(config) : `MCP is at ${config.baseUrl}/mcp`),
    endOnSignals: (stopAccepting) => shutdown.onSignals({ stopAccepting, closeStore: close }),
  };
}

/** Prints the problems and ends the process when the configuration is wrong; anything else is thrown on. */
export function explainAndExit(error: unknown): never {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exit(1);
}

/** This machine's own key, made once: loopback needs no ENCRYPTION_KEY, and a restart must not sign anybody out. */
function localKey(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, "encryption-key");
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(32).toString("base64"), { mode: 0o600, flag: "wx" });
  }
  chmodSync(file, 0o600);
  return readFileSync(file, "utf8").trim();
}

async function openSandbox(config: Config) {
  const { createSandbox } = await import("../src/sandbox/sandbox.ts");
  const file = join(config.dataDir, "sandbox.json");
  const sandbox = createSandbox({
    baseUrl: `${config.baseUrl}/sandbox`,
    now: Date.now,
    storage: {
      read: () => (existsSync(file) ? readFileSync(file, "utf8") : undefined),
      write(text) {
        writeFileSync(`${file}.new`, text, { mode: 0o600 });
        renameSync(`${file}.new`, file);
      },
    },
  });
  const { clientId, clientSecret, regionUrls } = sandbox;
  return {
    fetch: (request: Request) => sandbox.fetch(request),
    sentry: { url: `${config.baseUrl}/sandbox`, clientId, clientSecret, regionUrls },
  };
}

function greetSandbox({ baseUrl }: Config): string {
  return `
This is a sandbox: a small Sentry of sample data at ${baseUrl}/sandbox, no account needed.
To connect your own Sentry, set the variables in .env.example.

  MCP        ${baseUrl}/mcp
  Snippets   ${baseUrl}/  for Claude, Cursor, VS Code, Codex and others

  claude mcp add --transport http sentry ${baseUrl}/mcp
  npx @modelcontextprotocol/inspector --cli ${baseUrl}/mcp --transport http --method tools/list
`;
}
