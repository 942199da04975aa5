import type { Socket } from "node:net";
import process from "node:process";
import { type Http2Bindings, type HttpBindings, serve } from "@hono/node-server";
import type { LocalServer } from "./local.ts";

/** Serves where there is `node:http`, until a signal ends the process. */
export function listen(server: LocalServer): void {
  const { host, port } = server.config;
  const fetch = (request: Request, { incoming }: HttpBindings | Http2Bindings) =>
    server.fetch(request, incoming.socket.remoteAddress);
  const listener = serve({ fetch, hostname: host, port }, () => console.log(server.greeting()));
  listener.on("error", (error) => {
    console.error(`Cannot listen on ${host}:${port}: ${error.message}; set PORT or HOST`);
    process.exit(1);
  });

  const sockets = new Set<Socket>();
  listener.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });

  server.endOnSignals(() =>
    new Promise((resolve) => {
      const sweep = setInterval(closeUnused, 50);
      listener.close(() => {
        clearInterval(sweep);
        resolve();
      });
      closeUnused();
    })
  );

  /** Node would wait for connections that were kept alive since, and for those on which nothing was asked yet. */
  function closeUnused(): void {
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    if ("closeIdleConnections" in listener) listener.closeIdleConnections();
  }
}
