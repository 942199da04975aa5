import { isJsonContentType } from "@modelcontextprotocol/server";
import type { Context } from "hono";
import { MAX_NESTING, parseJson } from "../lib/parse-json.ts";
import type { Caller } from "../mcp/caller.ts";
import { RPC, rpcError } from "../mcp/json-rpc.ts";
import type { Authenticate } from "./authenticate.ts";
import type { Target } from "./challenge.ts";
import type { RateLimits } from "./rate-limits.ts";

interface Door {
  readonly authenticate: Authenticate;
  readonly rateLimits: Pick<RateLimits, "takeMcp">;
}

/** Who asks, counted; those who may not come in are counted as well. */
export async function letIn(
  c: Context,
  target: Target,
  { authenticate, rateLimits }: Door,
): Promise<{ readonly caller: Caller } | { readonly response: Response }> {
  const authenticated = await authenticate(c.req.raw, target);
  const caller = "caller" in authenticated ? authenticated.caller : undefined;
  const turn = await rateLimits.takeMcp(c, caller?.signedIn ? caller.credential.id : undefined);
  return turn.ok ? authenticated : { response: tooMany("requests", turn.retryAfterSeconds) };
}

export function tooMany(what: string, retryAfterSeconds: number): Response {
  const message = `Too many ${what}: try again in ${retryAfterSeconds} s`;
  const headers = { "retry-after": String(retryAfterSeconds) };
  return rpcError(429, { code: RPC.http, message }, { headers });
}

export function onlyAllowed(c: Context, method: string): Response | undefined {
  if (c.req.method === method) return undefined;
  const message = `Method ${c.req.method} is not allowed: expected ${method}`;
  return rpcError(405, { code: RPC.http, message }, { headers: { allow: method } });
}

/** The JSON of a body, which may be anything. */
export async function readJson(
  c: Context,
): Promise<{ readonly body: unknown } | { readonly response: Response }> {
  const type = c.req.header("content-type") ?? "";
  if (!isJsonContentType(type)) {
    const message = `Unsupported Content-Type "${type}": expected application/json`;
    return { response: rpcError(415, { code: RPC.http, message }) };
  }
  const encoding = c.req.header("content-encoding") ?? "identity";
  if (encoding.toLowerCase() !== "identity") {
    const message = `Unsupported Content-Encoding "${encoding}": expected none`;
    const headers = { "accept-encoding": "identity" };
    return { response: rpcError(415, { code: RPC.http, message }, { headers }) };
  }
  try {
    return { body: parseJson(await c.req.text()) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const message = `Expected a body of JSON, nested at most ${MAX_NESTING} levels deep`;
    return { response: rpcError(400, { code: RPC.parse, message }) };
  }
}
