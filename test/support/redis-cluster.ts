import { type RedisServer, startRedis } from "./redis-server.ts";

const SLOTS = 16_384;
const NODES = 3;

/** Three masters, each with a third of the slots. */
export async function startRedisCluster(): Promise<{ nodes: readonly RedisServer[]; stop(): Promise<void> }> {
  const nodes = await Promise.all(
    Array.from(
      { length: NODES },
      () => startRedis({ args: ["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"] }),
    ),
  );
  for (const [at, node] of nodes.entries()) {
    const from = Math.ceil((at * SLOTS) / NODES);
    const to = Math.ceil(((at + 1) * SLOTS) / NODES) - 1;
    await node.command(`CLUSTER ADDSLOTSRANGE ${from} ${to}`);
    await node.command(`CLUSTER SET-CONFIG-EPOCH ${at + 1}`);
    if (nodes[0]) await node.command(`CLUSTER MEET 127.0.0.1 ${nodes[0].port}`);
  }
  const deadlineMs = Date.now() + 15_000;
  const isWhole = async (node: RedisServer) => /cluster_state:ok/.test(await node.command("CLUSTER INFO"));
  while (!(await Promise.all(nodes.map(isWhole))).every(Boolean)) {
    if (Date.now() > deadlineMs) throw new Error("The cluster did not come together");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    nodes,
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}
