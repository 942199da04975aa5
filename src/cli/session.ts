import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { type Verification, verifyConstraint } from "../constraint/verify.ts";
import { randomToken } from "../lib/crypto.ts";
import type { Log } from "../lib/log.ts";
import { createSealer } from "../lib/seal.ts";
import { SERVER_NAME, VERSION } from "../lib/version.ts";
import type { Caller } from "../mcp/caller.ts";
import { createServers } from "../mcp/server.ts";
import type { Serving } from "../mcp/serving.ts";
import { Unauthorized } from "../mcp/unauthorized.ts";
import { createSentryService } from "../sentry/service.ts";
import { TOOLS } from "../tools/all.ts";
import { CATALOG } from "../tools/catalog.ts";
import { createLineTransport } from "./line-transport.ts";
import type { Settings } from "./settings.ts";

interface SessionDeps {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly write: (line: string) => Promise<void>;
  readonly now: () => number;
  readonly log: Log;
}

/** One client at the other end of two pipes. */
interface Session {
  receive(chunk: Uint8Array): void;
  /** Aborts what is still running. */
  close(): Promise<void>;
}

const TOKEN_REFUSED =
  "Sentry does not accept the token that this server was started with: the user has to replace SENTRY_ACCESS_TOKEN";

/** Serves every revision; the first message of the client decides for one (`serveStdio`). */
export function startSession(settings: Settings, { fetch, write, now, log }: SessionDeps): Session {
  const service = createSentryService({ ...settings.sentry, fetch, now, log, version: VERSION });
  const ending = new AbortController();
  const caller: Caller = {
    user: "stdio",
    credential: { id: "stdio", token: settings.token },
    signedIn: false,
    chosenIn: "flags",
    skills: settings.skills,
    readOnly: settings.readOnly,
    constraint: settings.constraint,
    constraintVerified: false,
    // Sentry answers for its own token.
    isLive: () => Promise.resolve(true),
  };
  let verification: Promise<Verification> | undefined;

  async function serving(): Promise<Serving> {
    verification ??= verifyConstraint(caller.constraint, {
      service,
      credential: caller.credential,
      signal: ending.signal,
    });
    const verified = await verification;
    const refusal = refusalOf(verified);
    if (refusal !== undefined) log.error("constraint.refused", { message: refusal });
    return {
      caller: verified.outcome === "verified"
        ? { ...caller, constraint: verified.constraint, constraintVerified: true }
        : caller,
      toolset: settings.toolset,
      refusal,
      inBatch: false,
      streams: true,
      fail(error) {
        if (error instanceof Unauthorized) {
          return { content: [{ type: "text", text: TOKEN_REFUSED }], isError: true };
        }
        log.error("mcp.failed", { message: error instanceof Error ? error.message : String(error) });
        return undefined;
      },
    };
  }

  const transport = createLineTransport(write);
  // What is sealed comes back to this process or to none.
  const sealer = createSealer({ keys: [randomToken()], issuer: SERVER_NAME, now });
  const createServer = createServers({
    tools: TOOLS,
    catalog: CATALOG,
    service,
    sealer,
    name: SERVER_NAME,
    version: VERSION,
    now,
    log,
  });
  const handle = serveStdio(async () => createServer(await serving()), {
    transport,
    onerror: (error) => log.debug("mcp.rejected", { message: error.message }),
  });
  return {
    receive: transport.receive,
    async close() {
      ending.abort();
      await handle.close();
    },
  };
}

function refusalOf(verification: Verification): string | undefined {
  if (verification.outcome === "refused") return verification.message;
  return verification.outcome === "unauthorized" ? TOKEN_REFUSED : undefined;
}
