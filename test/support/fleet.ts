import { once } from "node:events";
import { linesOf, type LogLine } from "./log-lines.ts";
import { type RoundRobin, startRoundRobin } from "./round-robin.ts";
import { type Environment, freePort, type RunningServer, type Runtime, startServer } from "./servers.ts";

export interface Fleet {
  /** The front's: nobody knows the instances' own. */
  readonly baseUrl: string;
  readonly front: RoundRobin;
  /** SIGKILL. */
  kill(instance: number): Promise<void>;
  restart(instance: number): Promise<void>;
  /** The lines of one event in the logs of all processes there have been. */
  logged(event: string): LogLine[];
  stop(): Promise<void>;
}

/** One process of each runtime behind one front; what they share is up to their environment. */
export async function startFleet(runtimes: readonly Runtime[], environment: Environment): Promise<Fleet> {
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const ports = await Promise.all(runtimes.map(freePort));
  const started: RunningServer[] = [];

  async function start(instance: number): Promise<RunningServer> {
    const runtime = runtimes[instance];
    if (!runtime) throw new Error(`Expected an instance below ${runtimes.length}, got ${instance}`);
    const own = { BASE_URL: baseUrl, PORT: String(ports[instance]), LOG_LEVEL: "debug" };
    const server = await startServer(runtime, { ...environment, ...own });
    started.push(server);
    return server;
  }

  async function startAll(): Promise<RunningServer[]> {
    const starting = runtimes.map((_, instance) => start(instance));
    await Promise.allSettled(starting);
    return Promise.all(starting).catch(async (error: unknown) => {
      await stopAll();
      throw error;
    });
  }

  async function stopAll(): Promise<void> {
    await Promise.all(started.map((server) => server.stop()));
  }

  const running = await startAll();
  const front = await startRoundRobin(port, ports);

  return {
    baseUrl,
    front,
    async kill(instance) {
      const child = running[instance]?.process;
      if (!child) throw new Error("Expected a process of its own");
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
    async restart(instance) {
      running[instance] = await start(instance);
    },
    logged: (event) => linesOf(event, started.map((server) => server.output()).join("\n")),
    async stop() {
      await front.stop();
      await stopAll();
    },
  };
}
