import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodePath } from "../support/binaries.ts";
import { type Finished, run } from "../support/run.ts";

const program = fileURLToPath(import.meta.resolve("@modelcontextprotocol/conformance/dist/index.js"));

/** What the suite says of one scenario. */
export interface Verdict {
  readonly scenario: string;
  readonly passed: number;
  readonly failed: number;
  /** Why it does not count for the revision, where it does not. */
  readonly unscored?: string;
  /** Of the checks that failed, for whoever has to find out why. */
  readonly problems: readonly string[];
}

interface Check {
  /** Folder of the suite's report: `server-<scenario>-<time>`. */
  readonly folder: string;
  readonly id: string;
  readonly status: string;
  readonly errorMessage?: string;
}

/** Runs the suite with these arguments against a server that is up. */
export async function runServerSuite(url: string, args: readonly string[]): Promise<readonly Verdict[]> {
  const { stdout, checks } = await runSuite(["server", "--url", url, ...args], { timeoutMs: 60_000 });
  return readVerdicts(stdout, checks);
}

/** Runs any command of the suite; what it saves is read, because an exit code does not say what was skipped. */
export async function runSuite(
  args: readonly string[],
  options: { timeoutMs: number; onOutput?: (stdout: string) => void },
): Promise<Finished & { readonly checks: readonly Check[] }> {
  const results = await mkdtemp(join(tmpdir(), "mcp-conformance-"));
  try {
    const finished = await run(nodePath(), [program, ...args, "--output-dir", results], {
      env: { PATH: process.env.PATH ?? "", NO_COLOR: "1" },
      ...options,
    });
    const files = (await readdir(results, { recursive: true })).filter((file) =>
      file.endsWith("checks.json")
    );
    const checks = await Promise.all(files.map(async (file) => {
      // The suite's own report.
      const saved = JSON.parse(await readFile(join(results, file), "utf8")) as Omit<Check, "folder">[];
      return saved.map((check) => ({ ...check, folder: dirname(file) }));
    }));
    return { ...finished, checks: checks.flat() };
  } finally {
    await rm(results, { recursive: true, force: true });
  }
}

/** The printed summary alone says what counts. */
function readVerdicts(stdout: string, checks: readonly Check[]): Verdict[] {
  const summary = stdout.slice(stdout.lastIndexOf("=== SUMMARY ==="));
  const unscored = new Map(
    [...summary.matchAll(/^ {2}[✓✗] (\S+) \((.+)\)$/gm)].map((
      [, scenario = "", why = ""],
    ) => [scenario, why]),
  );
  return [...summary.matchAll(/^[✓✗] (\S+): (\d+) passed, (\d+) failed/gm)].map(
    ([, scenario = "", passed, failed]) => ({
      scenario,
      passed: Number(passed),
      failed: Number(failed),
      ...(unscored.has(scenario) && { unscored: unscored.get(scenario) }),
      problems: checks
        .filter(({ folder, status }) => folder.startsWith(`server-${scenario}-2`) && status === "FAILURE")
        .map(({ id, errorMessage }) => `${id}: ${errorMessage ?? "no reason given"}`),
    }),
  );
}
