// `npm run bench`: what the product costs beside a bare Hono route on the same runtime, in the same minute.
import { bunPath, denoPath, nodePath } from "../support/binaries.ts";
import { cpuMs, WITH_INSPECTOR } from "../support/inspect.ts";
import type { Environment, RunningServer } from "../support/servers.ts";
import { freePort, startServer } from "../support/servers.ts";
import { callTool, type Era, rpc, type RpcAnswer } from "../support/rpc.ts";
import { signIn } from "../support/sign-in.ts";
import type { BareSetup } from "./bare-server.ts";
import { requestsPerSecond, type Target } from "./load.ts";
import { startScript } from "./script.ts";
import { bytesPerStream } from "./sse-streams.ts";
import { rpcTarget } from "./target.ts";
import { heapGrowth } from "./memory.ts";
import { compareStores, type StoreRow } from "./stores.ts";
import { measureToolCalls } from "./tool-calls.ts";
import { median, startTimeMs, workerBytes } from "./weight.ts";

const ROUNDS = 5;
const ROUND_MS = 400;
const CONNECTIONS = [1, 16];

type Row = readonly [what: string, product: string, bare: string, ratio: string];
const rows: Row[] = [];
let stores: StoreRow[] = [];

const binaries = { node: nodePath, deno: denoPath, bun: bunPath };
for (const runtime of ["node", "deno", "bun"] as const) {
  const time = isInstalled(binaries[runtime])
    ? `${Math.round(await startTimeMs(runtime, 3))} ms`
    : "not installed";
  rows.push([`start to /health, ${runtime}`, time, "", ""]);
}
const [first, second] = await bytesPerStream();
const [each, more] = [first, second].map((bytes) => `${(bytes / 1024).toFixed(1)} KiB`);
rows.push(["memory of an idle /sse stream, of 500 and of 500 more", `${each}, ${more}`, "", ""]);
rows.push(["Worker, minified and gzipped", `${((await workerBytes()) / 1024).toFixed(1)} KiB`, "", ""]);

const upstream = await startScript("upstream.ts");
try {
  // The script's own greeting.
  const { baseUrl, environment } = JSON.parse(upstream.greeting) as {
    baseUrl: string;
    environment: Environment;
  };
  const server = await startServer("node", { ...environment, ...WITH_INSPECTOR });
  try {
    rows.unshift(...(await throughput(server, baseUrl)));
  } finally {
    await server.stop();
  }
  rows.push(...(await heapGrowth(environment)));
  stores = await compareStores(environment);
} finally {
  await upstream.stop();
}
print([["", "product", "bare Hono", "ratio"], ...rows]);
print([
  ["", "requests to Sentry", "in turns", "CPU", "reading their JSON", "ratio"],
  ...(await measureToolCalls(["get_issue_details", "search_events"])),
]);
print([["", "sign-ins", "to memory", "refreshes", "to memory"], ...stores]);

async function throughput(server: RunningServer, sentryUrl: string): Promise<Row[]> {
  const { baseUrl } = server;
  const { access_token: token } = await signIn({ baseUrl });
  const peer = { baseUrl, token };
  const list = await good(rpc(peer, "tools/list"));
  const setup: BareSetup = {
    port: await freePort(),
    list: JSON.stringify(list.body),
    ...(await upstreamOf(() => callTool(peer, "whoami"), sentryUrl)),
  };
  const bare = await startScript("bare-server.ts", setup);
  const bareUrl = `http://127.0.0.1:${setup.port}`;
  const pairOf = (era: Era, method: string, params = {}) => ({
    product: rpcTarget({ ...peer, era }, method, params),
    bare: rpcTarget({ baseUrl: bareUrl, path: `/${method}`, token, era }, method, params),
  });
  const call = pairOf("2026-07-28", "tools/call", { name: "whoami", arguments: {} });
  const cases = [
    ["tools/list, 2026-07-28", pairOf("2026-07-28", "tools/list")],
    ["tools/list, 2025-11-25", pairOf("2025-11-25", "tools/list")],
    ["tools/call whoami, 2026-07-28", call],
  ] as const;
  try {
    const measured: Row[] = [];
    for (const [what, pair] of cases) {
      for (const connections of CONNECTIONS) {
        const { product, bare, ratio } = await compare(pair, connections);
        const label = `${what}, ${connections} connection${connections === 1 ? "" : "s"}`;
        measured.push([
          label,
          `${Math.round(product)}/s`,
          `${Math.round(bare)}/s`,
          ratio.toFixed(2),
        ]);
      }
    }
    const bareCpu = async (): Promise<number> => (await fetch(`${bareUrl}/cpu`)).json();
    measured.push(await addedCpu(call, { product: () => cpuMs(server), bare: bareCpu }));
    return measured;
  } finally {
    await bare.stop();
  }
}

