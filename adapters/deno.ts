import type { DenoKv } from "../src/store/deno-kv.ts";
import { createLocalServer, explainAndExit } from "./local.ts";
import { listen } from "./node-http.ts";

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
const hosted = env.DENO_DEPLOYMENT_ID !== undefined;
const server = await createLocalServer(env, `deno/${Deno.version.deno}`, {
  denoKv: { open: (file) => Deno.openKv(file), hosted },
}).catch(explainAndExit);

// Up to an answer `Deno.serve` is not told that its client has left, unless head and body came in one packet (2.9), as
// those of `fetch` do not. At Deno Deploy it is still the one to ask, since it alone knows clients' addresses there.
if (hosted) serveAtDeploy();
else listen(server);

function serveAtDeploy(): void {
  const { host: hostname, port } = server.config;
  const listener = Deno.serve(
    { hostname, port, onListen: () => console.log(server.greeting()) },
    (request, { remoteAddr }) => server.fetch(request, remoteAddr.hostname),
  );
  server.endOnSignals(() => listener.shutdown());
}
