import * as v from "valibot";
import { baseUrl, flag, headerValue, list } from "./env-value.ts";

export const STORE_KINDS = [
  "sqlite",
  "redis",
  "upstash",
  "deno-kv",
  "durable-object",
  "workers-kv",
  "memory",
] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

/** Which store, and what opening it takes; `sqlite` finds its folder in `Config.dataDir`. */
export type StoreSettings =
  | { readonly kind: Exclude<StoreKind, "redis" | "upstash"> }
  | RedisSettings
  | UpstashSettings;

export interface RedisSettings {
  readonly kind: "redis";
  /** One server, or some nodes of a cluster; with credentials. TLS is wanted when they say `rediss:`. */
  readonly urls: readonly [string, ...string[]];
  /** False: any certificate will do. */
  readonly rejectUnauthorized: boolean;
}

export interface UpstashSettings {
  readonly kind: "upstash";
  readonly url: string;
  readonly token: string;
}

const REDIS_SAYS =
  "redis://[user:password@]host[:port][/database] or rediss://…; several nodes of a cluster," +
  " separated by commas";
const redisUrls = v.pipe(
  list,
  v.minLength(1, REDIS_SAYS),
  v.everyItem((raw) => URL.canParse(raw) && /^rediss?:$/.test(new URL(raw).protocol), REDIS_SAYS),
);
const restUrl = baseUrl("https://eu1-example.upstash.io");

/** The variables that name a store, for the schema of the whole environment. */
export const storeVariables = {
  STORE: v.optional(v.picklist(STORE_KINDS, `one of ${STORE_KINDS.join(", ")}`)),
  REDIS_URL: v.optional(redisUrls),
  REDIS_TLS: v.optional(flag),
  REDIS_TLS_REJECT_UNAUTHORIZED: v.optional(flag),
  UPSTASH_REDIS_REST_URL: v.optional(restUrl),
  UPSTASH_REDIS_REST_TOKEN: v.optional(headerValue),
  KV_REST_API_URL: v.optional(restUrl),
  KV_REST_API_TOKEN: v.optional(headerValue),
};
const schema = v.object(storeVariables);
export type StoreVariables = v.InferOutput<typeof schema>;

type Choice = { readonly settings: StoreSettings } | { readonly problems: readonly string[] };

/**
 * @param offered What the platform can open, the most fitting first.
 * @returns Settings, or what is wrong: one line a variable.
 */
export function chooseStore(read: StoreVariables, offered: readonly StoreKind[]): Choice {
  const redis = readRedis(read);
  const upstash = readUpstash(read);
  const problems = [...redis.problems, ...upstash.problems];
  if (problems.length > 0) return { problems };

  const named = [redis.settings, upstash.settings].filter((settings) => settings !== undefined);
  // What the platform cannot open is no contradiction: an integration may set it beside what it can.
  const openable = named.filter(({ kind }) => offered.includes(kind));
  const wanted = read.STORE ?? openable[0]?.kind ?? named[0]?.kind ??
    offered.find((kind) => kind !== "memory");
  const alternatives = offered.map((kind) => (kind === "memory" ? "memory, which forgets" : kind)).join(", ");
  if (wanted === undefined) {
    return { problems: [`STORE: expected one of ${alternatives}; this platform has none by itself`] };
  }
  if (!offered.includes(wanted)) {
    const variable = read.STORE ? "STORE" : VARIABLE[wanted];
    return { problems: [`${variable}: expected one of ${alternatives}; here ${wanted} cannot be reached`] };
  }
  const others = openable.filter(({ kind }) => kind !== wanted);
  if (others.length > 0) {
    return { problems: others.map(({ kind }) => `${VARIABLE[kind]}: expected to be unset beside ${wanted}`) };
  }
  if (wanted !== "redis" && wanted !== "upstash") return { settings: { kind: wanted } };
  const settings = openable.find(({ kind }) => kind === wanted);
  if (settings) return { settings };
  const forgetful = offered.includes("memory") ? "; STORE=memory forgets who signed in" : "";
  return { problems: [`${VARIABLE[wanted]}: expected the address of a database at ${wanted}${forgetful}`] };
}

const VARIABLE: Partial<Record<StoreKind, string>> = {
  redis: "REDIS_URL",
  upstash: "UPSTASH_REDIS_REST_URL",
};

function readRedis(read: StoreVariables): { problems: string[]; settings?: RedisSettings } {
  const { REDIS_URL: [first, ...rest] = [], REDIS_TLS: tls, REDIS_TLS_REJECT_UNAUTHORIZED: strict } = read;
  if (first === undefined) {
    const alone = (["REDIS_TLS", "REDIS_TLS_REJECT_UNAUTHORIZED"] as const).filter(
      (name) => read[name] !== undefined,
    );
    return { problems: alone.map((name) => `${name}: expected REDIS_URL beside it`) };
  }
  const problems: string[] = [];
  const urls = [first, ...rest];
  const overTls = urls.filter((url) => url.startsWith("rediss:")).length;
  if (overTls !== 0 && (tls === false || overTls < urls.length)) {
    problems.push("REDIS_TLS: expected to agree with REDIS_URL, which says rediss:");
  }
  if (strict !== undefined && !tls && overTls === 0) {
    problems.push("REDIS_TLS_REJECT_UNAUTHORIZED: expected rediss: in REDIS_URL, or REDIS_TLS=1");
  }
  const secured = (url: string) => (tls ? url.replace(/^redis:/, "rediss:") : url);
  const settings: RedisSettings = {
    kind: "redis",
    urls: [secured(first), ...rest.map(secured)],
    rejectUnauthorized: strict ?? true,
  };
  return { problems, settings };
}

/** Upstash's own names, and those that its integration at Vercel sets. */
function readUpstash(read: StoreVariables): { problems: string[]; settings?: UpstashSettings } {
  const pairs = [
    ["UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"],
    ["KV_REST_API_URL", "KV_REST_API_TOKEN"],
  ] as const;
  const problems: string[] = [];
  const found: UpstashSettings[] = [];
  for (const [urlName, tokenName] of pairs) {
    const { [urlName]: url, [tokenName]: token } = read;
    if (url !== undefined && token !== undefined) found.push({ kind: "upstash", url, token });
    else if (url !== undefined) problems.push(`${tokenName}: expected the token that belongs to ${urlName}`);
    else if (token !== undefined) {
      problems.push(`${urlName}: expected the address that belongs to ${tokenName}`);
    }
  }
  const [first, second] = found;
  if (first && second && first.url !== second.url) {
    problems.push(
      "KV_REST_API_URL: expected the same address as UPSTASH_REDIS_REST_URL, or only one of them",
    );
  }
  return { problems, settings: first };
}
