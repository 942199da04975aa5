import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { redisPath } from "./binaries.ts";
import { freePort } from "./servers.ts";

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Ends the process at once, as a crash does; what its append-only file has is there after `start`. */
  kill(): Promise<void>;
  /** On the same port and the same files. */
  start(): Promise<void>;
  /** Lets it hang: connections stay open and nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** `redis-cli`, in short: one inline command, the raw reply. */
  command(line: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * A real redis-server of its own, on loopback and a free port.
 *
 * @param options `persistent`: an append-only file that is synced before each answer. `args`: more of its own options.
 */
export async function startRedis(
  options: { persistent?: boolean; args?: readonly string[] } = {},
): Promise<RedisServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "redis-"));
  const persistence = options.persistent
    ? ["--appendonly", "yes", "--appendfsync", "always"]
    : ["--appendonly", "no"];
  const args = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--dir",
    folder,
    "--save",
    "",
    ...persistence,
    ...(options.args ?? []),
  ];
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const started = spawn(redisPath(), args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    started.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    started.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child = started;
    const deadlineMs = Date.now() + 10_000;
    while (Date.now() < deadlineMs && started.exitCode === null) {
      const reply = await command("PING").catch(() => "");
      // Without its password it asks for one, which shows as well that it is up.
      if (/^(\+PONG|-NOAUTH)/.test(reply)) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`redis-server did not start\n${output}`);
  }

  async function kill(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child?.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }

  function command(line: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port });
      let reply = "";
      socket.setTimeout(2000, () => socket.destroy(new Error("redis-server does not answer")));
      socket.on("data", (chunk: Buffer) => (reply += chunk.toString()));
      socket.once("error", reject);
      socket.once("close", () => resolve(reply));
      socket.end(`${line}\r\nQUIT\r\n`);
    });
  }

  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    kill,
    start,
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
    command,
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
