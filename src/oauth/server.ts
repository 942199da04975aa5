import { constraintOfPath } from "../lib/resource-path.ts";
import { authorize } from "./authorize.ts";
import { finishSignIn } from "./callback.ts";
import { registerClient } from "./client.ts";
import { decide } from "./consent.ts";
import type { OAuthDeps } from "./context.ts";
import type { Cookies, Decision } from "./decision.ts";
import { createGrants } from "./grant.ts";
import { authorizationServerMetadata, protectedResourceMetadata } from "./metadata.ts";
import { revokeToken } from "./revoke.ts";
import { createSentryOAuth } from "./sentry-client.ts";
import { issueTokens, type TokenResponse } from "./token.ts";

/** What MCP clients sign in to: the decisions, without routes. Failures of the JSON endpoints are `OAuthError`s. */
export interface AuthorizationServer {
  readonly metadata: ReturnType<typeof authorizationServerMetadata>;
  /** @param origin As the client spells it. Undefined when `path` is no resource. */
  resourceMetadata(path: string, origin: string): ReturnType<typeof protectedResourceMetadata> | undefined;
  register(metadata: unknown): Promise<Record<string, unknown>>;
  authorize(parameters: URLSearchParams, cookies: Cookies): Promise<Decision>;
  decide(form: URLSearchParams, cookies: Cookies): Promise<Decision>;
  finishSignIn(parameters: URLSearchParams, cookies: Cookies): Promise<Decision>;
  issueTokens(form: URLSearchParams, authorization?: string): Promise<TokenResponse>;
  revokeToken(form: URLSearchParams, authorization?: string): Promise<void>;
}

export function createAuthorizationServer(deps: OAuthDeps): AuthorizationServer {
  const { config } = deps;
  const { url, clientId, clientSecret } = config.sentry;
  if (clientId === undefined || clientSecret === undefined) {
    throw new TypeError("Cannot sign anybody in: SENTRY_CLIENT_ID and SENTRY_CLIENT_SECRET are missing");
  }
  const redirectUri = `${config.baseUrl}/oauth/callback`;
  const sentry = createSentryOAuth({ ...deps, url, clientId, clientSecret, redirectUri });
  const grants = createGrants({ ...deps, codeSeconds: config.ttl.codeSeconds });
  const all = { ...deps, sentry, grants };
  return {
    metadata: authorizationServerMetadata(config.baseUrl),
    resourceMetadata(path, origin) {
      if (!constraintOfPath(path)) return undefined;
      return protectedResourceMetadata({ resource: origin + path, issuer: config.baseUrl });
    },
    register: (metadata) =>
      registerClient(metadata, { ...deps, patterns: config.allowedRedirectUriPatterns }),
    authorize: (parameters, cookies) => authorize(parameters, { ...deps, cookies }),
    decide: (form, cookies) => decide(form, { ...all, cookies }),
    finishSignIn: (parameters, cookies) => finishSignIn(parameters, { ...all, cookies }),
    issueTokens: (form, authorization) => issueTokens(form, { ...all, authorization }),
    revokeToken: (form, authorization) => revokeToken(form, { ...all, authorization }),
  };
}
