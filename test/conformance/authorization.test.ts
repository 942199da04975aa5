import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort, type RunningServer, startServer } from "../support/servers.ts";
import { approveAll, beginSignIn } from "../support/sign-in.ts";
import { runSuite } from "./suite.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await startServer("node");
});
afterAll(() => server?.stop());

describe("the official conformance suite", () => {
  it("finds nothing wrong with the authorization server", async () => {
    const port = await freePort();
    const redirectUri = `http://127.0.0.1:${port}/callback`;
    const { browser, clientId, resource } = await beginSignIn({ baseUrl: server.baseUrl, redirectUri });
    const args = ["authorization", "--url", server.baseUrl, "--client-id", clientId];
    let approving: Promise<Response> | undefined;

    const finished = await runSuite([...args, "--resource", resource, "--port", String(port)], {
      timeoutMs: 25_000,
      // It prints the address that a person should open, and waits at its own callback.
      onOutput(stdout) {
        const address = /^http\S+\/oauth\/authorize\?\S+$/m.exec(stdout)?.[0];
        if (address) approving ??= approveAll(browser, address).then(({ url }) => fetch(url));
      },
    });

    await approving;
    expect(finished.code, `${finished.stdout}\n${finished.stderr}`).toBe(0);
    // The exit code alone would also be 0 for a check that was skipped.
    expect(Object.fromEntries(finished.checks.map(({ id, status }) => [id, status]))).toEqual({
      "authorization-server-metadata": "SUCCESS",
      "authorization-server-metadata-cimd": "SUCCESS",
      "authorization-code-grant": "SUCCESS",
    });
  });
});
