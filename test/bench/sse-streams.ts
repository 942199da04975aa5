import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type RunningServer, startServer } from "../support/servers.ts";

const STREAMS = 500;
/** Sockets and code that the first streams bring along. */
const WARM_UP = 100;
/** Of one address there may be a hundred. */
const PER_ADDRESS = 50;

/** Bytes of memory that an idle event stream holds on Node, for each of 500 and then for each of 500 more. */
export async function bytesPerStream(): Promise<readonly [first: number, second: number]> {
  const collector = join(import.meta.dirname, "collect-garbage.mjs");
  const server = await startServer("node", {
    NODE_OPTIONS: `--expose-gc --import=file://${collector}`,
    SENTRY_AUTH_TOKEN: "shared",
    TRUST_PROXY_HOPS: "1",
  });
  const sockets: Socket[] = [];
  try {
    await openStreams(server, WARM_UP, sockets);
    const none = await residentBytes(server);
    await openStreams(server, STREAMS, sockets);
    const some = await residentBytes(server);
    await openStreams(server, STREAMS, sockets);
    const twice = await residentBytes(server);
    return [(some - none) / STREAMS, (twice - some) / STREAMS];
  } finally {
    for (const socket of sockets) socket.destroy();
    await server.stop();
  }
}

async function openStreams({ baseUrl }: RunningServer, count: number, sockets: Socket[]): Promise<void> {
  const { host, port } = new URL(baseUrl);
  for (let opened = 0; opened < count; opened += 1) {
    const socket = connect({ host: "127.0.0.1", port: Number(port) });
    sockets.push(socket);
    const address = `192.0.2.${Math.floor(sockets.length / PER_ADDRESS)}`;
    socket.write(`GET /sse HTTP/1.1\r\nhost: ${host}\r\nx-forwarded-for: ${address}\r\n\r\n`);
    let received = "";
    while (!received.includes("event: endpoint")) {
      const [chunk]: Buffer[] = await once(socket, "data");
      received += chunk?.toString() ?? "";
      if (received.length > 0 && !received.startsWith("HTTP/1.1 200")) {
        throw new Error(`Expected a stream, got ${received}`);
      }
    }
  }
}

/** Once nothing more is given back. */
async function residentBytes({ process }: RunningServer): Promise<number> {
  if (!process?.pid) throw new Error("Expected a process of its own");
  for (let turn = 0; turn < 4; turn += 1) {
    process.kill("SIGUSR2");
    await pause(300);
  }
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${process.pid}/status`, "utf8"))?.[1];
  return Number(kibibytes) * 1024;
}