/** What the server spends on a request beyond what the bare one does, both with one connection that is never idle. */
async function addedCpu(
  pair: { product: Target; bare: Target },
  cpu: { product: () => Promise<number>; bare: () => Promise<number> },
): Promise<Row> {
  const spent = async (side: "product" | "bare") => {
    const before = await cpu[side]();
    const rate = await requestsPerSecond(pair[side], { connections: 1, durationMs: ROUND_MS });
    return (((await cpu[side]()) - before) * 1000) / (rate * ROUND_MS);
  };
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push((await spent("product")) - (await spent("bare")));
  }
  return ["CPU that tools/call whoami adds to its requests", `${median(rounds).toFixed(2)} ms`, "", ""];
}

/** Turns about, so that whatever else the machine does falls on both; the first turn only warms up. */
async function compare(pair: { product: Target; bare: Target }, connections: number) {
  const rounds: { product: number; bare: number; ratio: number }[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const product = await requestsPerSecond(pair.product, { connections, durationMs: ROUND_MS });
    const bare = await requestsPerSecond(pair.bare, { connections, durationMs: ROUND_MS });
    if (round > 0) rounds.push({ product, bare, ratio: product / bare });
  }
  return {
    product: median(rounds.map(({ product }) => product)),
    bare: median(rounds.map(({ bare }) => bare)),
    ratio: median(rounds.map(({ ratio }) => ratio)),
  };
}

interface SandboxCall {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
}

/** What a tool call asks of Sentry once its caches are warm, as Sentry's own log has it, and a token to ask with. */
async function upstreamOf(call: () => Promise<RpcAnswer>, sentryUrl: string) {
  const sandbox = `${sentryUrl}/__sandbox`;
  await good(call());
  await fetch(`${sandbox}/log`, { method: "DELETE" });
  await good(call());
  // The sandbox's switches, described in its README.
  const log = (await (await fetch(`${sandbox}/log`)).json()) as SandboxCall[];
  const odd = log.find(({ method }) => method !== "GET");
  if (log.length === 0 || odd) {
    throw new Error(`Expected GETs alone in Sentry's log, got ${JSON.stringify(log)}`);
  }
  const minted = await fetch(`${sandbox}/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ user: "ada", scopes: ["org:read", "project:read", "team:read", "event:read"] }),
  });
  const { token } = (await minted.json()) as { token: string };
  return { upstream: log.map(({ path, query = "" }) => `${sentryUrl}${path}${query}`), token };
}

function isInstalled(find: () => string): boolean {
  try {
    return find() !== "";
  } catch {
    return false;
  }
}

async function good(pending: Promise<RpcAnswer>): Promise<RpcAnswer> {
  const answer = await pending;
  if (answer.status !== 200 || !answer.body.result || answer.body.result.isError) {
    throw new Error(`Expected a result, got ${answer.status} ${JSON.stringify(answer.body)}`);
  }
  return answer;
}

function print(table: readonly (readonly string[])[]): void {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0))
  );
  for (const row of table) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)
    );
    console.log(cells.join("   ").trimEnd());
  }
  console.log();
}
