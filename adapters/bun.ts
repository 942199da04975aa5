import { createLocalServer, explainAndExit } from "./local.ts";

/** The part of Bun that this file uses. */
declare const Bun: {
  version: string;
  serve(options: {
    hostname: string;
    port: number;
    /** Seconds without a byte after which Bun cuts a connection; 0 leaves long streams alone. */
    idleTimeout: number;
    fetch: (
      request: Request,
      server: { requestIP(request: Request): { address: string } | null },
    ) => Promise<Response>;
  }): { stop(): Promise<void> };
};

const server = await createLocalServer(process.env, `bun/${Bun.version}`).catch(explainAndExit);
const { host: hostname, port } = server.config;

const listener = Bun.serve({
  hostname,
  port,
  idleTimeout: 0,
  fetch: (request, socket) => server.fetch(request, socket.requestIP(request)?.address),
});
console.log(server.greeting());
server.endOnSignals(() => listener.stop());
