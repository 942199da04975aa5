import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type GrantInHand,
  inParallel,
  type Losses,
  noLosses,
  refreshUntilAnswered,
  takeGrant,
} from "../support/grant-in-hand.ts";
import { linesOf } from "../support/log-lines.ts";
import { startRedis } from "../support/redis-server.ts";
import { callTool } from "../support/rpc.ts";
import { type SandboxServer, startSandbox } from "../support/sandbox-server.ts";
import { type Environment, freePort, type RunningServer, startServer } from "../support/servers.ts";

const GRANTS = 200;
const CLIENTS = 20;
const KILLS = process.env.SOAK ? 50 : 12;
const MIN_CUT = 100;
/** Several times what is needed, because a busy machine starts processes slowly. */
const LIMIT_MS = KILLS * 10_000;

/** How long a process lives once it answers: long enough to be at work, short enough to hit it often. */
const LIFE_MS = { least: 80, most: 320 };

const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 32);

interface Engine {
  readonly environment: Environment;
  stop(): Promise<void>;
}

async function openSqlite(): Promise<Engine> {
  return { environment: {}, stop: async () => undefined };
}

async function openRedis(): Promise<Engine> {
  const redis = await startRedis({ persistent: true });
  return { environment: { REDIS_URL: redis.url }, stop: () => redis.stop() };
}

describe.each([["SQLite", openSqlite], ["Redis", openRedis]])("a server with its state in %s", (_, open) => {
  let sandbox: SandboxServer;
  let engine: Engine;
  let dataDir: string;
  let environment: Environment;
  let server: RunningServer;
  const killedAtMs: number[] = [];
  const outputs: string[] = [];

  beforeAll(async () => {
    sandbox = await startSandbox();
    engine = await open();
    dataDir = await mkdtemp(join(tmpdir(), "kills-"));
    const port = String(await freePort());
    const own = { DATA_DIR: dataDir, PORT: port, LOG_LEVEL: "info" };
    environment = { ...sandbox.environment, ...engine.environment, ...own };
    server = await startServer("node", environment);
  });
  afterAll(async () => {
    await server?.stop();
    await engine?.stop();
    await sandbox?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function killAndRestart(): Promise<void> {
    const child = server.process;
    if (!child) throw new Error("Expected a process of its own");
    const ended = new Promise((resolve) => child.once("close", resolve));
    killedAtMs.push(performance.now());
    child.kill("SIGKILL");
    await ended;
    outputs.push(server.output());
    server = await startServer("node", environment);
  }

  it(`that is killed ${KILLS} times at work costs none of ${GRANTS} people their sign-in`, async () => {
    const random = randomFrom(SEED);
    const { baseUrl } = server;
    const grants: GrantInHand[] = [];
    await inParallel(Array.from({ length: GRANTS }), CLIENTS, async () => {
      grants.push(await takeGrant(baseUrl));
    });
    const losses = noLosses();
    const ending = new AbortController();
    const dead: string[] = [];
    let refreshes = 0;

    const clients = Array.from({ length: CLIENTS }, async (_, client) => {
      const own = grants.filter((_, at) => at % CLIENTS === client);
      for (let turn = 0; !ending.signal.aborted; turn += 1) {
        const grant = own[turn % own.length];
        if (!grant) throw new Error("Expected each client to have grants");
        await refreshUntilAnswered(grant, { baseUrl, losses, signal: ending.signal }).catch((
          error: unknown,
        ) => dead.push(String(error)));
        refreshes += 1;
      }
    });
    for (let kill = 0; kill < KILLS; kill += 1) {
      await new Promise((resolve) =>
        setTimeout(resolve, LIFE_MS.least + random() * (LIFE_MS.most - LIFE_MS.least))
      );
      await killAndRestart();
    }
    ending.abort();
    await Promise.all(clients);

    outputs.push(server.output());
    const cut = countMidFlight(losses, killedAtMs);
    const unheard = countRepeated(
      linesOf("token.refreshed", outputs.join("\n")).map(({ grant, generation }) => `${grant} ${generation}`),
    );
    const told =
      `seed ${SEED}: ${refreshes} refreshes, ${cut} cut in mid-flight, ${unheard} written but not heard`;
    expect(dead.slice(0, 3), told).toEqual([]);
    expect(cut, told).toBeGreaterThanOrEqual(MIN_CUT);
    expect(unheard, told).toBeGreaterThan(0);
    const { signal } = new AbortController();
    await inParallel(grants, CLIENTS, async (grant) => {
      await refreshUntilAnswered(grant, { baseUrl, losses, signal });
      const answer = await callTool({ baseUrl, token: grant.accessToken }, "whoami");
      expect(answer.body.result?.isError ?? false, told).toBe(false);
      expect(answer.status, told).toBe(200);
    });
  }, LIMIT_MS);
});

/** Sent before a kill and broken by it; not what met a connection whose other end was gone already. */
function countMidFlight({ cut }: Losses, killedAtMs: readonly number[]): number {
  const isMidFlight = ({ sentAtMs, brokeAtMs }: Losses["cut"][number]) =>
    killedAtMs.some((at) => sentAtMs < at && at <= brokeAtMs);
  return cut.filter(isMidFlight).length;
}

/** Turns that a client asked for again, because it never heard that the first time they were taken. */
function countRepeated(turns: readonly string[]): number {
  return turns.length - new Set(turns).size;
}

/** Mulberry32: small, and the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
