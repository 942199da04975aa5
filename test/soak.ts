// `npm run soak`: the long forms. Properties look at fifty times as many cases, sign-ins run by the dozen, and
// every case of the sign-in suite on every runtime, processes are killed fifty times a store, and every tool is
// called by the Inspector's CLI.
import { spawnSync } from "node:child_process";

const args = [
  "node_modules/vitest/vitest.mjs",
  "run",
  "--config",
  "test/vitest.config.ts",
  "--testTimeout",
  "90000",
];
const projects = ["unit", "runtimes", "oauth", "kills", "clients"].flatMap((name) => ["--project", name]);
const { status } = spawnSync(process.execPath, [...args, ...projects], {
  stdio: "inherit",
  env: { ...process.env, SOAK: "1" },
});
process.exitCode = status ?? 1;
