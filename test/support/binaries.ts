import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const root = join(import.meta.dirname, "..", "..");

export const nodePath = (): string => find("Node 24", "node_modules/node24/bin/node", "node");
export const denoPath = (): string => find("Deno", "node_modules/@deno/linux-x64-glibc/deno", "deno");
export const bunPath = (): string => find("Bun", "node_modules/@oven/bun-linux-x64/bin/bun", "bun");

/**
 * For the environment of a Node that tests start: it halves what a start costs, and a run starts hundreds. The bench
 * starts servers as people do.
 */
export const NODE_CACHE: Readonly<Record<string, string>> = process.env.VITEST
  ? { NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "node-tests") }
  : {};

/** The system's: browsers are no packages here. */
export function chromiumPath(): string {
  const path = onPath("chromium-headless-shell");
  if (path) return path;
  throw new Error(
    "Cannot find Chromium: apt-get install --no-install-recommends chromium-headless-shell (the tests of pages need it)",
  );
}

/** The system's, too. */
export function redisPath(): string {
  const path = onPath("redis-server");
  if (path) return path;
  throw new Error(
    "Cannot find Redis: apt-get install --no-install-recommends redis-server (the tests of stores need it)",
  );
}

/** The pinned runtime among the dependencies, else the one on the PATH (the packages are for Linux on x64). */
function find(what: string, bundled: string, name: string): string {
  if (existsSync(join(root, bundled))) return join(root, bundled);
  const path = onPath(name);
  if (path) return path;
  throw new Error(`Cannot find ${what}: install it so that "${name}" is on the PATH`);
}

function onPath(name: string): string | undefined {
  return (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name)).find(existsSync);
}
