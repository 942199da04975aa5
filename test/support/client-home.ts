import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { NODE_CACHE, nodePath } from "./binaries.ts";

export interface ClientHome {
  /** The whole environment of a client: nothing of ours leaks in, and what it keeps stays in the folder. */
  readonly env: Readonly<Record<string, string>>;
  /** How often the client opened a browser. */
  visits(): Promise<number>;
  /** What went wrong in that browser, for a failure's message. */
  browserLog(): Promise<string>;
  remove(): Promise<void>;
}

/** A home folder for a client that is a process of its own, with a browser that signs in by itself. */
export async function createClientHome(): Promise<ClientHome> {
  const folder = await mkdtemp(join(tmpdir(), "mcp-client-"));
  const browser = join(folder, "browser");
  const log = join(folder, "browser.log");
  const visits = join(folder, "visits.log");
  const script = fileURLToPath(import.meta.resolve("./open-browser.ts"));
  await writeFile(visits, "");
  await writeFile(log, "");
  // The client waits for its opener to return, and answers its callback only afterwards: hence the background.
  await writeFile(
    browser,
    `#!/bin/sh\necho visit >> "${visits}"\n"${nodePath()}" "${script}" "$1" >> "${log}" 2>&1 &\n`,
    { mode: 0o755 },
  );
  return {
    env: {
      ...NODE_CACHE,
      PATH: process.env.PATH ?? "",
      HOME: folder,
      BROWSER: browser,
      NO_COLOR: "1",
      // Opens the browser although nobody sits at a terminal, and asks no keychain.
      MCP_AUTO_OPEN_ENABLED: "true",
      MCP_INSPECTOR_SECRET_STORE: "file",
    },
    visits: async () => (await readFile(visits, "utf8")).split("\n").length - 1,
    browserLog: () => readFile(log, "utf8"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
