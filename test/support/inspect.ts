import type { RunningServer } from "./servers.ts";

/** Starts a Node server with an inspector on a port of its own choice. */
export const WITH_INSPECTOR = { NODE_OPTIONS: "--inspect=127.0.0.1:0" };

/** Bytes that a server's heap holds once its garbage is collected. The server was started `WITH_INSPECTOR`. */
export async function heapBytes(server: RunningServer): Promise<number> {
  // Twice: what has a finalizer goes in the second.
  const gc = "HeapProfiler.collectGarbage";
  const { usedSize } = await inspect(server, [{ method: gc }, { method: gc }, {
    method: "Runtime.getHeapUsage",
  }]);
  if (typeof usedSize !== "number") throw new Error("Expected the size of the heap");
  return usedSize;
}

/** CPU that a server has used so far. The server was started `WITH_INSPECTOR`. */
export async function cpuMs(server: RunningServer): Promise<number> {
  const expression = "(({ user, system }) => (user + system) / 1000)(process.cpuUsage())";
  const { result } = await inspect(server, [{ method: "Runtime.evaluate", params: { expression } }]);
  const { value } = result as { value?: unknown }; // a RemoteObject of the DevTools protocol
  if (typeof value !== "number") throw new Error("Expected CPU time");
  return value;
}

interface Command {
  readonly method: string;
  readonly params?: object;
}

/** The result of the last. */
async function inspect(
  server: RunningServer,
  commands: readonly Command[],
): Promise<Record<string, unknown>> {
  const url = /ws:\/\/127\.0\.0\.1:\d+\/[\w-]+/.exec(server.output())?.[0];
  if (url === undefined) throw new Error("The server has no inspector");
  const socket = new WebSocket(url);
  try {
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve, { once: true });
      socket.addEventListener("error", () => reject(new Error("The inspector does not listen")), {
        once: true,
      });
    });
    let result: Record<string, unknown> = {};
    for (const command of commands) result = await ask(socket, command);
    return result;
  } finally {
    socket.close();
  }
}

/** One command at a time, so its answer is the next message. */
function ask(socket: WebSocket, command: Command): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    socket.addEventListener("message", ({ data }) => resolve(JSON.parse(String(data)).result), {
      once: true,
    });
    socket.send(JSON.stringify({ id: 1, ...command }));
  });
}
