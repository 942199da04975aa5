import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
}

export interface Report {
  readonly verdicts: readonly Verdict[];
  /** Of the checks that did not succeed, for whoever has to find out why. */
  readonly problems: readonly string[];
}

/** Runs the suite with these arguments against a server that is up. */
export async function runServerSuite(url: string, args: readonly string[]): Promise<Report> {
  const { stdout, checks } = await runSuite(["server", "--url", url, ...args], { timeoutMs: 60_000 });
  const problems = checks.flatMap(({ id, status, errorMessage }) =>
    status === "FAILURE" ? [`${id}: ${errorMessage ?? "no reason given"}`] : []
  );
  return { verdicts: readVerdicts(stdout), problems };
}

interface Check {
  readonly id: string;
  readonly status: string;
  readonly errorMessage?: string;
}

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
    const files = (await readdir(results, { recursive: true })).filter((file) => file.endsWith("checks.json"));
    const checks = await Promise.all(
      // The suite's own report.
      files.map(async (file) => JSON.parse(await readFile(join(results, file), "utf8")) as Check[]),
    );
    return { ...finished, checks: checks.flat() };
  } finally {
    await rm(results, { recursive: true, force: true });
  }
}

/** Its summary, which alone says what counts. */
function readVerdicts(stdout: string): Verdict[] {
  const summary = stdout.slice(stdout.lastIndexOf("=== SUMMARY ==="));
  const unscored = new Map(
    [...summary.matchAll(/^ {2}[✓✗] (\S+) \((.+)\)$/gm)].map(([, scenario = "", why = ""]) => [scenario, why]),
  );
  return [...summary.matchAll(/^[✓✗] (\S+): (\d+) passed, (\d+) failed/gm)].map(
    ([, scenario = "", passed, failed]) => ({
      scenario,
      passed: Number(passed),
      failed: Number(failed),
      ...(unscored.has(scenario) && { unscored: unscored.get(scenario) }),
    }),
  );
}

/** Scenarios by what they count for, by name. */
export function score({ verdicts }: Report) {
  const scored = verdicts.filter(({ unscored }) => unscored === undefined);
  const names = (of: readonly Verdict[]) => of.map(({ scenario }) => scenario);
  return {
    passed: names(scored.filter(({ failed }) => failed === 0)),
    failed: names(scored.filter(({ failed }) => failed > 0)),
    unscored: names(verdicts.filter(({ unscored }) => unscored !== undefined)),
  };
}
