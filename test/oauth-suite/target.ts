import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Later, LIFETIMES, type Target } from "../contract/oauth/target.ts";
import { startMockSentry } from "../support/mock-sentry.ts";
import { type Environment, type RunningServer, type Runtime, startServer } from "../support/servers.ts";
import { startState } from "../support/state.ts";

/** Two servers of this runtime, and a Sentry of their own. */
export async function startTarget(runtime: Runtime): Promise<Target> {
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
  const later = await startLater(dataDir, another);
  return {
    baseUrl: server.baseUrl,
    sentry,
    runtime,
    later,
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

async function startLater(folder: string, start: Target["another"]): Promise<Later> {
  const clock = join(folder, "clock");
  let aheadSeconds = 0;
  const advance = async (seconds: number) => {
    aheadSeconds += seconds;
    await writeFile(`${clock}.new`, String(aheadSeconds));
    // Never seen half written.
    await rename(`${clock}.new`, clock);
  };
  await advance(0);
  const lifetimes = Object.entries(LIFETIMES).map(([name, seconds]) => [name, String(seconds)]);
  const environment = { CLOCK_AHEAD_FILE: clock };
  const { baseUrl } = await start({ ...Object.fromEntries(lifetimes), ...environment });
  return { baseUrl, environment, advance };
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
