import * as v from "valibot";
import {
  baseUrl,
  flag,
  headerValue,
  hostName,
  isHostName,
  KEY_SAYS,
  keyRing,
  list,
  origin,
  text,
  wholeNumber,
} from "./lib/env-value.ts";
import type { LogLevel } from "./lib/log.ts";
import { isLoopback, isLoopbackHost } from "./lib/origins.ts";
import { TOOLSET_IDS, type ToolsetId } from "./lib/toolset-id.ts";
import { chooseStore, type StoreKind, type StoreSettings, storeVariables } from "./lib/store-settings.ts";

/** What the environment says, checked. Rooms below `http` are handed the parts they need, never the environment. */
export interface Config {
  /** Origin without a trailing slash: the issuer, and the base of every URL that this server shows. */
  readonly baseUrl: string;
  /** `baseUrl` is on loopback: development. Anything else is production. */
  readonly loopback: boolean;
  readonly host: string;
  readonly port: number;
  /** Folder for the SQLite file, the local key and the sandbox's state. */
  readonly dataDir: string;
  readonly sentry: {
    /** Full base without a trailing slash; may have a path prefix. */
    readonly url: string;
    /** Bases besides `url` that a Sentry token may be sent to. */
    readonly regionUrls: readonly string[];
    /** Absent: the adapter serves the sandbox (loopback only). */
    readonly clientId?: string;
    readonly clientSecret?: string;
    /** Ceiling of what is asked of Sentry; absent: no ceiling. */
    readonly scopes?: readonly string[];
  };
  /** Rings: the first seals, all open. */
  readonly encryptionKeys: readonly string[];
  readonly signingKeys: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly allowedRedirectUriPatterns: readonly string[];
  /** Hosts whose client metadata documents are fetched; `*` (any, on Node alone). Empty: none. */
  readonly cimdHosts: readonly string[];
  /** Clients may register themselves; off: metadata documents alone, and ids that were given out before. */
  readonly clientRegistration: boolean;
  /** How many proxies in front of us append to `X-Forwarded-For`; 0: the header is not believed. */
  readonly trustProxyHops: number;
  /** Of one grant at MCP; the other limits follow from it (`http/rate-limits.ts`). Absent: nothing is counted. */
  readonly rateLimitPerMinute?: number;
  /** Accept `Authorization: Sentry-Bearer <token>`. */
  readonly sentryBearer: boolean;
  /** What a refresh token that was used before its grace ends: the whole sign-in, or only itself. */
  readonly refreshReuse: "revoke" | "reject";
  /** Closed networks: one Sentry token for all callers instead of OAuth. Absent: everybody signs in. */
  readonly shared?: {
    readonly sentryToken: string;
    /** What callers show as `Authorization: Bearer`; absent: nothing is asked of them. */
    readonly apiKey?: string;
  };
  /** HTTP+SSE at `/sse`, where the platform can. */
  readonly sse: boolean;
  /** What a client's list shows, unless its URL says so (`?toolset=`). */
  readonly toolset: ToolsetId;
  readonly ttl: {
    readonly accessTokenSeconds: number;
    readonly codeSeconds: number;
    readonly consentSeconds: number;
    readonly refreshGraceSeconds: number;
    readonly refreshIdleSeconds: number;
    readonly refreshAbsoluteSeconds: number;
    readonly revocationCacheSeconds: number;
  };
  readonly store: StoreSettings;
  /** From SIGTERM to the end of the process, however much is still running. */
  readonly shutdownGraceSeconds: number;
  readonly logLevel: LogLevel;
  /** Variables that are set, valid, and that this version does nothing with yet. */
  readonly withoutEffect: readonly string[];
}

export interface Platform {
  /** The sandbox can be served here, so that a client id may be missing while `BASE_URL` is loopback. */
  readonly sandbox: boolean;
  /** Can resolve a name, check the address and connect to that very one: what `CIMD_HOSTS=*` needs. */
  readonly pinsAddresses?: boolean;
  /** Listens on `HOST` itself. Where the platform does, everybody can reach the server. */
  readonly listens: boolean;
  /** The stores that can be opened here, the most fitting first; `memory` is taken when it is asked for alone. */
  readonly stores: readonly StoreKind[];
  /** Makes or reads this machine's own key, for loopback without `ENCRYPTION_KEY`. */
  localKey?(dataDir: string): string;
}

