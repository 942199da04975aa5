import { createServer } from "node:net";

/** A port where nothing of ours may ever connect. */
export interface Trap {
  readonly port: number;
  readonly url: string;
  /** What was sent by whoever did. */
  seen(): readonly string[];
  stop(): Promise<void>;
}

export async function startTrap(): Promise<Trap> {
  const seen: string[] = [];
  const server = createServer((socket) => {
    const at = seen.push("") - 1;
    socket.on("data", (chunk: Buffer) => {
      seen[at] += chunk.toString("latin1");
      socket.destroy();
    });
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The trap has no port");
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    seen: () => seen,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
