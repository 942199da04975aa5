// `npm run soak`: the long forms, and only what has one. Properties look at fifty times as many cases, sign-ins run by
// the dozen, and every case of the sign-in suite on every runtime, processes are killed fifty times a store, and every
// tool is called by the Inspector's CLI.
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";

/** What a file has that does more here than in `npm test`. */
const LONGER = /"fast-check"|process\.env\.SOAK|\bhttpSuite\(/;

const files = globSync("test/**/*.test.ts").filter((file) => LONGER.test(readFileSync(file, "utf8")));
const args = [
  "node_modules/vitest/vitest.mjs",
  "run",
  "--config",
  "test/vitest.config.ts",
  "--testTimeout",
  "90000",
];
const { status } = spawnSync(process.execPath, [...args, ...files], {
  stdio: "inherit",
  env: { ...process.env, SOAK: "1" },
});
process.exitCode = status ?? 1;
