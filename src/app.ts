import { Hono } from "hono";
import type { Channel } from "./channel/channel.ts";
import type { ForwardToSession } from "./channel/live-session.ts";
import type { Config } from "./config.ts";
import { cacheVerifications, type VerifyConstraint } from "./constraint/verified-constraints.ts";
import { verifyConstraint } from "./constraint/verify.ts";
import { aboutRoutes } from "./http/about-routes.ts";
import { type Authenticate, createAuthenticate } from "./http/authenticate.ts";
import { discoveryRoutes } from "./http/discovery-routes.ts";
import { notFound, onError } from "./http/errors.ts";
import { grantsRoutes } from "./http/grants-routes.ts";
import { healthRoutes } from "./http/health-routes.ts";
import { homeRoutes } from "./http/home-routes.ts";
import { lastAnswer } from "./http/last-answer.ts";
import { checkHost, checkOrigin, limitBody } from "./http/limits.ts";
import { mcpRoutes } from "./http/mcp-routes.ts";
import { oauthRoutes } from "./http/oauth-routes.ts";
import type { PlatformRateLimit } from "./http/rate-limit.ts";
import { createRateLimits, type RateLimits } from "./http/rate-limits.ts";
import { logRequests } from "./http/request-log.ts";
import { createSharedDoor } from "./http/shared-door.ts";
import { sseGone } from "./http/sse-gone.ts";
import { sseRoutes } from "./http/sse-routes.ts";
import type { FetchPublic } from "./lib/fetch-public.ts";
import type { Lifecycle } from "./lib/lifecycle.ts";
import type { Log } from "./lib/log.ts";
import { createSealer, type Sealer } from "./lib/seal.ts";
import { SERVER_NAME, VERSION } from "./lib/version.ts";
import { createMcp } from "./mcp/mcp.ts";
import { prepareLists } from "./mcp/prepared-list.ts";
import { createServers } from "./mcp/server.ts";
import { createSessions } from "./mcp/session.ts";
import { createSse } from "./mcp/sse.ts";
import { createAuthorizationServer } from "./oauth/server.ts";
import type { Constraint } from "./sentry/constraint.ts";
import { createSentryService } from "./sentry/service.ts";
import type { Store } from "./store/store.ts";
import { TOOLS } from "./tools/all.ts";
import { CATALOG } from "./tools/catalog.ts";

export type { Peer } from "./http/client-address.ts";
export type { PlatformRateLimit } from "./http/rate-limit.ts";

/** What a platform brings; everything else is the same everywhere. */
export interface AppDeps {
  readonly config: Config;
  readonly store: Store;
  readonly storeName: string;
  /** Such as `node/24.1.0`; shown by `/health?verbose`. */
  readonly runtime: string;
  readonly fetch: typeof fetch;
  /** For hosts that strangers name; only where a platform can pin an address. */
  readonly fetchPublic?: FetchPublic;
  /** Counts over instances, beside what each counts itself. */
  readonly platformRateLimit?: PlatformRateLimit;
  /** Only where it reaches whichever instance gets a client's next request. */
  readonly channel?: Channel;
  /** Instead of it, where there is one within each session alone. */
  readonly forward?: ForwardToSession;
  /** Only where a process knows its end beforehand. */
  readonly lifecycle?: Lifecycle;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * The whole server, in the order in which a request meets it. With each request an adapter hands in a `Peer`
 * (`http/client-address.ts`).
 */
export function createApp(deps: AppDeps): Hono {
  const { config, channel, forward, lifecycle, fetch, now, log } = deps;
  if (config.withoutEffect.length > 0) log.warn("config.without_effect", { variables: config.withoutEffect });

  const service = createSentryService({ ...config.sentry, fetch, now, log, version: VERSION });
  const verify: VerifyConstraint = (wanted, options) => verifyConstraint(wanted, { service, ...options });
  const rateLimits = createRateLimits({ config, now, platform: deps.platformRateLimit });
  const sealer = createSealer({ keys: sealingKeys(config), issuer: config.baseUrl, now });
  const { authenticate, signIn } = config.shared
    ? { authenticate: createSharedDoor(config.shared), signIn: [] }
    : createSignIn(deps, { sealer, verify, rateLimits });
  const createServer = createServers({
    tools: TOOLS,
    catalog: CATALOG,
    service,
    sealer,
    name: SERVER_NAME,
    version: VERSION,
    baseUrl: config.baseUrl,
    cancelled: lifecycle?.cancelled,
    now,
    log,
  });
  const sessions = createSessions({ sealer, now });
  const answerList = prepareLists({ sessions, now });
  const mcp = createMcp({ createServer, sessions, channel, forward, answerList, log });
  const verifyOnce = cacheVerifications({ verify, now });
  const served = { config, authenticate, rateLimits, verifyConstraint: verifyOnce, log };

  const held = channel ? createSse({ createServer, channel, lifecycle, log }) : forward && { forward };
  const sse = config.sse ? held : undefined;

  const app = new Hono();
  app.use(logRequests(log, now));
  app.use(checkHost(config), limitBody());
  for (const path of ["/mcp/*", "/sse/*"]) app.use(path, checkOrigin(config));
  if (lifecycle) app.use(lastAnswer(lifecycle));
  app.route("/", healthRoutes(deps));
  app.route("/", homeRoutes(config));
  app.route("/", aboutRoutes({ config, tools: CATALOG, sse: sse !== undefined }));
  for (const routes of signIn) app.route("/", routes);
  app.route("/", mcpRoutes({ ...served, mcp }));
  app.route("/", sse ? sseRoutes({ ...served, sessions, sse }) : sseGone(config));
  app.notFound(notFound);
  app.onError(onError(log));
  return app;
}

/** A shared Sentry token is a secret that every instance has, where there is no key of its own. */
function sealingKeys({ encryptionKeys, shared }: Config): readonly string[] {
  if (encryptionKeys.length > 0 || !shared) return encryptionKeys;
  return [`what is sealed for those who share the token ${shared.sentryToken}`];
}

/** Our OAuth server, which signs people in to Sentry, and the door that its tokens open. */
function createSignIn(
  deps: AppDeps,
  { sealer, verify, rateLimits }: { sealer: Sealer; verify: VerifyConstraint; rateLimits: RateLimits },
): { authenticate: Authenticate; signIn: Hono[] } {
  const { config, store, fetch, fetchPublic, now, log } = deps;
  const { baseUrl: issuer } = config;
  const signer = createSealer({ keys: config.signingKeys, issuer, now });
  const verifyConstraint = (token: string, wanted: Constraint) =>
    verify(wanted, { credential: { id: crypto.randomUUID(), token }, signal: new AbortController().signal });

  const state = { config, store, sealer, now, log };
  const server = createAuthorizationServer({ ...state, signer, fetch, fetchPublic, verifyConstraint });
  return {
    authenticate: createAuthenticate({ ...state, endAtSentry: server.endAtSentry }),
    signIn: [
      discoveryRoutes({ server, config }),
      oauthRoutes({ server, config, rateLimits }),
      grantsRoutes({ desk: server.grantsDesk, config, rateLimits, log }),
    ],
  };
}
