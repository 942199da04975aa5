import type { Context, MiddlewareHandler } from "hono";
import type { Config } from "../config.ts";
import { clientAddress } from "./client-address.ts";
import {
  createRateLimiter,
  type PlatformRateLimit,
  type RateLimiter,
  type Turn,
  withPlatform,
} from "./rate-limit.ts";

/** Parts of `RATE_LIMIT_PER_MINUTE`. Behind one address there may be an office, or an assistant's data centre. */
const SHARE = { mcp: 1, token: 1 / 5, authorize: 1 / 5, register: 1 / 10 };

/** All clients together, where nobody knows their addresses, get as much as this many of them. */
const CROWD = 20;

type Limited = keyof typeof SHARE;

/** Counts in the process, or by the platform: never in the store, which a stranger could then make write. */
export interface RateLimits {
  /** One request at MCP: of a grant where there is one, else of the client's address. */
  takeMcp(c: Context, grant?: string): Promise<Turn>;
  /** For the endpoints of sign-in, by the client's address. */
  middleware(limited: Exclude<Limited, "mcp">): MiddlewareHandler;
}

export function createRateLimits(deps: {
  config: Pick<Config, "rateLimitPerMinute" | "trustProxyHops">;
  now: () => number;
  platform?: PlatformRateLimit;
}): RateLimits {
  const { config, now, platform } = deps;
  const { rateLimitPerMinute } = config;

  function limiter(name: Limited): (c: Context, grant?: string) => Promise<Turn> {
    if (rateLimitPerMinute === undefined) return async () => ({ ok: true });
    const counting = (perMinute: number): RateLimiter => {
      const local = createRateLimiter({ perMinute, now });
      return platform ? withPlatform(local, platform, { name }) : local;
    };
    const perMinute = rateLimitPerMinute * SHARE[name];
    const each = counting(perMinute);
    const crowd = counting(perMinute * CROWD);
    return (c, grant) => {
      const key = grant ?? clientAddress(c, config);
      return key === undefined ? crowd.take("everybody") : each.take(key);
    };
  }

  return {
    takeMcp: limiter("mcp"),
    middleware(name) {
      const take = limiter(name);
      return async (c, next) => {
        const turn = await take(c);
        if (turn.ok) return next();
        c.header("Retry-After", String(turn.retryAfterSeconds));
        c.header("Cache-Control", "no-store");
        const error_description = `Too many requests: try again in ${turn.retryAfterSeconds} s`;
        return c.json({ error: "too_many_requests", error_description }, 429);
      };
    },
  };
}
