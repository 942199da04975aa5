import { gzipSync } from "node:zlib";
import { type Runtime, startServer } from "../support/servers.ts";
import { bundleWorker } from "../support/worker-bundle.ts";

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

/** Bytes of the Worker as it is uploaded, gzipped. */
export async function workerBytes(): Promise<number> {
  return gzipSync(await bundleWorker()).length;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
