import { serve } from "@hono/node-server";
import { createLocalServer, explainAndExit } from "./local.ts";

const server = await createLocalServer(process.env, `node/${process.versions.node}`).catch(explainAndExit);
const { host, port } = server.config;

const listener = serve({ fetch: server.fetch, hostname: host, port }, () => console.log(server.greeting()));
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
