import { Hono } from "hono";
import { discoveryRoutes } from "../../src/http/discovery-routes.ts";
import { onError } from "../../src/http/errors.ts";
import { oauthRoutes } from "../../src/http/oauth-routes.ts";
import { createRateLimits } from "../../src/http/rate-limits.ts";
import { createPkce } from "../../src/lib/crypto.ts";
import { createLog, type Log } from "../../src/lib/log.ts";
import { createSealer } from "../../src/lib/seal.ts";
import type { Verification } from "../../src/oauth/context.ts";
import { createAuthorizationServer } from "../../src/oauth/server.ts";
import type { Constraint } from "../../src/sentry/constraint.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import { CLIENT_SECRET, createFakeSentry, type FakeSentry, SENTRY_URL } from "./fake-sentry.ts";

export const REDIRECT = "http://127.0.0.1:8123/cb";

export interface HarnessOptions {
  readonly baseUrl?: string;
  readonly scopes?: readonly string[];
  readonly cimdHosts?: readonly string[];
  readonly clientRegistration?: boolean;
  /** Answers what is not for Sentry. */
  readonly documents?: typeof fetch;
  readonly keys?: string[];
  readonly signingKeys?: string[];
  readonly store?: (now: () => number) => Store;
  readonly accessTokenSeconds?: number;
  readonly refreshGraceSeconds?: number;
  readonly refreshReuse?: "revoke" | "reject";
  readonly verification?: (constraint: Constraint) => Verification;
  /** Instead of the one that keeps redacted `lines`. */
  readonly log?: Log;
  /** Another server over the same store, at the same Sentry and with the same clock. */
  readonly beside?: { readonly clock: { nowMs: number }; readonly store: Store; readonly sentry: FakeSentry };
}

/** A sign-in server over a memory store and a fake Sentry, with a clock to turn. */
export function createHarness(options: HarnessOptions = {}) {
  const clock = options.beside?.clock ?? { nowMs: 1_800_000_000_000 };
  const now = () => clock.nowMs;
  const baseUrl = options.baseUrl ?? "https://mcp.example";
  const config = {
    baseUrl,
    loopback: new URL(baseUrl).hostname === "localhost",
    sentry: { url: SENTRY_URL, clientId: "our-client", clientSecret: CLIENT_SECRET, scopes: options.scopes },
    allowedRedirectUriPatterns: [],
    cimdHosts: options.cimdHosts ?? [],
    clientRegistration: options.clientRegistration ?? true,
    sentryBearer: true,
    refreshReuse: options.refreshReuse ?? "revoke",
    ttl: {
      accessTokenSeconds: options.accessTokenSeconds ?? 1800,
      codeSeconds: 300,
      consentSeconds: 600,
      refreshGraceSeconds: options.refreshGraceSeconds ?? 120,
      refreshIdleSeconds: 30 * 86_400,
      refreshAbsoluteSeconds: 180 * 86_400,
      revocationCacheSeconds: 10,
    },
  };
  const lines: string[] = [];
  const log = options.log ?? createLog({ level: "debug", write: (line) => lines.push(line), now });
  const store = options.beside?.store ?? options.store?.(now) ?? createMemoryStore({ now });
  const sealer = createSealer({ keys: options.keys ?? ["e".repeat(32)], issuer: baseUrl, now });
  const signer = createSealer({ keys: options.signingKeys ?? ["s".repeat(32)], issuer: baseUrl, now });
  const sentry = options.beside?.sentry ?? createFakeSentry();
  const sleep = async (durationMs: number) => {
    clock.nowMs += durationMs;
    await new Promise((resolve) => setImmediate(resolve));
  };
  const server = createAuthorizationServer({
    config,
    sealer,
    signer,
    store,
    fetch: (input, init) => {
      const atSentry = (input instanceof Request ? input.url : String(input)).startsWith(SENTRY_URL);
      return atSentry || !options.documents ? sentry.fetch(input, init) : options.documents(input, init);
    },
    now,
    log,
    sleep,
    verifyConstraint: async (_token, constraint) =>
      options.verification?.(constraint) ?? { outcome: "verified", constraint },
  });
  const rateLimits = createRateLimits({ config: { trustProxyHops: 0 }, now });
  const app = new Hono().route("/", discoveryRoutes({ server, config })).route(
    "/",
    oauthRoutes({ server, config, rateLimits }),
  );
  app.onError(onError(log));
  const send = async (path: string, init?: RequestInit) => app.request(new URL(path, baseUrl).href, init);
  const post = (
    path: string,
    form: Record<string, string> | URLSearchParams | string,
    headers: Record<string, string> = {},
  ) => send(path, { method: "POST", body: new URLSearchParams(form), headers });
  const postJson = (path: string, body: unknown) =>
    send(path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
  return { app, clock, config, lines, log, now, post, postJson, sealer, send, sentry, server, signer, store };
}

export type Harness = ReturnType<typeof createHarness>;

/** A browser's cookie jar, and what a person does with the pages. */
export function createBrowser({ send, post }: Pick<Harness, "send" | "post">) {
  const jar = new Map<string, string>();

  function keep(response: Response): Response {
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");

  return {
    jar,
    get: async (path: string) => keep(await send(path, { headers: { cookie: cookie() } })),
    submit: async (form: URLSearchParams, headers: Record<string, string> = {}) =>
      keep(
        await post("/oauth/authorize", form, {
          cookie: cookie(),
          "sec-fetch-site": "same-origin",
          ...headers,
        }),
      ),
  };
}

/** The consent page's form as it would be sent without a change. */
export function formOf(page: string, decision: "approve" | "deny" = "approve"): URLSearchParams {
  const form = new URLSearchParams();
  form.set("form", /name="form" value="([^"]+)"/.exec(page)?.[1] ?? "");
  for (const [, id] of page.matchAll(/name="skill" value="([^"]+)" checked/g)) form.append("skill", id ?? "");
  form.set("decision", decision);
  return form;
}

export async function register(harness: Harness, metadata: Record<string, unknown> = {}) {
  const body = {
    client_name: "Test client",
    redirect_uris: [REDIRECT],
    token_endpoint_auth_method: "none",
    ...metadata,
  };
  const response = await harness.postJson("/oauth/register", body);
  const answer: unknown = await response.json();
  // A registration answers an object; a refused one shows in the tests that use it.
  return answer as { client_id: string; client_secret?: string };
}

export async function authorizePath(clientId: string, parameters: Record<string, string | undefined> = {}) {
  const { verifier, challenge } = await createPkce();
  const all: Record<string, string | undefined> = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: REDIRECT,
    code_challenge: challenge,
    code_challenge_method: "S256",
    state: "client-state",
    ...parameters,
  };
  const given = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return { path: `/oauth/authorize?${new URLSearchParams(given)}`, verifier };
}

