import * as oauth from "oauth4webapi";
import { concatBytes } from "../lib/crypto.ts";
import type { Log } from "../lib/log.ts";
import { OAuthError } from "./error.ts";
import type { SentryTokens } from "./grant.ts";

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/** When Sentry does not say how long a token lives. */
const ASSUMED_LIFETIME_SECONDS = 3600;

export interface SentrySignIn {
  readonly user: string;
  /** Undefined when Sentry does not say: then it is what was asked for (RFC 6749 §5.1). */
  readonly scopes?: readonly string[];
  readonly tokens: SentryTokens;
}

export type SentryRefresh =
  | { readonly outcome: "refreshed"; readonly tokens: SentryTokens }
  /** Sentry has ended the grant. */
  | { readonly outcome: "refused" }
  /** It is not known whether Sentry has rotated the tokens. */
  | { readonly outcome: "unavailable" };

export interface SentryOAuth {
  authorizeUrl(options: { state: string; challenge: string; scopes: readonly string[] }): string;
  /** @throws {OAuthError} `server_error`, `temporarily_unavailable` */
  exchange(callback: URLSearchParams, options: { state: string; verifier: string }): Promise<SentrySignIn>;
  refresh(tokens: SentryTokens & { readonly refreshToken: string }): Promise<SentryRefresh>;
  /** False when Sentry does not confirm: old self-hosted ones have no such endpoint. */
  revoke(tokens: SentryTokens): Promise<boolean>;
}

/** This server as an OAuth client of Sentry: `/oauth/authorize/`, `/oauth/token/`, `/oauth/revoke/`. */
export function createSentryOAuth(deps: {
  url: string;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  fetch: typeof fetch;
  now: () => number;
  log: Log;
}): SentryOAuth {
  const { url, log, now } = deps;
  const server: oauth.AuthorizationServer = {
    issuer: url,
    authorization_endpoint: `${url}/oauth/authorize/`,
    token_endpoint: `${url}/oauth/token/`,
    revocation_endpoint: `${url}/oauth/revoke/`,
  };
  const client: oauth.Client = { client_id: deps.clientId };
  const authentication = oauth.ClientSecretPost(deps.clientSecret);
  const request = () => ({
    [oauth.customFetch]: (to: string, init: RequestInit) => fetchCapped(deps.fetch, to, init),
    // The configuration has http only for loopback, or where the operator asked for it.
    [oauth.allowInsecureRequests]: url.startsWith("http:"),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });

  function tokensOf(answer: oauth.TokenEndpointResponse, generation: number): SentryTokens {
    const lifetimeSeconds = answer.expires_in ?? ASSUMED_LIFETIME_SECONDS;
    return {
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token,
      expiresAtMs: now() + lifetimeSeconds * 1000,
      lifetimeSeconds,
      generation,
    };
  }

  return {
    authorizeUrl({ state, challenge, scopes }) {
      const parameters = new URLSearchParams({
        response_type: "code",
        client_id: deps.clientId,
        redirect_uri: deps.redirectUri,
        scope: scopes.join(" "),
        state,
        code_challenge: challenge,
        code_challenge_method: "S256",
      });
      return `${url}/oauth/authorize/?${parameters}`;
    },

    async exchange(callback, { state, verifier }) {
      try {
        const checked = oauth.validateAuthResponse(server, client, callback, state);
        const response = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          authentication,
          checked,
          deps.redirectUri,
          verifier,
          request(),
        );
        const answer = await oauth.processAuthorizationCodeResponse(server, client, response);
        return {
          user: userOf(answer),
          scopes: answer.scope?.split(" ").filter(Boolean),
          tokens: tokensOf(answer, 0),
        };
      } catch (cause) {
        log.warn("sentry.exchange_failed", describe(cause));
        const isAnswer = cause instanceof oauth.ResponseBodyError && cause.status < 500;
        throw new OAuthError(
          isAnswer ? "server_error" : "temporarily_unavailable",
          isAnswer
            ? "Sentry did not accept the sign-in"
            : "Sentry did not answer the sign-in as it should: try again",
          { cause },
        );
      }
    },

    async refresh(tokens) {
      try {
        const response = await oauth.refreshTokenGrantRequest(
          server,
          client,
          authentication,
          tokens.refreshToken,
          request(),
        );
        const answer = await oauth.processRefreshTokenResponse(server, client, response);
        const next = tokensOf(answer, tokens.generation + 1);
        return {
          outcome: "refreshed",
          tokens: { ...next, refreshToken: next.refreshToken ?? tokens.refreshToken },
        };
      } catch (cause) {
        log.warn("sentry.refresh_failed", describe(cause));
        const refused = cause instanceof oauth.ResponseBodyError && cause.error === "invalid_grant";
        return { outcome: refused ? "refused" : "unavailable" };
      }
    },

    async revoke(tokens) {
      try {
        const token = tokens.refreshToken ?? tokens.accessToken;
        const response = await oauth.revocationRequest(server, client, authentication, token, request());
        await oauth.processRevocationResponse(response);
        return true;
      } catch (cause) {
        log.warn("sentry.revoke_failed", describe(cause));
        return false;
      }
    },
  };
}

/** Sentry adds `user: { id, name, email }`; only the id is kept. */
function userOf(answer: oauth.TokenEndpointResponse): string {
  const user = answer["user"];
  const id: unknown = typeof user === "object" && user !== null && "id" in user ? user.id : undefined;
  if (typeof id !== "string" && typeof id !== "number") throw new TypeError("Sentry's answer names no user");
  return String(id).slice(0, 32);
}

/** The kind of failure, never the answer: it may carry a token. */
function describe(cause: unknown): Record<string, unknown> {
  if (cause instanceof oauth.ResponseBodyError) return { error: cause.error, status: cause.status };
  if (!(cause instanceof Error)) return { error: "unknown" };
  return { error: "code" in cause && typeof cause.code === "string" ? cause.code : cause.name };
}

/** Reads at most `MAX_ANSWER_BYTES` and follows no redirect, so that the client secret goes nowhere else. */
async function fetchCapped(fetch: OAuthFetch, to: string, init: RequestInit): Promise<Response> {
  const response = await fetch(to, { ...init, redirect: "manual" });
  if (!response.body) return response;
  const reader = response.body.getReader();
  let body = new Uint8Array();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    body = concatBytes(body, read.value);
    if (body.length <= MAX_ANSWER_BYTES) continue;
    await reader.cancel();
    throw new RangeError("Sentry's answer is too long");
  }
  const { status, headers } = response;
  return new Response(body.length === 0 ? null : body, { status, headers });
}

type OAuthFetch = typeof fetch;
