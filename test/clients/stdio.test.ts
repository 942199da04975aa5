import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { Client as ClientV2 } from "@modelcontextprotocol/client";
import { StdioClientTransport as TransportV2 } from "@modelcontextprotocol/client/stdio";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { NODE_CACHE, nodePath } from "../support/binaries.ts";
import { run } from "../support/run.ts";
import { type SandboxServer, startSandbox } from "../support/sandbox-server.ts";
import { besidesSeer } from "../support/seer.ts";
import { endProcess, freePort } from "../support/servers.ts";

const ENTRY = join(import.meta.dirname, "..", "..", "adapters", "stdio.ts");
const ISSUE = { organizationSlug: "acme", issueId: "CHECKOUT-1" };
const INITIALIZE = {
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } },
};
const WHOAMI = { id: 2, method: "tools/call", params: { name: "whoami" } };

let sandbox: SandboxServer;
let env: Record<string, string>;
beforeAll(async () => {
  sandbox = await startSandbox();
  env = {
    ...NODE_CACHE,
    SENTRY_URL: sandbox.baseUrl,
    SENTRY_REGION_URLS: sandbox.environment.SENTRY_REGION_URLS ?? "",
    SENTRY_ACCESS_TOKEN: await sandbox.mintToken("ada"),
  };
});
afterAll(() => sandbox?.stop());

const children: ChildProcess[] = [];
const sentries: Server[] = [];
afterEach(async () => {
  await Promise.all(children.splice(0).map(endProcess));
  for (const server of sentries.splice(0)) server.close();
});

describe("the SDKs' clients on stdio", () => {
  it("v1 lists the tools and reads an issue", async () => {
    const client = new ClientV1({ name: "test", version: "1" });
    await client.connect(new TransportV1({ command: nodePath(), args: [ENTRY], env, stderr: "pipe" }));

    expect((await client.listTools()).tools.map(({ name }) => name)).toContain("search_issues");
    expect(JSON.stringify(await client.callTool({ name: "get_issue_details", arguments: ISSUE })))
      .toContain("PaymentNotStarted");
    await client.close();
  });

  it("v1 and v2 are told how a long call gets on", async () => {
    const v1 = new ClientV1({ name: "test", version: "1" });
    const v2 = new ClientV2({ name: "test", version: "1" });
    await v1.connect(new TransportV1({ command: nodePath(), args: [ENTRY], env, stderr: "pipe" }));
    await v2.connect(new TransportV2({ command: nodePath(), args: [ENTRY], env, stderr: "pipe" }));
    const analyze = (issueId: string) => ({
      name: "analyze_issue_with_seer",
      arguments: { organizationSlug: "acme", issueId },
    });

    const told: string[] = [];
    const looks: Promise<void>[] = [];
    const follow = async (issueId: string) => {
      const seer = await besidesSeer(sandbox.baseUrl, issueId);
      await seer.begin();
      return ({ message = "" }: { message?: string }) => {
        told.push(`${issueId}: ${message}`);
        looks.push(seer.look());
      };
    };

    const [onV1, onV2] = [await follow("CHECKOUT-7"), await follow("CHECKOUT-8")];
    await Promise.all([
      v1.callTool(analyze("CHECKOUT-7"), undefined, { onprogress: onV1 }),
      v2.callTool(analyze("CHECKOUT-8"), { onprogress: onV2 }),
    ]);

    await Promise.all(looks);
    expect(told).toContain("CHECKOUT-7: Seer: Read the stack trace");
    expect(told).toContain("CHECKOUT-8: Seer: Read the stack trace");
    await Promise.all([v1.close(), v2.close()]);
  });

  for (
    const [mode, era] of [["auto", "modern"], ["legacy", "legacy"], [
      { pin: "2026-07-28" },
      "modern",
    ]] as const
  ) {
    it(`v2 lists the tools and reads an issue in mode ${JSON.stringify(mode)}`, async () => {
      const client = new ClientV2({ name: "test", version: "1" }, { versionNegotiation: { mode } });
      await client.connect(
        new TransportV2({ command: nodePath(), args: [ENTRY, "stdio"], env, stderr: "pipe" }),
      );

      expect(client.getProtocolEra()).toBe(era);
      expect((await client.listTools()).tools.map(({ name }) => name)).toContain("search_issues");
      expect(JSON.stringify(await client.callTool({ name: "get_issue_details", arguments: ISSUE })))
        .toContain("PaymentNotStarted");
      await client.close();
    });
  }
});

