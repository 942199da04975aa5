import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Store } from "../../src/store/store.ts";
import { bunPath, denoPath, nodePath } from "./binaries.ts";
import { remoteStore } from "./remote-store.ts";
import { endProcess } from "./servers.ts";

export interface StoreProcess {
  readonly store: Store;
  /** The same, by a clock that is this much ahead. */
  ahead(skewSeconds: number): Store;
  /** Takes the engine away from under the driver. */
  closeEngine(): Promise<void>;
  /** At once, as a crash does. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const script = join(import.meta.dirname, "serve-store-process.ts");

/**
 * A driver with its engine in a process of its own.
 *
 * @param options `maxFileBytes`: no file that it writes may grow beyond that, as on a full disk.
 */
export async function startStoreProcess(
  runtime: "node" | "bun" | "deno",
  kind: "sqlite" | "deno-kv",
  file: string,
  options: { maxFileBytes?: number } = {},
): Promise<StoreProcess> {
  const command = {
    node: [nodePath()],
    bun: [bunPath()],
    deno: [denoPath(), "run", "--no-prompt", "--allow-all", "--unstable-kv"],
  }[runtime];
  // In blocks of 512 bytes; without the trap the process would be ended instead of refused.
  const limit = options.maxFileBytes ? `trap "" XFSZ; ulimit -f ${options.maxFileBytes / 512};` : "";
  const child = spawn("sh", ["-c", `${limit} exec "$@"`, "sh", ...command, script, kind, file], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const port = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const found = /^port (\d+)$/m.exec(output)?.[1];
      if (found) resolve(found);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`The ${kind} store on ${runtime} did not start\n${output}`)));
  });
  const url = `http://127.0.0.1:${port}/`;
  const consistency = "linearizable";
  return {
    store: remoteStore(url, { consistency }),
    ahead: (skewSeconds) => remoteStore(url, { consistency, skewSeconds }),
    async closeEngine() {
      await fetch(`${url}close`, { method: "POST" });
    },
    async kill() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    },
    stop: () => endProcess(child),
  };
}
