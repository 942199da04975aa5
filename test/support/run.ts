import { spawn } from "node:child_process";

export interface Finished {
  /** Absent when the time was up and the process was ended. */
  readonly code?: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end, or ends it when its time is up.
 *
 * @param options.onOutput Called with all of stdout so far, for programs that want something done meanwhile.
 */
export async function run(
  file: string,
  args: readonly string[],
  options: {
    env: Readonly<Record<string, string>>;
    cwd?: string;
    timeoutMs: number;
    onOutput?: (stdout: string) => void;
  },
): Promise<Finished> {
  const child = spawn(file, args, {
    env: { ...options.env },
    cwd: options.cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    options.onOutput?.(stdout);
  });
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const timer = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  clearTimeout(timer);
  return { code: code ?? undefined, stdout, stderr };
}