describe("the process on stdio", () => {
  it("says on stderr what has no effect, and nothing but MCP on stdout", async () => {
    const peer = start(["--experimental", "--openai-model=x"], { ...env, LOG_LEVEL: "debug" });
    peer.send(INITIALIZE, WHOAMI);
    await peer.answered(2);

    peer.child.stdin?.end();
    await peer.ended();

    expect(peer.stdout().trim().split("\n").map((line) => JSON.parse(line).id)).toEqual([1, 2]);
    expect(peer.stderr()).toContain("--experimental has no effect here\n--openai-model has no effect here\n");
    expect(peer.stderr()).toContain('"event":"tool.call"');
    expect(peer.stderr()).not.toContain(env.SENTRY_ACCESS_TOKEN);
  });

  it("ends with 1 and says what to do when there is no token", async () => {
    const { code, stdout, stderr } = await run(nodePath(), [ENTRY], { env: {}, timeoutMs: 10_000 });

    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(
      "SENTRY_ACCESS_TOKEN: expected a Sentry token, from https://sentry.io/settings/",
    );
  });

  const endings: [how: string, end: (child: ChildProcess) => void][] = [
    ["its client closes stdin", (child) => void child.stdin?.end()],
    ["its client is gone altogether", (child) => {
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.stdin?.destroy();
    }],
    ["SIGTERM comes", (child) => void child.kill("SIGTERM")],
    ["SIGINT comes", (child) => void child.kill("SIGINT")],
  ];
  for (const [how, end] of endings) {
    it(`gives up its call of Sentry and ends with 0 when ${how}`, async () => {
      const sentry = await startSilentSentry();
      const peer = start([], { ...env, SENTRY_URL: sentry.url });
      peer.send(INITIALIZE, WHOAMI);
      await sentry.called;

      end(peer.child);

      expect(await peer.ended()).toBe(0);
      await sentry.abandoned;
    });
  }

  it("gives up a cancelled call of Sentry at once", async () => {
    const sentry = await startSilentSentry();
    const peer = start([], { ...env, SENTRY_URL: sentry.url });
    peer.send(INITIALIZE, WHOAMI);
    await sentry.called;

    peer.send({ method: "notifications/cancelled", params: { requestId: WHOAMI.id } });
    await sentry.abandoned;
    peer.send({ id: 3, method: "ping" });
    await peer.answered(2);

    expect(peer.stdout().trim().split("\n").map((line) => JSON.parse(line).id)).toEqual([1, 3]);
  });

  it("survives a client that stops reading: it ends with 0 at its next answer", async () => {
    const peer = start([], env);
    peer.send(INITIALIZE);
    await peer.answered(1);

    peer.child.stdout?.destroy();
    peer.send(WHOAMI);

    expect(await peer.ended()).toBe(0);
    expect(peer.stderr()).toBe("");
  });
});

function start(args: readonly string[], env: Record<string, string>) {
  const child = spawn(nodePath(), [ENTRY, ...args], { env, stdio: ["pipe", "pipe", "pipe"] });
  children.push(child);
  const exit = once(child, "exit");
  let stdout = "";
  let stderr = "";
  let heard = () => {};
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    heard();
  });
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  // A process that has ended reads no more.
  child.stdin.on("error", () => {});
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    send: (...messages: object[]) => {
      for (const message of messages) {
        child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
      }
    },
    async answered(count: number) {
      while (stdout.split("\n").length <= count) await new Promise<void>((resolve) => (heard = resolve));
    },
    ended: async (): Promise<unknown> => (await exit)[0],
  };
}

/** Takes one call, never answers it, and tells when the caller has hung up. */
async function startSilentSentry() {
  const port = await freePort();
  const server = createServer();
  sentries.push(server);
  const called = once(server, "request");
  const abandoned = called.then(async ([, response]) => {
    if (!response.destroyed) await once(response, "close");
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${port}`, called, abandoned };
}
