import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Target } from "../contract/oauth/target.ts";
import { startMockSentry } from "../support/mock-sentry.ts";
import { type Environment, type RunningServer, type Runtime, startServer } from "../support/servers.ts";
import { startState } from "../support/state.ts";

/** So short that a case can wait for the end, so long that a slow machine still gets there. */
const SHORT_LIFETIMES: Environment = {
  ACCESS_TOKEN_TTL_SECONDS: "2",
  CODE_TTL_SECONDS: "2",
  CONSENT_TTL_SECONDS: "2",
  REFRESH_GRACE_SECONDS: "2",
  REVOCATION_CACHE_SECONDS: "2",
};

/** A server of this runtime and a Sentry of its own; the second server, too, where the whole suite runs. */
export async function startTarget(runtime: Runtime, options: { short: boolean }): Promise<Target> {
  const sentry = await startMockSentry();
  const dataDir = await mkdtemp(join(tmpdir(), "oauth-suite-"));
  const state = await startState(runtime);
  const servers: RunningServer[] = [];
  const another = async (env: Environment) => {
    const server = await startServer(runtime, { ...sentry.environment, ...state.environment, ...env });
    servers.push(server);
    return server;
  };
  const server = await another({ DATA_DIR: dataDir });
  const short = options.short ? await another(SHORT_LIFETIMES) : undefined;
  return {
    baseUrl: server.baseUrl,
    sentry,
    runtime,
    short,
    another,
    countKeys: state.countKeys ?? (runtime === "cloudflare" ? undefined : () => countRows(dataDir)),
    async stop() {
      await Promise.all(servers.map((each) => each.stop()));
      await state.stop();
      await sentry.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function countRows(dataDir: string): Promise<number> {
  const database = new DatabaseSync(join(dataDir, "store.sqlite"), { readOnly: true });
  try {
    const row = database.prepare("SELECT count(*) AS keys FROM entries").get();
    return Number(row?.keys);
  } finally {
    database.close();
  }
}
