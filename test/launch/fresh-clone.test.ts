import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bunPath, denoPath } from "../support/binaries.ts";
import { freePort } from "../support/servers.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "fresh-clone-"));
const clone = join(folder, "clone");

/** As a newcomer has it: no `node_modules/.bin`, so `node` is the system's own. */
const PATH = (process.env.PATH ?? "").split(delimiter).filter((part) => !part.includes("node_modules")).join(
  delimiter,
);

beforeAll(() => {
  execFileSync("git", ["clone", "--quiet", "--no-hardlinks", root, clone]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a fresh clone", () => {
  it("serves after npm start alone, on Node 24 whatever the system has, and stops when npm is told to", async () => {
    const { health, stopped } = await serve("npm", ["start"], 120_000);

    expect(health.runtime).toMatch(/^node\/24\./);
    expect(health.store).toEqual({ name: "sqlite", consistency: "linearizable" });
    expect(await stopped()).toBe(true);
  });

  it("serves on Deno after deno task start", async () => {
    const { health, stopped } = await serve(denoPath(), ["task", "start"], 20_000);

    expect(health.runtime).toMatch(/^deno\//);
    expect(await stopped()).toBe(true);
  });

  it("serves on Bun after bun run start", async () => {
    const { health, stopped } = await serve(bunPath(), ["run", "start"], 20_000);

    expect(health.runtime).toMatch(/^bun\//);
    expect(await stopped()).toBe(true);
  });

  it("says every problem with its settings before it listens", async () => {
    const port = await freePort();
    const env = {
      PATH,
      HOME: process.env.HOME,
      PORT: String(port),
      BASE_URL: "https://mcp.example",
      SENTRY_SCOPES: "?",
    };
    const child = spawn("npm", ["start"], { cwd: clone, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise((resolve) => child.once("exit", resolve));

    expect(code).toBe(1);
    expect(output).toContain("SENTRY_SCOPES: expected Sentry scopes");
    expect(await answers(`http://127.0.0.1:${port}/health`)).toBe(false);
  });
});

async function serve(file: string, args: string[], withinMs: number) {
  const port = await freePort();
  const PATHS = [dirname(denoPath()), dirname(bunPath()), PATH].join(delimiter);
  const env = { PATH: file === "npm" ? PATH : PATHS, HOME: process.env.HOME, PORT: String(port) };
  const child = spawn(file, args, { cwd: clone, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const url = `http://127.0.0.1:${port}/health`;
  const deadlineMs = Date.now() + withinMs;
  while (!(await answers(url))) {
    if (Date.now() > deadlineMs || child.exitCode !== null) {
      child.kill("SIGKILL");
      throw new Error(`${file} ${args.join(" ")} does not serve:\n${output}`);
    }
    await pause(100);
  }
  // The health page's shape is checked by the tests that read it.
  const health = (await (await fetch(`${url}?verbose`)).json()) as { runtime: string; store: unknown };
  return { health, stopped: () => stopAndLook(child, url) };
}

/** True when SIGTERM to the command that was typed ends the server itself. */
async function stopAndLook(child: ChildProcess, url: string): Promise<boolean> {
  child.kill("SIGTERM");
  const deadlineMs = Date.now() + 8000;
  while (Date.now() < deadlineMs) {
    if (!(await listens(url))) return true;
    await pause(100);
  }
  child.kill("SIGKILL");
  return false;
}

const answers = (url: string) => fetch(url).then((response) => response.ok, () => false);
const listens = (url: string) => fetch(url).then(() => true, () => false);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