export const locationOf = (response: Response): URL =>
  new URL(response.headers.get("location") ?? "about:blank");

export interface SignIn {
  readonly clientId: string;
  readonly code: string;
  readonly verifier: string;
}

/** From registration to the code in the client's hands. */
export async function signIn(
  harness: Harness,
  options: { parameters?: Record<string, string>; form?: (form: URLSearchParams) => void } = {},
): Promise<SignIn> {
  const { client_id: clientId } = await register(harness);
  const browser = createBrowser(harness);
  const { path, verifier } = await authorizePath(clientId, options.parameters);
  const form = formOf(await (await browser.get(path)).text());
  options.form?.(form);
  const toSentry = locationOf(await browser.submit(form));
  const back = await harness.sentry.approve(toSentry.href);
  const done = locationOf(await browser.get(`/oauth/callback?${back}`));
  return { clientId, verifier, code: done.searchParams.get("code") ?? "" };
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
  readonly scope: string;
}

export const redeem = (
  harness: Harness,
  { clientId, code, verifier }: SignIn,
  changes: Record<string, string> = {},
) =>
  harness.post("/oauth/token", {
    grant_type: "authorization_code",
    client_id: clientId,
    code,
    code_verifier: verifier,
    redirect_uri: REDIRECT,
    ...changes,
  });

export const refresh = (
  harness: Harness,
  clientId: string,
  refreshToken: string,
  changes: Record<string, string> = {},
) =>
  harness.post("/oauth/token", {
    grant_type: "refresh_token",
    client_id: clientId,
    refresh_token: refreshToken,
    ...changes,
  });

/** The tokens of an answer that has to be one. */
export async function tokensOf(response: Response): Promise<Tokens> {
  const body: unknown = await response.json();
  if (response.status !== 200) {
    throw new Error(`Expected tokens, got ${response.status}: ${JSON.stringify(body)}`);
  }
  return body as Tokens;
}

export async function signedIn(harness: Harness, options: Parameters<typeof signIn>[1] = {}) {
  const started = await signIn(harness, options);
  const tokens = await tokensOf(await redeem(harness, started));
  return { ...started, tokens };
}

export async function errorOf(response: Response): Promise<string> {
  const body: unknown = await response.json();
  return `${response.status} ${(body as { error?: string }).error}`;
}
