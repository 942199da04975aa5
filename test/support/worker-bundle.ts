import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodePath } from "./binaries.ts";

const root = join(import.meta.dirname, "..", "..");

/** The Worker as `wrangler deploy` would upload it, so that tests run what is deployed. */
export async function bundleWorker(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "worker-bundle-"));
  const wrangler = ["node_modules/wrangler/bin/wrangler.js", "deploy", "--dry-run", "--outdir", folder];
  try {
    execFileSync(nodePath(), [...wrangler, "-c", "deploy/cloudflare/wrangler.jsonc"], {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: folder, WRANGLER_SEND_METRICS: "false", CI: "1" },
      stdio: "pipe",
    });
    return readFileSync(join(folder, "cloudflare.js"), "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
