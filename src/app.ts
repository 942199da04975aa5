import { Hono } from "hono";
import type { Config } from "./config.ts";
import type { VerifyConstraint } from "./constraint/verified-constraints.ts";
import { verifyConstraint } from "./constraint/verify.ts";
import { createAuthenticate } from "./http/authenticate.ts";
import { discoveryRoutes } from "./http/discovery-routes.ts";
import { notFound, onError } from "./http/errors.ts";
import { healthRoutes } from "./http/health-routes.ts";
import { homeRoutes } from "./http/home-routes.ts";
import { checkHost, checkOrigin, limitBody } from "./http/limits.ts";
import { mcpRoutes } from "./http/mcp-routes.ts";
import { oauthRoutes } from "./http/oauth-routes.ts";
import { logRequests } from "./http/request-log.ts";
import type { Log } from "./lib/log.ts";
import { createSealer } from "./lib/seal.ts";
import { SERVER_NAME, VERSION } from "./lib/version.ts";
import { createMcp } from "./mcp/mcp.ts";
import { createAuthorizationServer } from "./oauth/server.ts";
import type { Constraint } from "./sentry/constraint.ts";
import { createSentryService } from "./sentry/service.ts";
import type { Store } from "./store/store.ts";
import { TOOLS } from "./tools/all.ts";
import { CATALOG } from "./tools/catalog.gen.ts";

/** What a platform brings; everything else is the same everywhere. */
export interface AppDeps {
  readonly config: Config;
  readonly store: Store;
  readonly storeName: string;
  /** Such as `node/24.1.0`; shown by `/health?verbose`. */
  readonly runtime: string;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly log: Log;
}

/** The whole server, in the order in which a request meets it. */
export function createApp(deps: AppDeps): Hono {
  const { config, store, fetch, now, log } = deps;
  const { baseUrl: issuer } = config;
  if (config.withoutEffect.length > 0) log.warn("config.without_effect", { variables: config.withoutEffect });

  const sealer = createSealer({ keys: config.encryptionKeys, issuer, now });
  const signer = createSealer({ keys: config.signingKeys, issuer, now });
  const service = createSentryService({ ...config.sentry, fetch, now, log, version: VERSION });
  const verify: VerifyConstraint = (wanted, options) => verifyConstraint(wanted, { service, ...options });
  const verifyNew = (token: string, wanted: Constraint) =>
    verify(wanted, { credential: { id: crypto.randomUUID(), token }, signal: new AbortController().signal });

  const state = { config, store, sealer, now, log };
  const server = createAuthorizationServer({ ...state, signer, fetch, verifyConstraint: verifyNew });
  const authenticate = createAuthenticate(state);
  const mcp = createMcp({
    tools: TOOLS,
    catalog: CATALOG,
    service,
    name: SERVER_NAME,
    version: VERSION,
    now,
    log,
  });

  const app = new Hono();
  app.use(...logRequests(log, now));
  app.use(checkHost(config), limitBody());
  app.use("/mcp/*", ...checkOrigin(config));
  app.route("/", healthRoutes(deps));
  app.route("/", homeRoutes(config));
  app.route("/", discoveryRoutes({ server, config }));
  app.route("/", oauthRoutes({ server, config }));
  app.route("/", mcpRoutes({ config, mcp, authenticate, verifyConstraint: verify, now, log }));
  app.notFound(notFound);
  app.onError(onError(log));
  return app;
}
