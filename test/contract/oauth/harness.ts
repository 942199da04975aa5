import { createHash, randomBytes } from "node:crypto";
import { expect } from "vitest";
import { readForm } from "../../support/browser.ts";
import { type Era, rpc, type RpcAnswer } from "../../support/rpc.ts";
import { type Answer, exchange, exchangeRaw, expectNoSecret, type Sending } from "./exchange.ts";
import { createJar } from "./jar.ts";
import type { Attempt, Client, SignedIn, SignIn, Tokens } from "./sign-in.ts";
import type { Target } from "./target.ts";

/** A native client's usual one: no port at registration, any port when used. */
export const REDIRECT_URI = "http://127.0.0.1:53682/callback";

export interface Drivers extends ReturnType<typeof createSteps> {
  /** The same at another server on the same Sentry, such as `target.later`, with empty browsers. */
  at(other: { readonly baseUrl: string }): Drivers;
}

export function createDrivers(target: Target): Drivers {
  return { ...createSteps(target), at: (other) => createDrivers({ ...target, ...other }) };
}

/** A client, two browsers and a person, each step on its own. Every answer is held to the invariants of `exchange`. */
function createSteps(target: Target) {
  const { baseUrl, sentry } = target;
  const place = { baseUrl, sentry };
  const j1 = createJar();
  const j2 = createJar();

  const send = (path: string, sending?: Sending) => exchange(place, path, sending);

  /** From the challenge to both documents, as a client finds them. */
  async function discover(path = "/mcp") {
    const challenged = await send(path, { method: "POST" });
    const challenge = challenged.headers.get("www-authenticate") ?? "";
    const metadataUrl = /resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? "";
    const resourceMetadata = (await send(metadataUrl)).json();
    const servers = resourceMetadata.authorization_servers;
    const issuer = Array.isArray(servers) ? String(servers[0]) : "";
    const metadata = (await send(`${issuer}/.well-known/oauth-authorization-server`)).json();
    return { challenged, challenge, metadataUrl, resourceMetadata, issuer, metadata };
  }

  /** Any metadata at all, for cases about registration itself. */
  const tryRegister = (metadata: unknown, headers: Record<string, string> = {}) =>
    send("/oauth/register", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof metadata === "string" ? metadata : JSON.stringify(metadata),
    });

  async function register(metadata: Record<string, unknown> = {}): Promise<Client> {
    const asked = {
      client_name: "Suite client",
      redirect_uris: [REDIRECT_URI],
      token_endpoint_auth_method: "none",
      ...metadata,
    };
    const answer = await tryRegister(asked);
    expect(answer.status, answer.text).toBe(201);
    const { client_id, client_secret } = answer.json();
    return {
      clientId: String(client_id),
      clientSecret: typeof client_secret === "string" ? client_secret : undefined,
      redirectUri: String(asked.redirect_uris[0]),
    };
  }

  async function begin(options: SignIn = {}): Promise<Attempt> {
    const client = options.client ?? (await register());
    const verifier = randomBytes(32).toString("base64url");
    const state = options.state ?? randomBytes(16).toString("base64url");
    const resource = `${baseUrl}${options.path ?? "/mcp"}`;
    const parameters: Record<string, string | undefined> = {
      response_type: "code",
      client_id: client.clientId,
      redirect_uri: client.redirectUri,
      code_challenge: challengeOf(verifier),
      code_challenge_method: "S256",
      state,
      resource,
      scope: options.scope,
      ...options.parameters,
    };
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value);
    const url = `${baseUrl}/oauth/authorize?${query}`;
    return { jar: options.jar ?? j1, client, url, verifier, state, resource };
  }

  /** Opens the authorization request: the consent page, or what came in its place. */
  const authorize = ({ jar, url, client }: Attempt, sending: Sending = {}) =>
    send(url, { jar, redirects: loopbackOnly(client), ...sending });

  /** Presses a button of the consent page; `fields` changes what the form sends. */
  function press(
    attempt: Attempt,
    page: Pick<Answer, "url" | "status" | "text">,
    options: { button: RegExp; fields?: (fields: URLSearchParams) => void; sending?: Sending },
  ): Promise<Answer> {
    const form = readForm(page, options.button);
    options.fields?.(form.fields);
    return send(form.action, {
      method: "POST",
      body: form.fields,
      jar: attempt.jar,
      // Only a person's own answer sends the browser to an address that was not approved before.
      redirects: [attempt.client.redirectUri],
      ...options.sending,
      headers: { origin: baseUrl, "sec-fetch-site": "same-origin", ...options.sending?.headers },
    });
  }

  const approve = (
    attempt: Attempt,
    page: Answer,
    choice: Pick<SignIn, "skills" | "readOnly"> & { sending?: Sending } = {},
  ) =>
    press(attempt, page, {
      button: /approve/i,
      sending: choice.sending,
      fields(fields) {
        if (choice.skills) fields.delete("skill");
        for (const skill of choice.skills ?? []) fields.append("skill", skill);
        if (choice.readOnly) fields.set("readonly", "1");
      },
    });

  const deny = (attempt: Attempt, page: Answer) => press(attempt, page, { button: /deny/i });

  /** Up to Sentry's answer: the callback URL that the browser would open next. */
  async function upstream(
    options: SignIn = {},
  ): Promise<{ attempt: Attempt; location: string; callbackUrl: string }> {
    const attempt = await begin(options);
    const page = await authorize(attempt);
    expect(page.status, page.text).toBe(200);
    const approved = await approve(attempt, page, options);
    const location = approved.location ?? "";
    expect(location, approved.text).toMatch(new RegExp(`^${sentry.baseUrl}/oauth/authorize/`));
    return { attempt, location, callbackUrl: sentry.approve(location, options.approval) };
  }

  const callback = (attempt: Attempt, url: string, sending: Sending = {}) =>
    send(url, { jar: attempt.jar, redirects: [attempt.client.redirectUri], ...sending });

  /** Up to the authorization code, not redeemed. */
  async function obtainCode(options: SignIn = {}): Promise<{ attempt: Attempt; code: string; landed: URL }> {
    const { attempt, callbackUrl } = await upstream(options);
    const answer = await callback(attempt, callbackUrl);
    const landed = new URL(answer.location ?? "about:blank");
    const code = landed.searchParams.get("code");
    if (code === null) throw new Error(`No code: ${answer.status} ${answer.location} ${answer.text}`);
    return { attempt, code, landed };
  }

  /** Any request at the token endpoint. An undefined field is left out. */
  function token(fields: Fields, sending: Sending = {}): Promise<Answer> {
    return send("/oauth/token", { method: "POST", body: formOf(fields), ...sending });
  }

  /** Redeems a code as its client would; `fields` changes the request. */
  const redeem = (attempt: Attempt, code: string, fields: Fields = {}, sending?: Sending) =>
    token({
      grant_type: "authorization_code",
      code,
      redirect_uri: attempt.client.redirectUri,
      client_id: attempt.client.clientId,
      client_secret: attempt.client.clientSecret,
      code_verifier: attempt.verifier,
      resource: attempt.resource,
      ...fields,
    }, sending);

  const refresh = (client: Client, refreshToken: string, fields: Fields = {}, sending?: Sending) =>
    token({
      grant_type: "refresh_token",
      refresh_token: refreshToken,
      client_id: client.clientId,
      client_secret: client.clientSecret,
      ...fields,
    }, sending);

  const revoke = (client: Client, value: string | undefined, fields: Fields = {}, sending: Sending = {}) =>
    send("/oauth/revoke", {
      method: "POST",
      body: formOf({
        token: value,
        client_id: client.clientId,
        client_secret: client.clientSecret,
        ...fields,
      }),
      ...sending,
    });

  /** The whole way, from registration to tokens. */
  async function signIn(options: SignIn = {}): Promise<SignedIn> {
    const { attempt, code } = await obtainCode(options);
    const answer = await redeem(attempt, code);
    expect(answer.status, answer.text).toBe(200);
    return { ...tokensOf(answer), attempt, client: attempt.client, code };
  }

  /** One JSON-RPC request with a token; the invariants hold here too. */
  async function mcp(
    accessToken: string | undefined,
    method: string,
    params: Record<string, unknown> = {},
    options: { path?: string; era?: Era } = {},
  ): Promise<RpcAnswer> {
    const answer = await rpc({ baseUrl, token: accessToken, ...options }, method, params);
    const what = `${method} → ${answer.status}`;
    expect(answer.status, what).toBeLessThan(500);
    expectNoSecret(place, what, `${[...answer.headers].flat().join("\n")}\n${JSON.stringify(answer.body)}`);
    return answer;
  }

  const callTool = (
    accessToken: string | undefined,
    name: string,
    args: Record<string, unknown> = {},
    options?: { path?: string; era?: Era },
  ) => mcp(accessToken, "tools/call", { name, arguments: args }, options);

  return {
    target,
    baseUrl,
    sentry,
    j1,
    j2,
    send,
    sendRaw: (path: string, sending?: Parameters<typeof exchangeRaw>[2]) => exchangeRaw(place, path, sending),
    discover,
    tryRegister,
    register,
    begin,
    authorize,
    press,
    approve,
    deny,
    upstream,
    callback,
    obtainCode,
    token,
    redeem,
    refresh,
    revoke,
    signIn,
    mcp,
    callTool,
    whoami: (accessToken: string | undefined, options?: { path?: string; era?: Era }) =>
      callTool(accessToken, "whoami", {}, options),
  };
}

export type Fields = Readonly<Record<string, string | undefined>>;

function formOf(fields: Fields): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.set(name, value);
  return form;
}

export const challengeOf = (verifier: string): string =>
  createHash("sha256").update(verifier).digest("base64url");

/** What a successful answer of the token endpoint says. */
export function tokensOf(answer: Answer): Tokens {
  expect(answer.status, answer.text).toBe(200);
  const { access_token, refresh_token, scope, expires_in } = answer.json();
  return {
    accessToken: String(access_token),
    refreshToken: String(refresh_token),
    scope: String(scope),
    expiresInSeconds: Number(expires_in),
  };
}

/** `Basic` with both halves form-encoded. @see RFC 6749 §2.3.1 */
export function basic(id: string, secret: string): { authorization: string } {
  const text = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`;
  return { authorization: `Basic ${Buffer.from(text).toString("base64")}` };
}

/** Before anybody agreed, only loopback is redirected to. */
const loopbackOnly = ({ redirectUri }: Client) =>
  /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(redirectUri) ? [redirectUri] : [];
