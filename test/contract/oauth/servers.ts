import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MockSentry } from "../../support/mock-sentry.ts";
import type { Environment } from "../../support/servers.ts";
import type { Drivers } from "./harness.ts";
import type { Target } from "./target.ts";

/** For a deployment that shares nothing with the target but Sentry. */
export const OTHER_KEY: Environment = { ENCRYPTION_KEY: "another-key-for-tests-".repeat(2) };

type Other = Awaited<ReturnType<Target["another"]>>;

/** By the Sentry that they share, which every target has one of. */
const started = new WeakMap<MockSentry, Map<string, Promise<Other>>>();

/** A server beside the target with other settings, started by the first case that wants it. */
export function serverWith({ target }: Drivers, environment: Environment): Promise<Other> {
  const known = started.get(target.sentry) ?? new Map<string, Promise<Other>>();
  started.set(target.sentry, known);
  const name = JSON.stringify(environment);
  const server = known.get(name) ?? target.another(environment);
  known.set(name, server);
  return server;
}

/** Lends a folder for the store that several servers are to share. */
export async function withSharedStore(run: (shared: Environment) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), "oauth-suite-shared-"));
  try {
    await run({ DATA_DIR: dataDir });
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Why such a case cannot be shown there. */
export const NO_SHARED_STORE = {
  cloudflare: "two isolates share no memory store",
  vercel: "two isolates share no memory store",
};
