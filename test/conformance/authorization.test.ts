import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodePath } from "../support/binaries.ts";
import { run } from "../support/run.ts";
import { freePort, type RunningServer, startServer } from "../support/servers.ts";
import { approveAll, beginSignIn } from "../support/sign-in.ts";

const suite = fileURLToPath(import.meta.resolve("@modelcontextprotocol/conformance/dist/index.js"));

let server: RunningServer;
let results: string;
beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), "mcp-conformance-"));
  server = await startServer("node");
});
afterAll(() => Promise.all([server?.stop(), rm(results, { recursive: true, force: true })]));

describe("the official conformance suite", () => {
  it("finds nothing wrong with the authorization server", async () => {
    const port = await freePort();
    const redirectUri = `http://127.0.0.1:${port}/callback`;
    const { browser, clientId, resource } = await beginSignIn({ baseUrl: server.baseUrl, redirectUri });
    const args = [suite, "authorization", "--url", server.baseUrl, "--client-id", clientId];
    let approving: Promise<Response> | undefined;

    const finished = await run(
      nodePath(),
      [...args, "--resource", resource, "--port", String(port), "--output-dir", results],
      {
        env: { PATH: process.env.PATH ?? "", NO_COLOR: "1" },
        timeoutMs: 25_000,
        // It prints the address that a person should open, and waits at its own callback.
        onOutput(stdout) {
          const address = /^http\S+\/oauth\/authorize\?\S+$/m.exec(stdout)?.[0];
          if (address) approving ??= approveAll(browser, address).then(({ url }) => fetch(url));
        },
      },
    );

    await approving;
    expect(finished.code, `${finished.stdout}\n${finished.stderr}`).toBe(0);
    expect(await statuses()).toEqual({
      "authorization-server-metadata": "SUCCESS",
      "authorization-server-metadata-cimd": "SUCCESS",
      "authorization-code-grant": "SUCCESS",
    });
  });
});

/** What each check said: the exit code alone would also be 0 for one that was skipped. */
async function statuses(): Promise<Record<string, string>> {
  const files = (await readdir(results, { recursive: true })).filter((file) => file.endsWith("checks.json"));
  const checks = await Promise.all(
    // The suite's own report; compared with what is expected of it.
    files.map(async (file) =>
      JSON.parse(await readFile(join(results, file), "utf8")) as { id: string; status: string }[]
    ),
  );
  return Object.fromEntries(checks.flat().map(({ id, status }) => [id, status]));
}
