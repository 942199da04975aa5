import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { callTool, textOf } from "../support/rpc.ts";
import { type SandboxServer, startSandbox } from "../support/sandbox-server.ts";
import { type Environment, freePort, startServer } from "../support/servers.ts";
import { signIn, type Tokens } from "../support/sign-in.ts";

const folder = mkdtempSync(join(tmpdir(), "worker-"));
let sandbox: SandboxServer;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(async () => {
  await sandbox?.stop();
  rmSync(folder, { recursive: true });
});

interface Choice {
  readonly name: string;
  readonly consistency: string;
  readonly environment: Environment;
}

describe.each<Choice>([
  { name: "durable-object", consistency: "linearizable", environment: {} },
  { name: "workers-kv", consistency: "best-effort", environment: { STORE: "workers-kv" } },
])("the Worker with $name", ({ name, consistency, environment }) => {
  it("signs nobody out when it is deployed anew", async () => {
    const env = {
      ...sandbox.environment,
      ...environment,
      DATA_DIR: join(folder, name),
      PORT: String(await freePort()),
    };
    const first = await startServer("cloudflare", env);
    const { clientId, refresh_token: token } = await signIn({ baseUrl: first.baseUrl });
    await first.stop();

    const { baseUrl, stop } = await startServer("cloudflare", env);
    onTestFinished(stop);
    const refreshed = await fetch(`${baseUrl}/oauth/token`, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: token, client_id: clientId }),
    });
    const tokens = (await refreshed.json()) as Tokens;
    const answer = await callTool({ baseUrl, token: tokens.access_token }, "whoami");
    const health = await (await fetch(`${baseUrl}/health?verbose`)).json();

    expect(textOf(answer)).toContain("ada");
    expect(health).toMatchObject({ store: { name, consistency } });
  });
});
