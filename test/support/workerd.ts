import { join } from "node:path";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

interface Bindings {
  readonly durableObjects: Record<string, { className: string; useSQLite: true }>;
  readonly kvNamespaces?: string[];
  /** Where data outlives the Worker. */
  readonly resourcePersistencePath?: string;
}

export interface TestWorker {
  readonly url: string;
  stop(): Promise<void>;
}

const support = import.meta.dirname;

/** A Worker of this folder in workerd, with the real bindings that it is given. */
export async function startTestWorker(file: string, bindings: Bindings): Promise<TestWorker> {
  const { outputFiles } = await build({
    entryPoints: [join(support, file)],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
  });
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      modules: [{ type: "ESModule", path: "worker.mjs", contents: outputFiles[0]?.text ?? "" }],
      host: "127.0.0.1",
      compatibilityDate: "2026-10-01",
      compatibilityFlags: ["enable_request_signal"],
      ...bindings,
    }),
  );
  const { origin } = await worker.ready;
  return { url: origin, stop: () => worker.dispose() };
}
