// Brings what a fresh clone lacks, then runs one command under a Node that can: plain JavaScript without
// dependencies, because the first thing it may have to do is install them.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const vitest = ["node_modules/vitest/vitest.mjs", "run", "--config", "test/vitest.config.ts"];
const commands = {
  start: ["adapters/node.ts"],
  test: vitest,
  soak: ["test/soak.ts"],
  check: ["test/check.ts"],
  conformance: ["test/conformance/print.ts"],
  bench: ["test/bench/bench.ts"],
  gen: ["test/gen/generate.ts"],
  format: ["test/check.ts", "--fix"],
};

const [name = "start", ...rest] = process.argv.slice(2);
const command = commands[name];
if (!command) fail(`Unknown command "${name}": use one of ${Object.keys(commands).join(", ")}`);

// `bun run start` means Bun; this file is only on the way.
const bun = process.versions.bun ? process.execPath : bunThatRanUs();
if (name === "start" && bun) {
  run(bun, ["adapters/bun.ts", ...rest]);
} else {
  if (!installed()) install();
  run(fitNode(), [...command, ...rest]);
}

/** The path of Bun when this came from `bun run`, which hands scripts to the Node on the PATH. */
function bunThatRanUs() {
  return process.env.npm_config_user_agent?.startsWith("bun/") ? process.env.npm_execpath : undefined;
}

/** Dependencies are here, and not older than the lock file (a pull may have brought a newer one). */
function installed() {
  const marker = `${root}/node_modules/.package-lock.json`;
  if (existsSync(marker)) return statSync(marker).mtimeMs >= statSync(`${root}/package-lock.json`).mtimeMs;
  return existsSync(`${root}/node_modules/hono`); // put there by another package manager
}

function install() {
  console.error("Installing dependencies (npm ci), once");
  const npm = spawnSync("npm", ["ci", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) fail("npm ci failed: see above");
}

/** Node that runs TypeScript as it is: the one among the dependencies, else this one. */
function fitNode() {
  const bundled = `${root}/node_modules/node24/bin/node`;
  if (existsSync(bundled)) return bundled;
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  return fail(`Node ${process.versions.node} cannot run TypeScript: install Node 24 (or any from 22.18)`);
}

function run(file, args) {
  const child = spawn(file, args, { cwd: root, stdio: "inherit" });
  const signals = ["SIGTERM", "SIGINT", "SIGHUP"];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(`Cannot run ${file}: ${error.message}`));
  child.on(
    "exit",
    (code, signal) => process.exit(code ?? 128 + (constants.signals[signal ?? "SIGTERM"] ?? 0)),
  );
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
