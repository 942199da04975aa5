// What the stores cost: whole sign-ins and refreshes over HTTP, each beside the memory of the same runtime.
import { startRedis } from "../support/redis-server.ts";
import { type Environment, type RunningServer, type Runtime, startServer } from "../support/servers.ts";
import { signIn, type Tokens } from "../support/sign-in.ts";
import { startUpstashFront } from "../support/upstash-front.ts";
import { median } from "./weight.ts";

const ROUNDS = 3;
const ROUND_MS = 700;
const CLIENTS = 8;

interface Contestant {
  readonly store: string;
  readonly runtime: Runtime;
  readonly env: Environment;
}

interface Rates {
  readonly signIns: number;
  readonly refreshes: number;
}

export type StoreRow = readonly [
  what: string,
  signIns: string,
  ratio: string,
  refreshes: string,
  ratio: string,
];

/** @param environment Of a server at the Sentry that people sign in at. */
export async function compareStores(environment: Environment): Promise<StoreRow[]> {
  const redis = await startRedis({ persistent: true });
  const upstash = await startUpstashFront(redis.url);
  const contestants: Contestant[] = [
    { store: "memory", runtime: "node", env: { STORE: "memory" } },
    { store: "sqlite", runtime: "node", env: {} },
    { store: "redis", runtime: "node", env: { REDIS_URL: redis.url } },
    {
      store: "upstash",
      runtime: "node",
      env: { UPSTASH_REDIS_REST_URL: upstash.url, UPSTASH_REDIS_REST_TOKEN: upstash.token },
    },
    { store: "memory", runtime: "deno", env: { STORE: "memory" } },
    { store: "deno-kv", runtime: "deno", env: { STORE: "deno-kv" } },
    { store: "memory", runtime: "cloudflare", env: { STORE: "memory" } },
    { store: "durable-object", runtime: "cloudflare", env: {} },
    { store: "workers-kv", runtime: "cloudflare", env: { STORE: "workers-kv" } },
  ];
  const running: RunningServer[] = [];
  try {
    for (const { runtime, env } of contestants) {
      running.push(await startServer(runtime, { ...environment, ...env }));
    }
    const rates = await takeTurns(running);
    return contestants.map(({ store, runtime }, at) => {
      const base = contestants.findIndex((other) => other.runtime === runtime && other.store === "memory");
      const row = rates[at] ?? NOTHING;
      const memory = rates[base] ?? NOTHING;
      return [
        `${store}, ${runtime}`,
        `${row.signIns.toFixed(0)}/s`,
        (row.signIns / memory.signIns).toFixed(2),
        `${row.refreshes.toFixed(0)}/s`,
        (row.refreshes / memory.refreshes).toFixed(2),
      ];
    });
  } finally {
    await Promise.all(running.map((server) => server.stop()));
    await upstash.stop();
    await redis.stop();
  }
}

const NOTHING: Rates = { signIns: Number.NaN, refreshes: Number.NaN };

/** Turns about, so that whatever else the machine does falls on all; the first turn only warms up. */
async function takeTurns(servers: readonly RunningServer[]): Promise<Rates[]> {
  const rounds = servers.map((): Rates[] => []);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [at, { baseUrl }] of servers.entries()) {
      const rates = await ratesOf(baseUrl);
      if (round > 0) rounds[at]?.push(rates);
    }
  }
  return rounds.map((measured) => ({
    signIns: median(measured.map(({ signIns }) => signIns)),
    refreshes: median(measured.map(({ refreshes }) => refreshes)),
  }));
}

async function ratesOf(baseUrl: string): Promise<Rates> {
  const grants: (Tokens & { clientId: string })[] = [];
  const signIns = await perSecond(async () => void grants.push(await signIn({ baseUrl })));
  const refreshes = await perSecond(async (client) => {
    const grant = grants[client];
    if (!grant) throw new Error("Expected a sign-in for each client");
    const { refresh_token } = await refresh(baseUrl, grant);
    grants[client] = { ...grant, refresh_token };
  });
  return { signIns, refreshes };
}

/** How often the work is done in a second by several clients, each of which does it again and again. */
async function perSecond(work: (client: number) => Promise<void>): Promise<number> {
  const startedAtMs = performance.now();
  let done = 0;
  await Promise.all(Array.from({ length: CLIENTS }, async (_, client) => {
    do {
      await work(client);
      done += 1;
    } while (performance.now() - startedAtMs < ROUND_MS);
  }));
  return (done * 1000) / (performance.now() - startedAtMs);
}

async function refresh(baseUrl: string, grant: Tokens & { clientId: string }): Promise<Tokens> {
  const response = await fetch(`${baseUrl}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "refresh_token",
      client_id: grant.clientId,
      refresh_token: grant.refresh_token,
    }),
  });
  if (!response.ok) throw new Error(`No refresh: ${response.status} ${await response.text()}`);
  // What the token endpoint answers has this shape.
  return (await response.json()) as Tokens;
}
