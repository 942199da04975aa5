import type { DenoKv } from "../src/store/deno-kv.ts";
import { createLocalServer, explainAndExit } from "./local.ts";

/** The part of Deno that this file uses. */
declare const Deno: {
  version: { deno: string };
  env: { toObject(): Record<string, string> };
  serve(
    options: { hostname: string; port: number; onListen: () => void },
    handler: (request: Request, info: { remoteAddr: { hostname?: string } }) => Promise<Response>,
  ): { shutdown(): Promise<void> };
  /** Without a path at Deno Deploy: its own, which needs no file. */
  openKv(path?: string): Promise<DenoKv & { close(): void }>;
};

const env = Deno.env.toObject();
const server = await createLocalServer(env, `deno/${Deno.version.deno}`, {
  denoKv: { open: (file) => Deno.openKv(file), hosted: env.DENO_DEPLOYMENT_ID !== undefined },
}).catch(explainAndExit);
const { host: hostname, port } = server.config;

const listener = Deno.serve(
  { hostname, port, onListen: () => console.log(server.greeting()) },
  (request, { remoteAddr }) => server.fetch(request, remoteAddr.hostname),
);
server.endOnSignals(() => listener.shutdown());
