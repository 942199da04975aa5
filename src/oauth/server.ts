import type { Bytes } from "../lib/crypto.ts";
import { constraintOfPath } from "../lib/resource-path.ts";
import { authorize } from "./authorize.ts";
import { finishSignIn } from "./callback.ts";
import { registerClient } from "./client.ts";
import { createClientDocuments } from "./client-metadata-document.ts";
import { decide } from "./consent.ts";
import type { OAuthDeps } from "./context.ts";
import type { Cookies, Decision } from "./decision.ts";
import { endAtSentry } from "./end-at-sentry.ts";
import { createGrants, type SentryTokens, type StoredGrant } from "./grant.ts";
import { createGrantIndex } from "./grant-index.ts";
import { createGrantsDesk, type GrantsDesk } from "./grants-desk.ts";
import { authorizationServerMetadata, protectedResourceMetadata } from "./metadata.ts";
import { revokeToken } from "./revoke.ts";
import { createSentryOAuth } from "./sentry-client.ts";
import { issueTokens } from "./token.ts";
import type { TokenResponse } from "./token-response.ts";

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
  readonly grantsDesk: GrantsDesk;
  /** For whoever meets a revoked grant with its secret in hand. */
  endAtSentry(grant: StoredGrant, secret: Bytes, unsaved?: SentryTokens): Promise<void>;
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
  const documents = createClientDocuments(deps);
  const index = createGrantIndex({ ...deps, grants });
  const all = { ...deps, sentry, grants, index };
  return {
    metadata: authorizationServerMetadata(config.baseUrl, {
      clientRegistration: config.clientRegistration,
      clientDocuments: config.cimdHosts.length > 0,
    }),
    resourceMetadata(path, origin) {
      if (!constraintOfPath(path)) return undefined;
      return protectedResourceMetadata({ resource: origin + path, issuer: config.baseUrl });
    },
    register: (metadata) =>
      registerClient(metadata, { ...deps, patterns: config.allowedRedirectUriPatterns }),
    authorize: (parameters, cookies) => authorize(parameters, { ...deps, cookies, documents }),
    decide: (form, cookies) => decide(form, { ...all, cookies }),
    finishSignIn: (parameters, cookies) => finishSignIn(parameters, { ...all, cookies }),
    issueTokens: (form, authorization) => issueTokens(form, { ...all, authorization }),
    revokeToken: (form, authorization) => revokeToken(form, { ...all, authorization }),
    grantsDesk: createGrantsDesk(all),
    endAtSentry: (grant, secret, unsaved) => endAtSentry(grant, secret, { ...all, unsaved }),
  };
}
