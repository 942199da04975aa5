import { randomToken } from "../lib/crypto.ts";
import { guarded } from "./guard.ts";
import type { Store } from "./store.ts";

/** What this driver needs of a client. */
export interface RedisCommands {
  /** `EVAL` of a script that touches this key alone, so that it may run on any node of a cluster. */
  eval(script: string, key: string, args: readonly string[]): Promise<unknown>;
}

// A read is a script too: Upstash then asks the primary and not the nearest replica.
const GET = "return redis.call('HMGET', KEYS[1], 'version', 'value')";

// Its own version found in place means that this very put came through before and only its answer was lost.
const PUT = `
local held = redis.call('HGET', KEYS[1], 'version')
if held ~= ARGV[1] then
  if ARGV[2] == 'absent' and held then return 0 end
  if ARGV[2] == 'unchanged' and held ~= ARGV[3] then return 0 end
  redis.call('HSET', KEYS[1], 'version', ARGV[1], 'value', ARGV[4])
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
end
return 1`;

const DELETE = "return redis.call('DEL', KEYS[1])";

/**
 * Redis from 6.2, Valkey and what speaks like them. Lifetimes are counted by the engine's clock.
 *
 * Every script may run twice without harm, so that a connection that breaks costs nobody a request.
 */
export function createRedisStore(commands: RedisCommands, { engine = "Redis" } = {}): Store {
  async function run(script: string, key: string, args: readonly string[] = []): Promise<unknown> {
    try {
      return await commands.eval(script, key, args);
    } catch {
      return commands.eval(script, key, args);
    }
  }

  return guarded(engine, {
    consistency: "linearizable",

    async get(key) {
      // HMGET answers as many fields as it was asked for.
      const [version, value] = (await run(GET, key)) as (string | null)[];
      return version && typeof value === "string" ? { value, version } : null;
    },

    async put(key, value, { ttlSeconds, ifVersion }) {
      const version = randomToken();
      const [condition, held] = ifVersion === undefined
        ? ["always", ""]
        : ifVersion === null
        ? ["absent", ""]
        : ["unchanged", ifVersion];
      const ttlMs = String(Math.max(1, Math.ceil(ttlSeconds * 1000)));
      return (await run(PUT, key, [version, condition, held, value, ttlMs])) === 1 ? version : false;
    },

    async delete(key) {
      await run(DELETE, key);
    },
  });
}
