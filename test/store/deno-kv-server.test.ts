import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, onTestFinished } from "vitest";
import { denoPath } from "../support/binaries.ts";
import { run } from "../support/run.ts";
import { freePort, startServer } from "../support/servers.ts";
import { signIn, type Tokens } from "../support/sign-in.ts";

const folder = mkdtempSync(join(tmpdir(), "deno-kv-server-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("signs nobody out when a server on Deno KV restarts", async () => {
  const port = String(await freePort());
  const env = { STORE: "deno-kv", DATA_DIR: folder, LOG_LEVEL: "info", PORT: port };
  const start = async () => {
    const server = await startServer("deno", { ...env, BASE_URL: `http://127.0.0.1:${port}` });
    onTestFinished(() => server.stop());
    return server;
  };
  const first = await start();
  const signedIn = await signIn(first);
  await first.stop();

  const second = await start();
  const refreshed = await refresh(second.baseUrl, signedIn);

  expect(refreshed.refresh_token).not.toBe(signedIn.refresh_token);
  expect(second.output()).toContain(
    `"event":"store.opened","store":"deno-kv","consistency":"linearizable","where":"${folder}/store.deno-kv"`,
  );
});

it("wants no disk at Deno Deploy", async () => {
  const args = ["run", "--no-prompt", "--allow-env", "--allow-sys", "--allow-read", "adapters/deno.ts"];
  const env = { PATH: process.env.PATH ?? "", NO_COLOR: "1", DENO_DEPLOYMENT_ID: "test", STORE: "sqlite" };

  const { code, stderr } = await run(denoPath(), args, { env, timeoutMs: 20_000 });

  expect(code).toBe(1);
  expect(stderr).toContain("STORE: expected one of deno-kv, redis, upstash, memory");
});

async function refresh(baseUrl: string, grant: Tokens & { clientId: string }): Promise<Tokens> {
  const response = await fetch(`${baseUrl}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "refresh_token",
      client_id: grant.clientId,
      refresh_token: grant.refresh_token,
    }),
  });
  expect(response.status).toBe(200);
  // What the token endpoint answers has this shape.
  return (await response.json()) as Tokens;
}
