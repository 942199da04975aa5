import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { endProcess } from "./servers.ts";
import type { RpcMessage } from "./rpc.ts";

/** An MCP server on the other end of two pipes, one JSON-RPC message a line. */
export interface StdioPeer {
  request(method: string, params?: Record<string, unknown>): Promise<RpcMessage>;
  notify(method: string): void;
  /** What it said on stderr so far. */
  log(): string;
  stop(): Promise<void>;
}

/** @param options.timeoutMs For each request; a sign-in may be part of the first. */
export function startStdioPeer(
  file: string,
  args: readonly string[],
  options: { env: Readonly<Record<string, string>>; timeoutMs: number },
): StdioPeer {
  const child = spawn(file, args, { env: { ...options.env }, stdio: ["pipe", "pipe", "pipe"] });
  const waiting = new Map<number, { resolve: (message: RpcMessage) => void; fail: (why: string) => void }>();
  let log = "";
  let lastId = 0;
  child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
  child.once("exit", (code) => waiting.forEach(({ fail }) => fail(`the process ended with ${code}`)));
  createInterface({ input: child.stdout }).on("line", (line) => {
    // One message a line is the transport's own rule; tests check the fields that they rely on.
    const message = JSON.parse(line) as RpcMessage;
    waiting.get(Number(message.id))?.resolve(message);
  });
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);

  return {
    log: () => log,
    notify: (method) => void send({ method }),
    stop: () => endProcess(child),
    async request(method, params = {}) {
      const id = (lastId += 1);
      let timer: ReturnType<typeof setTimeout> | undefined;
      const answer = new Promise<RpcMessage>((resolve, reject) => {
        const fail = (why: string) => reject(new Error(`${method}: ${why}\n${log}`));
        timer = setTimeout(() => fail(`no answer in ${options.timeoutMs} ms`), options.timeoutMs);
        waiting.set(id, { resolve, fail });
      });
      send({ id, method, params });
      return answer.finally(() => {
        clearTimeout(timer);
        waiting.delete(id);
      });
    },
  };
}
