import { connect, createServer, type Socket } from "node:net";
import { freePort } from "./servers.ts";

export interface SlowWire {
  readonly port: number;
  stop(): Promise<void>;
}

/** Between a client and a server on loopback: commands arrive at once, answers come late. */
export async function startSlowWire(targetPort: number, delayMs: number): Promise<SlowWire> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const engine = connect({ host: "127.0.0.1", port: targetPort });
    client.pipe(engine);
    engine.on("data", (answer: Buffer) => setTimeout(() => client.write(answer), delayMs));
    for (const socket of [client, engine]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.once("close", () => {
        client.destroy();
        engine.destroy();
        sockets.delete(socket);
      });
    }
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    port,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
