import { createHash, randomBytes } from "node:crypto";
import { type Browser, createBrowser, type Page } from "./browser.ts";

export const REDIRECT_URI = "http://127.0.0.1:53682/callback";

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
  readonly scope: string;
}

export interface SignInOptions {
  readonly baseUrl: string;
  /** Path below the base: `/mcp/acme`. */
  readonly path?: string;
  readonly scope?: string;
  readonly user?: "ada" | "grace";
  readonly skills?: readonly string[];
  readonly clientName?: string;
}

/** Signs in as an MCP client and a person would: discovery, registration, consent, Sentry, token. */
export async function signIn(options: SignInOptions): Promise<Tokens & { readonly clientId: string }> {
  const attempt = await beginSignIn(options);
  const landed = await approveAll(attempt.browser, attempt.authorizeUrl, options);
  const answer = new URL(landed.url).searchParams;
  const code = answer.get("code");
  // Sentry's own answer to us has a code as well.
  if (code === null || !landed.url.startsWith(REDIRECT_URI)) {
    throw new Error(`Signed in without a code: ${landed.url} ${landed.status}\n${landed.text}`);
  }
  if (answer.get("state") !== attempt.state) throw new Error("The state came back changed");
  return { ...(await redeemCode({ ...attempt, code })), clientId: attempt.clientId };
}

export async function redeemCode(options: {
  tokenEndpoint: string;
  code: string;
  clientId: string;
  verifier: string;
  resource: string;
  redirectUri: string;
}): Promise<Tokens> {
  const response = await fetch(options.tokenEndpoint, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code: options.code,
      redirect_uri: options.redirectUri,
      client_id: options.clientId,
      code_verifier: options.verifier,
      resource: options.resource,
    }),
  });
  if (!response.ok) throw new Error(`No token: ${response.status} ${await response.text()}`);
  // The token response's shape is what the OAuth suite checks; here it is taken at its word.
  return (await response.json()) as Tokens;
}

export async function beginSignIn({
  baseUrl,
  path = "/mcp",
  scope,
  clientName = "Test client",
  redirectUri = REDIRECT_URI,
}: SignInOptions & { readonly redirectUri?: string }) {
  const resource = `${baseUrl}${path}`;
  const challenge = (await fetch(resource, { method: "POST" })).headers.get("www-authenticate") ?? "";
  const metadataUrl = /resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? "";
  const resourceMetadata = await json(metadataUrl);
  const issuer = String((resourceMetadata.authorization_servers as unknown[] | undefined)?.[0]);
  const metadata = await json(`${issuer}/.well-known/oauth-authorization-server`);
  const client = await json(String(metadata.registration_endpoint), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_name: clientName,
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: "none",
    }),
  });
  const clientId = String(client.client_id);
  const verifier = randomBytes(32).toString("base64url");
  const state = randomBytes(16).toString("base64url");
  const authorizeUrl = new URL(String(metadata.authorization_endpoint));
  authorizeUrl.search = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    state,
    resource: String(resourceMetadata.resource),
    ...(scope === undefined ? {} : { scope }),
  }).toString();
  const browser = createBrowser({ stopAt: (url) => url.startsWith(redirectUri) });
  return {
    browser,
    redirectUri,
    authorizeUrl: authorizeUrl.href,
    clientId,
    verifier,
    state,
    resource: String(resourceMetadata.resource),
    tokenEndpoint: String(metadata.token_endpoint),
  };
}

/** Consents here, approves at the sandbox, and comes back to the client's redirect URI (or to an error page). */
export async function approveAll(
  browser: Browser,
  authorizeUrl: string,
  { user = "ada", skills }: Pick<SignInOptions, "user" | "skills"> = {},
): Promise<Page> {
  const consent = await browser.open(authorizeUrl);
  const upstream = await browser.submit(consent, {
    press: /approve|allow/i,
    choose: skills ? { skill: skills } : {},
  });
  if (upstream.url.startsWith(REDIRECT_URI) || !upstream.text.includes("<form")) return upstream;
  return browser.submit(upstream, { press: /approve|allow/i, choose: { user } });
}

async function json(url: string, init?: RequestInit): Promise<Record<string, unknown>> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  // Checked field by field where it matters.
  return (await response.json()) as Record<string, unknown>;
}
