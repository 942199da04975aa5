import { connect, createServer, type Socket } from "node:net";

export interface TcpProxy {
  readonly port: number;
  /** Breaks the next connection that is used: before the engine hears of the command, or once it has answered it. */
  cutNext(when: "before" | "after"): void;
  /** Answers stop coming; connections stay open. */
  stall(): void;
  resume(): void;
  /** Breaks every connection there is. */
  cutAll(): void;
  stop(): Promise<void>;
}

/** Between a client and a server on loopback, to break what lies between them. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [client: Socket, engine: Socket]>();
  let next: "before" | "after" | undefined;
  let isStalled = false;

  const server = createServer((client) => {
    const engine = connect({ host: "127.0.0.1", port: targetPort });
    const pair = [client, engine] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      engine.destroy();
    };
    for (const socket of pair) {
      socket.on("error", end);
      socket.on("close", end);
    }
    client.on("data", (command: Buffer) => {
      if (next === "before") {
        next = undefined;
        return end();
      }
      engine.write(command);
    });
    engine.on("data", (answer: Buffer) => {
      if (next === "after") {
        next = undefined;
        return end();
      }
      if (!isStalled) client.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();

  function cutAll(): void {
    for (const [client] of pairs) client.destroy();
  }

  return {
    port: typeof address === "object" && address ? address.port : 0,
    cutNext(when) {
      next = when;
    },
    stall() {
      isStalled = true;
    },
    /** What was not answered stays so: a client has to connect anew. */
    resume() {
      isStalled = false;
      cutAll();
    },
    cutAll,
    async stop() {
      cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
