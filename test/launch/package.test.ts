import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Client as ClientV2 } from "@modelcontextprotocol/client";
import { StdioClientTransport as TransportV2 } from "@modelcontextprotocol/client/stdio";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VERSION } from "../../src/lib/version.ts";
import { nodePath } from "../support/binaries.ts";
import { run } from "../support/run.ts";
import { type SandboxServer, startSandbox } from "../support/sandbox-server.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "package-"));
const built = join(folder, "built");
const installed = join(folder, "project", "node_modules", "sentry-mcp-edge");

/** As a newcomer has it: `node` and `npx` are the system's own, the registry is out of reach, nothing is cached. */
const env = {
  PATH: (process.env.PATH ?? "").split(delimiter).filter((part) => !part.includes("node_modules")).join(
    delimiter,
  ),
  HOME: folder,
  npm_config_offline: "true",
  npm_config_update_notifier: "false",
};
const npx = { command: "npx", cwd: join(folder, "project"), stderr: "pipe" as const };

let sandbox: SandboxServer;
let session: Record<string, string>;
beforeAll(async () => {
  sandbox = await startSandbox();
  session = { ...env, SENTRY_URL: sandbox.baseUrl, SENTRY_ACCESS_TOKEN: await sandbox.mintToken("ada") };
  execFileSync(nodePath(), ["deploy/npm/build.mjs", built], {
    cwd: root,
    env: { ...process.env, MCP_NAME: "io.github.acme/sentry-mcp-edge" },
  });
  execFileSync("npm", ["pack", built, "--silent"], { cwd: folder, env });
  mkdirSync(npx.cwd);
  writeFileSync(join(npx.cwd, "package.json"), "{}");
  const tarball = join(folder, `sentry-mcp-edge-${VERSION}.tgz`);
  execFileSync("npm", ["install", tarball, "--no-audit", "--no-fund"], { cwd: npx.cwd, env, stdio: "pipe" });
});
afterAll(async () => {
  await sandbox?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("the package", () => {
  it("installs without a registry, as one file of less than a megabyte", () => {
    expect(readdirSync(join(npx.cwd, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
      "sentry-mcp-edge",
    ]);
    expect(statSync(join(installed, "sentry-mcp-edge.mjs")).size).toBeLessThan(1024 * 1024);
  });

  it("comes with an entry for the MCP registry, whose name the package confirms", () => {
    const read = (file: string): Record<string, unknown> => JSON.parse(readFileSync(file, "utf8"));

    const entry = read(join(built, "server.json"));

    expect(entry).toMatchObject({
      name: "io.github.acme/sentry-mcp-edge",
      version: VERSION,
      packages: [{ registryType: "npm", identifier: "sentry-mcp-edge", version: VERSION }],
    });
    expect(read(join(installed, "package.json")).mcpName).toBe(entry.name);
  });

  it("has the licences of what it holds, and no sandbox", () => {
    const thirdParty = readFileSync(join(installed, "THIRD-PARTY"), "utf8");

    for (const name of ["@modelcontextprotocol/server", "zod", "valibot", "ajv"]) {
      expect(thirdParty).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+$`, "m"));
    }
    expect(thirdParty).toContain("Permission is hereby granted, free of charge");
    expect(thirdParty).toContain("Apache License");
    expect(readFileSync(join(installed, "sentry-mcp-edge.mjs"), "utf8")).not.toContain("__sandbox");
  });

  it("says its version, and what is missing", async () => {
    const options = { cwd: npx.cwd, env, timeoutMs: 30_000 };

    const version = await run("npx", ["sentry-mcp-edge", "stdio", "--version"], options);
    const tokenless = await run("npx", ["sentry-mcp-edge"], options);

    expect(version).toMatchObject({ code: 0, stdout: `${VERSION}\n` });
    expect(tokenless).toMatchObject({ code: 1, stdout: "" });
    expect(tokenless.stderr).toContain("SENTRY_ACCESS_TOKEN: expected a Sentry token");
  });

  it("serves the SDK's v1 client, inside an organization", async () => {
    const client = new ClientV1({ name: "test", version: "1" });
    const args = ["sentry-mcp-edge", "stdio", "--organization-slug", "acme"];
    await client.connect(new TransportV1({ ...npx, args, env: session }));

    expect(client.getInstructions()).toContain('confined to the organization "acme"');
    expect(
      JSON.stringify(
        await client.callTool({ name: "get_issue_details", arguments: { issueId: "CHECKOUT-1" } }),
      ),
    )
      .toContain("PaymentNotStarted");
    await client.close();
  });

  it("serves the SDK's v2 client in the newest revision", async () => {
    const client = new ClientV2({ name: "test", version: "1" }, { versionNegotiation: { mode: "auto" } });
    await client.connect(new TransportV2({ ...npx, args: ["sentry-mcp-edge", "stdio"], env: session }));

    expect(client.getNegotiatedProtocolVersion()).toBe("2026-07-28");
    expect(JSON.stringify(await client.callTool({ name: "whoami" }))).toContain("ada@example.test");
    await client.close();
  });
});
