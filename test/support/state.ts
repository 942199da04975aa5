import { startRedis } from "./redis-server.ts";
import type { Environment, Runtime } from "./servers.ts";
import { startUpstashFront } from "./upstash-front.ts";

export interface State {
  /** Of a server that is to keep its grants there. */
  readonly environment: Environment;
  /** Absent where the store is the platform's own. */
  countKeys?(): Promise<number>;
  stop(): Promise<void>;
}

/** What a platform has to be given before it can keep anything; the others bring their own. */
export async function startState(runtime: Runtime): Promise<State> {
  if (runtime !== "vercel") return { environment: {}, async stop() {} };
  const redis = await startRedis();
  const front = await startUpstashFront(redis.url);
  return {
    environment: { UPSTASH_REDIS_REST_URL: front.url, UPSTASH_REDIS_REST_TOKEN: front.token },
    async countKeys() {
      return Number(/:(\d+)/.exec(await redis.command("DBSIZE"))?.[1]);
    },
    async stop() {
      await front.stop();
      await redis.stop();
    },
  };
}
