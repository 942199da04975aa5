import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { type Runtime, startServer } from "../support/servers.ts";

/** Milliseconds from spawning a runtime until /health answers, the median of several starts. */
export async function startTimeMs(runtime: Runtime, starts: number): Promise<number> {
  const times: number[] = [];
  for (let start = 0; start < starts; start += 1) {
    const startedAtMs = performance.now();
    const server = await startServer(runtime);
    times.push(performance.now() - startedAtMs);
    await server.stop();
  }
  return median(times);
}

/** Bytes of the Worker as it is uploaded: bundled, minified, gzipped. */
export async function workerBytes(): Promise<number> {
  const result = await build({
    absWorkingDir: join(import.meta.dirname, "..", ".."),
    entryPoints: ["adapters/cloudflare.ts"],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
  });
  return gzipSync(result.outputFiles[0]?.contents ?? "").length;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
