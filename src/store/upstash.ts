import { createRedisStore } from "./redis.ts";
import type { Store } from "./store.ts";

/** What this driver needs of a client; `Redis` of `@upstash/redis` fits, if it leaves answers as they are. */
export interface UpstashClient {
  eval(script: string, keys: string[], args: string[]): Promise<unknown>;
}

/** Redis behind Upstash's REST interface. */
export function createUpstashStore(client: UpstashClient): Store {
  return createRedisStore({
    async eval(script, key, args) {
      try {
        return await client.eval(script, [key], [...args]);
      } catch (error) {
        throw withoutContents(error);
      }
    },
  }, { engine: "Upstash" });
}

/** The client's own errors repeat the command, with key and value, or what was answered. */
function withoutContents(error: unknown): unknown {
  if (!(error instanceof Error) || !error.name.startsWith("Upstash")) return error;
  const [reason] = error.name === "UpstashError" ? error.message.split(", command was: ") : ["no JSON"];
  return new Error(`Upstash answered: ${reason}`);
}
