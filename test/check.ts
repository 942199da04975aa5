// `npm run check`: everything that can be said without running the product. `--fix` formats instead of complaining.
import { spawn } from "node:child_process";
import { denoPath } from "./support/binaries.ts";

const node = process.execPath;
const fix = process.argv.includes("--fix");
const tsc = (room: string) => [node, "node_modules/typescript/bin/tsc", "-p", room];

const steps: [name: string, command: string[]][] = fix ? [["format", [denoPath(), "fmt"]]] : [
  ["generated files are current", [node, "test/gen/generate.ts", "--check"]],
  ["format", [denoPath(), "fmt", "--check"]],
  ["lint", [node, "node_modules/oxlint/bin/oxlint", "--type-aware", "src", "adapters", "test", "deploy"]],
  ["types of src", tsc("src")],
  ["types of the Apps' pages", tsc("src/apps/browser")],
  ["types of adapters", tsc("adapters")],
  ["types of test", tsc("test")],
  ["dead code", [node, "node_modules/knip/bin/knip.js", "--no-progress"]],
  [
    "architecture",
    [
      node,
      "node_modules/vitest/vitest.mjs",
      "run",
      "--config",
      "test/vitest.config.ts",
      "test/architecture.test.ts",
    ],
  ],
];

let failed = 0;
const waiting = steps.values();
// Two at a time: most of them have use for one core.
await Promise.all([takeTurns(), takeTurns()]);
console.log(`check: ${steps.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function takeTurns(): Promise<void> {
  for (const [name, [file = "", ...args]] of waiting) {
    const { code, output } = await run(file, args);
    console.log(`${code === 0 ? "ok    " : "FAILED"} ${name}`);
    if (code !== 0) console.log(output);
    if (code !== 0) failed += 1;
  }
}

function run(file: string, args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", reject);
    child.on("exit", (code) => resolve({ code, output }));
  });
}
