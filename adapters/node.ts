import type { Socket } from "node:net";
import { type Http2Bindings, type HttpBindings, serve } from "@hono/node-server";
import { createLocalServer, explainAndExit } from "./local.ts";
import { createPublicFetch } from "./public-fetch.ts";

const server = await createLocalServer(process.env, `node/${process.versions.node}`, {
  fetchPublic: createPublicFetch(),
}).catch(explainAndExit);
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
