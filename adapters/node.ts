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

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    listener.close(() => {
      server.close();
      process.exit(0);
    });
    // Keep-alive connections would hold the process open; what runs gets a moment to finish.
    if ("closeIdleConnections" in listener) listener.closeIdleConnections();
    setTimeout(() => process.exit(0), 2000).unref();
  });
}