/** Says everything that is wrong with the environment at once; `problems` has one line a variable. */
export class ConfigError extends Error {
  override name = "ConfigError";
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(
      `Cannot start: ${problems.length} setting(s) need attention\n${
        problems.map((p) => `  ${p}`).join("\n")
      }`,
    );
    this.problems = problems;
  }
}

const DAY_SECONDS = 86_400;

const SCOPE_SAYS = "Sentry scopes separated by commas, such as org:read,project:read,event:write";
const scopes = v.pipe(
  list,
  v.minLength(1, SCOPE_SAYS),
  v.everyItem((scope) => /^[a-z]+:[a-z]+$/.test(scope), SCOPE_SAYS),
);

const HOSTS_SAYS = "host names such as claude.ai, separated by commas, or *, or off";
/** Assistants that publish a client metadata document. */
const CIMD_HOSTS = "claude.ai,chatgpt.com,vscode.dev,cursor.com";

const variables = {
  BASE_URL: v.optional(origin),
  HOST: v.optional(text, "127.0.0.1"),
  PORT: v.optional(wholeNumber(1, 65_535), "3000"),
  DATA_DIR: v.optional(text, ".data"),
  LOG_LEVEL: v.optional(
    v.picklist(["debug", "info", "warn", "error"], "one of debug, info, warn, error"),
    "info",
  ),
  SENTRY_URL: v.optional(baseUrl("https://sentry.example.com/prefix")),
  SENTRY_HOST: v.optional(hostName("SENTRY_URL")),
  SENTRY_REGION_URLS: v.optional(
    v.pipe(list, v.array(baseUrl("https://us.sentry.io"))),
    "",
  ),
  SENTRY_INSECURE_HTTP: v.optional(flag, "0"),
  SENTRY_CLIENT_ID: v.optional(text),
  SENTRY_CLIENT_SECRET: v.optional(text),
  SENTRY_SCOPES: v.optional(scopes),
  SENTRY_BEARER: v.optional(flag, "on"),
  ENCRYPTION_KEY: v.optional(keyRing),
  JWT_SIGNING_KEY: v.optional(keyRing),
  ALLOWED_ORIGINS: v.optional(
    v.pipe(list, v.array(v.union([v.literal("*"), origin], "origins such as https://app.example, or *"))),
    "",
  ),
  ALLOWED_REDIRECT_URI_PATTERNS: v.optional(list, ""),
  ACCESS_TOKEN_TTL_SECONDS: v.optional(wholeNumber(1, 3600), "1800"),
  CODE_TTL_SECONDS: v.optional(wholeNumber(1, 600), "300"),
  CONSENT_TTL_SECONDS: v.optional(wholeNumber(1, 3600), "600"),
  REFRESH_GRACE_SECONDS: v.optional(wholeNumber(0, 3600), "120"),
  REFRESH_IDLE_SECONDS: v.optional(wholeNumber(1, 180 * DAY_SECONDS), String(30 * DAY_SECONDS)),
  REFRESH_ABSOLUTE_SECONDS: v.optional(wholeNumber(1, 366 * DAY_SECONDS), String(180 * DAY_SECONDS)),
  REVOCATION_CACHE_SECONDS: v.optional(wholeNumber(0, 60), "10"),
  CIMD_HOSTS: v.optional(
    v.pipe(
      list,
      v.everyItem((host) => host === "*" || isHostName(host), HOSTS_SAYS),
      v.transform((hosts) => hosts.filter((host) => host !== "off")),
    ),
    CIMD_HOSTS,
  ),
  CLIENT_REGISTRATION: v.optional(flag, "on"),
  TRUST_PROXY_HOPS: v.optional(wholeNumber(0, 10), "0"),
  REFRESH_REUSE: v.optional(v.picklist(["revoke", "reject"], "one of revoke, reject"), "revoke"),
  RATE_LIMIT_PER_MINUTE: v.optional(
    v.union(
      [v.pipe(v.literal("off"), v.transform(() => undefined)), wholeNumber(10, 1_000_000)],
      "a whole number from 10 to 1000000, or off",
    ),
    "600",
  ),
  SENTRY_AUTH_TOKEN: v.optional(headerValue),
  MCP_API_KEY: v.optional(
    v.pipe(headerValue, v.minLength(16, "at least 16 characters (openssl rand -base64 32)")),
  ),
  ALLOW_UNAUTHENTICATED: v.optional(flag, "0"),
  SSE: v.optional(flag, "on"),
  TOOLSET: v.optional(v.picklist(TOOLSET_IDS, `one of ${TOOLSET_IDS.join(", ")}`), "default"),
  ...storeVariables,
  SHUTDOWN_GRACE_SECONDS: v.optional(wholeNumber(0, 300), "10"),
  // Known, checked, and without effect in this version.
  OPENAI_API_KEY: v.optional(text),
  OPENAI_BASE_URL: v.optional(baseUrl("https://api.openai.com/v1")),
  MCP_URL: v.optional(baseUrl("https://mcp.sentry.dev")),
};

