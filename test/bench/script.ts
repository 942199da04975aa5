import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { endProcess } from "../support/servers.ts";

export interface Script {
  /** The first line that it printed, which says that it is ready. */
  readonly greeting: string;
  stop(): Promise<void>;
}

/** Runs a script of this folder in a process of its own; resolves when it has printed its first line. */
export async function startScript(name: string, input: object = {}): Promise<Script> {
  const child = spawn(process.execPath, [join(import.meta.dirname, name)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify(input));
  const lines = createInterface({ input: child.stdout });
  const greeting = await new Promise<string>((resolve, reject) => {
    lines.once("line", resolve);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${name} ended with ${code}`)));
  });
  return { greeting, stop: () => endProcess(child) };
}
