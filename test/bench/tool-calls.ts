import { TOOLS } from "../../src/tools/all.ts";
import type { Tool } from "../../src/tools/define.ts";
import { openSession } from "../tools/session.ts";
import { median } from "./weight.ts";

type ToolRow = readonly [
  tool: string,
  requests: string,
  turns: string,
  cpu: string,
  json: string,
  ratio: string,
];

const ROUNDS = 7;
const CALLS = 60;

/**
 * What one call asks of Sentry, and the CPU it takes beside reading the same answers and doing nothing with them.
 * The answers were recorded, so that the sandbox's own work is not counted.
 */
export async function measureToolCalls(names: readonly string[]): Promise<ToolRow[]> {
  const rows: ToolRow[] = [];
  for (const name of names) {
    const tool = TOOLS.find((one) => one.name === name);
    if (!tool) throw new Error(`There is no tool "${name}"`);
    rows.push(await measure(tool));
  }
  return rows;
}

async function measure(tool: Tool): Promise<ToolRow> {
  const session = await openSession({ delayMs: 4 });
  await session.call(tool, tool.example);
  session.forget();
  await session.call(tool, tool.example);
  const requests = session.sent.length;
  const turns = session.hops();

  const replay = await openSession({ recorded: new Map() });
  await replay.call(tool, tool.example);
  replay.forget();
  await replay.call(tool, tool.example);
  const bodies = replay.answersTo(replay.sent);

  const rounds: { call: number; json: number }[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const call = await cpuMs(() => replay.call(tool, tool.example));
    const json = await cpuMs(async () => {
      await Promise.all(bodies.map((body) => new Response(body).json()));
    });
    if (round > 0) rounds.push({ call, json });
  }
  const call = median(rounds.map((round) => round.call));
  const json = median(rounds.map((round) => round.json));
  const ratio = median(rounds.map((round) => round.call / round.json));
  return [
    tool.name,
    String(requests),
    String(turns),
    `${call.toFixed(2)} ms`,
    `${json.toFixed(2)} ms`,
    ratio.toFixed(1),
  ];
}

/** Of one call, in milliseconds. */
async function cpuMs(call: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < CALLS; index += 1) await call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / CALLS;
}