const WITHOUT_EFFECT = ["OPENAI_API_KEY", "OPENAI_BASE_URL", "MCP_URL"] as const;

const schema = v.object(variables);
type Variables = v.InferOutput<typeof schema>;

/** Never repeated in an error, not even when wrong. */
const SECRETS = /SECRET|TOKEN$|KEY|REDIS_URL/;

/**
 * Reads the environment. An empty variable counts as absent.
 *
 * @throws {ConfigError} With every problem, by variable, and what a right value looks like.
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>, platform: Platform): Config {
  const problems: string[] = [];
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const result = v.safeParse(schema, given, { abortPipeEarly: true });
  for (const issue of result.issues ?? []) {
    const name = String(issue.path?.[0]?.key);
    const value = given[name] ?? "";
    problems.push(`${name}: expected ${issue.message}${SECRETS.test(name) ? "" : `, got "${value}"`}`);
  }
  if (!result.success) throw new ConfigError(dedupe(problems));

  const read = result.output;
  const base = read.BASE_URL ?? `http://localhost:${read.PORT}`;
  const loopback = isLoopback(new URL(base));
  const sentryUrl = read.SENTRY_URL ??
    (read.SENTRY_HOST ? `https://${read.SENTRY_HOST}` : "https://sentry.io");
  const shared = read.SENTRY_AUTH_TOKEN !== undefined;
  const clientNeeded = !shared && (!loopback || !platform.sandbox);

  problems.push(
    ...doorProblems(read, { isPublic: !platform.listens || !isLoopbackHost(read.HOST) || !loopback }),
  );
  // A closed network may have no certificates; a sign-in without them would hand its tokens to the network.
  if (!shared && !loopback && base.startsWith("http:")) {
    problems.push(`BASE_URL: expected an https origin outside loopback, got "${base}"`);
  }
  for (
    const [name, urls] of [["SENTRY_URL", [sentryUrl]], [
      "SENTRY_REGION_URLS",
      read.SENTRY_REGION_URLS,
    ]] as const
  ) {
    for (const url of urls.map((raw) => new URL(raw))) {
      if (url.protocol === "https:" || isLoopback(url) || read.SENTRY_INSECURE_HTTP) continue;
      problems.push(
        `${name}: expected https, got "${url}"; SENTRY_INSECURE_HTTP=1 allows http in a private network`,
      );
    }
  }
  if (clientNeeded && !read.SENTRY_CLIENT_ID) {
    problems.push(
      "SENTRY_CLIENT_ID: expected the client id of an OAuth application at Sentry (Settings > Applications)",
    );
  }
  if (read.SENTRY_CLIENT_ID && !read.SENTRY_CLIENT_SECRET) {
    problems.push("SENTRY_CLIENT_SECRET: expected the secret that belongs to SENTRY_CLIENT_ID");
  }
  if (read.SENTRY_CLIENT_SECRET && !read.SENTRY_CLIENT_ID && !clientNeeded && !shared) {
    problems.push("SENTRY_CLIENT_ID: expected the client id that belongs to SENTRY_CLIENT_SECRET");
  }
  if (!shared && !read.SENTRY_CLIENT_ID && !clientNeeded && (read.SENTRY_URL ?? read.SENTRY_HOST)) {
    problems.push(
      "SENTRY_CLIENT_ID: expected a client id for the Sentry that is named; without one the sandbox serves",
    );
  }
  if (!shared && !read.ENCRYPTION_KEY && (!loopback || !platform.localKey)) {
    problems.push(`ENCRYPTION_KEY: expected ${KEY_SAYS}`);
  }
  if (read.CIMD_HOSTS.includes("*") && !platform.pinsAddresses) {
    problems.push("CIMD_HOSTS: expected host names; * is for Node alone, which can pin a resolved address");
  }
  if (read.REFRESH_IDLE_SECONDS > read.REFRESH_ABSOLUTE_SECONDS) {
    problems.push("REFRESH_IDLE_SECONDS: expected at most REFRESH_ABSOLUTE_SECONDS");
  }
  // Without sign-in nothing is kept.
  const store = shared ? { settings: { kind: "memory" as const } } : chooseStore(read, platform.stores);
  if ("problems" in store) problems.push(...store.problems);
  if (problems.length > 0 || !("settings" in store)) throw new ConfigError(dedupe(problems));

  const encryptionKeys = read.ENCRYPTION_KEY ?? (shared ? [] : [platform.localKey?.(read.DATA_DIR) ?? ""]);
  return {
    baseUrl: base,
    loopback,
    host: read.HOST,
    port: read.PORT,
    dataDir: read.DATA_DIR,
    sentry: {
      url: sentryUrl,
      regionUrls: read.SENTRY_REGION_URLS,
      clientId: read.SENTRY_CLIENT_ID,
      clientSecret: read.SENTRY_CLIENT_SECRET,
      scopes: read.SENTRY_SCOPES,
    },
    encryptionKeys,
    signingKeys: read.JWT_SIGNING_KEY ?? encryptionKeys,
    allowedOrigins: read.ALLOWED_ORIGINS,
    allowedRedirectUriPatterns: read.ALLOWED_REDIRECT_URI_PATTERNS,
    cimdHosts: read.CIMD_HOSTS,
    clientRegistration: read.CLIENT_REGISTRATION,
    trustProxyHops: read.TRUST_PROXY_HOPS,
    rateLimitPerMinute: read.RATE_LIMIT_PER_MINUTE,
    sentryBearer: read.SENTRY_BEARER,
    refreshReuse: read.REFRESH_REUSE,
    shared: read.SENTRY_AUTH_TOKEN
      ? { sentryToken: read.SENTRY_AUTH_TOKEN, apiKey: read.MCP_API_KEY }
      : undefined,
    sse: read.SSE,
    toolset: read.TOOLSET,
    ttl: {
      accessTokenSeconds: read.ACCESS_TOKEN_TTL_SECONDS,
      codeSeconds: read.CODE_TTL_SECONDS,
      consentSeconds: read.CONSENT_TTL_SECONDS,
      refreshGraceSeconds: read.REFRESH_GRACE_SECONDS,
      refreshIdleSeconds: read.REFRESH_IDLE_SECONDS,
      refreshAbsoluteSeconds: read.REFRESH_ABSOLUTE_SECONDS,
      revocationCacheSeconds: read.REVOCATION_CACHE_SECONDS,
    },
    store: store.settings,
    shutdownGraceSeconds: read.SHUTDOWN_GRACE_SECONDS,
    logLevel: read.LOG_LEVEL,
    withoutEffect: WITHOUT_EFFECT.filter((name) => given[name]),
  };
}

/** There is one door: people sign in, or one Sentry token serves whoever has the key. */
function doorProblems(read: Variables, { isPublic }: { isPublic: boolean }): string[] {
  const { SENTRY_AUTH_TOKEN: token, MCP_API_KEY: key, ALLOW_UNAUTHENTICATED: open } = read;
  const problems: string[] = [];
  if (key !== undefined && token === undefined) {
    problems.push("MCP_API_KEY: expected SENTRY_AUTH_TOKEN beside it; people who sign in need no key");
  }
  if (open && token === undefined) {
    problems.push("ALLOW_UNAUTHENTICATED: expected SENTRY_AUTH_TOKEN beside it; without one, people sign in");
  }
  if (token !== undefined && (read.SENTRY_CLIENT_ID ?? read.SENTRY_CLIENT_SECRET) !== undefined) {
    problems.push(
      "SENTRY_AUTH_TOKEN: expected no SENTRY_CLIENT_ID beside it; one token for all replaces sign-in",
    );
  }
  if (token !== undefined && isPublic && key === undefined && !open) {
    problems.push(
      "MCP_API_KEY: expected a key, because others can reach this server; ALLOW_UNAUTHENTICATED=1 lets them all in",
    );
  }
  return problems;
}

const dedupe = (problems: readonly string[]) => [...new Set(problems)];
