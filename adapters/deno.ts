import { createLocalServer, explainAndExit } from "./local.ts";

/** The part of Deno that this file uses. */
declare const Deno: {
  version: { deno: string };
  env: { toObject(): Record<string, string> };
  serve(
    options: { hostname: string; port: number; onListen: () => void },
    handler: (request: Request, info: { remoteAddr: { hostname?: string } }) => Promise<Response>,
  ): { shutdown(): Promise<void> };
  addSignalListener(signal: "SIGTERM" | "SIGINT", handler: () => void): void;
  exit(code: number): never;
};

const server = await createLocalServer(Deno.env.toObject(), `deno/${Deno.version.deno}`).catch(
  explainAndExit,
);
const { host: hostname, port } = server.config;

const listener = Deno.serve(
  { hostname, port, onListen: () => console.log(server.greeting()) },
  (request, { remoteAddr }) => server.fetch(request, remoteAddr.hostname),
);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.addSignalListener(signal, () => {
    setTimeout(() => Deno.exit(0), 2000);
    void listener.shutdown().then(() => {
      server.close();
      Deno.exit(0);
    });
  });
}
