import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodePath } from "../support/binaries.ts";
import { type ClientHome, createClientHome } from "../support/client-home.ts";
import { INSPECTOR } from "../support/inspector.ts";
import { revokeAtGrants } from "../support/revoke-at-grants.ts";
import type { RpcMessage } from "../support/rpc.ts";
import { run } from "../support/run.ts";
import { freePort, type RunningServer, startServer } from "../support/servers.ts";

let server: RunningServer;
let home: ClientHome;
beforeAll(async () => {
  home = await createClientHome();
  // Without the cache a test need not wait for it.
  server = await startServer("node", { REVOCATION_CACHE_SECONDS: "0" });
});
afterAll(() => Promise.all([server?.stop(), home?.remove()]));

describe("MCP Inspector's CLI", () => {
  it("signs in through a browser, lists the tools and finds nothing to complain of in their schemas", async () => {
    const answer = await inspect(["--protocol-era", "auto", "--method", "tools/list", "--strict"]);

    expect(answer.tools?.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["whoami", "search_issues", "get_issue_details"]),
    );
    expect(await home.visits()).toBe(1);
  });

  for (const era of ["modern", "legacy"]) {
    it(`calls tools in the ${era} era with the sign-in that it stored`, async () => {
      const stored = ["--stored-auth-only", "--protocol-era", era, "--method", "tools/call"];

      const whoami = await inspect([...stored, "--tool-name", "whoami"]);
      const issue = await inspect([
        ...stored,
        "--tool-name",
        "get_issue_details",
        "--tool-args-json",
        JSON.stringify({ organizationSlug: "acme", issueId: "CHECKOUT-1" }),
      ]);

      expect(JSON.stringify(whoami)).toContain("ada@example.test");
      expect(JSON.stringify(issue)).toContain("PaymentNotStarted");
      expect(await home.visits()).toBe(1);
    });
  }

  // It does not step up on 403 (2.12.0): with a refresh token at hand it refreshes, which cannot widen a grant.
  it("signs in again when a person has revoked it", async () => {
    await revokeAtGrants(server.baseUrl);

    const whoami = await inspect([
      "--protocol-era",
      "auto",
      "--method",
      "tools/call",
      "--tool-name",
      "whoami",
    ]);

    expect(JSON.stringify(whoami)).toContain("ada@example.test");
    expect(await home.visits()).toBe(2);
  });
});

/** One run of the CLI: the result that it printed, or a failure that shows all it said. */
async function inspect(args: readonly string[]): Promise<NonNullable<RpcMessage["result"]>> {
  const callback = `http://127.0.0.1:${await freePort()}/oauth/callback`;
  const target = ["--cli", `${server.baseUrl}/mcp`, "--transport", "http", "--callback-url", callback];
  const { code, stdout, stderr } = await run(
    nodePath(),
    [INSPECTOR, ...target, ...args, "--format", "json"],
    {
      env: home.env,
      timeoutMs: 25_000,
    },
  );
  expect(code, `${stdout}\n${stderr}\n${await home.browserLog()}`).toBe(0);
  // The CLI's envelope; tests check the fields that they rely on.
  return (JSON.parse(stdout) as { result: NonNullable<RpcMessage["result"]> }).result;
}
