import { createSandbox } from "../../src/sandbox/sandbox.ts";
import type { SandboxStorage } from "../../src/sandbox/sandbox.ts";

export const START_MS = Date.UTC(2026, 2, 1, 12);
export const REDIRECT_URI = "http://127.0.0.1:4000/oauth/callback";
export const EVERY_SCOPE = ["org:admin", "project:admin", "team:admin", "member:admin", "event:admin"];

/** A sandbox in memory with a clock that tests turn, and the requests that they make most. */
export function startSandbox(options: { baseUrl?: string; storage?: SandboxStorage } = {}) {
  const baseUrl = options.baseUrl ?? "http://localhost:3000/sandbox";
  const clock = { nowMs: START_MS };
  const storage = options.storage ?? memoryStorage();
  const sandbox = createSandbox({ baseUrl, storage, now: () => clock.nowMs });

  const send = (path: string, init?: RequestInit) => sandbox.fetch(new Request(baseUrl + path, init));

  async function json(path: string, init?: RequestInit): Promise<unknown> {
    const response = await send(path, init);
    return await response.json();
  }

  async function switchOn(what: string, body?: object, method = "POST"): Promise<Response> {
    return await send(`/__sandbox/${what}`, { method, ...(body && { body: JSON.stringify(body) }) });
  }

  /** A personal token of this user. */
  async function tokenOf(user: string, scopes: readonly string[] = EVERY_SCOPE): Promise<string> {
    const response = await switchOn("tokens", { user, scopes });
    const { token } = await response.json() as { token: string };
    return token;
  }

  /** The API with a token: `status`, `body`, `link`. */
  async function api(token: string, path: string, init: RequestInit & { region?: string } = {}) {
    const region = init.region ? `/${init.region}` : "";
    const response = await send(`${region}/api/0${path}`, {
      ...init,
      headers: { Authorization: `Bearer ${token}` },
    });
    const body: unknown = await response.json();
    return { status: response.status, link: response.headers.get("Link") ?? "", body };
  }

  function authorizeUrl(more: Record<string, string> = {}): string {
    const query = new URLSearchParams({
      client_id: sandbox.clientId,
      redirect_uri: REDIRECT_URI,
      response_type: "code",
      scope: "org:read event:read",
      state: "state-1",
      ...more,
    });
    return `/oauth/authorize/?${query.toString()}`;
  }

  /** Approves as this user; where the browser is sent. */
  async function approve(user: string, more: Record<string, string> = {}): Promise<URL> {
    const body = new URLSearchParams({ user, op: "approve" });
    const response = await send(authorizeUrl(more), { method: "POST", body });
    return new URL(response.headers.get("Location") ?? "about:blank");
  }

  async function postForm(path: string, form: Record<string, string>, headers: Record<string, string> = {}) {
    const response = await send(path, { method: "POST", body: new URLSearchParams(form), headers });
    const text = await response.text();
    const body: unknown = text ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, body };
  }

  const credentials = { client_id: sandbox.clientId, client_secret: sandbox.clientSecret };

  /** The whole sign-in; the token endpoint's answer. */
  async function signIn(user: string, scope = "org:read event:read"): Promise<Tokens> {
    const code = (await approve(user, { scope })).searchParams.get("code") ?? "";
    const form = { ...credentials, grant_type: "authorization_code", code, redirect_uri: REDIRECT_URI };
    // The shape is what the tests of the token endpoint look at.
    return (await postForm("/oauth/token/", form)).body as Tokens;
  }

  return {
    sandbox,
    storage,
    clock,
    send,
    json,
    switchOn,
    tokenOf,
    api,
    authorizeUrl,
    approve,
    postForm,
    credentials,
    signIn,
  };
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** One member of every item of a JSON list. */
export function each(list: unknown, name: string): unknown[] {
  return Array.isArray(list) ? list.map((item: Record<string, unknown>) => item[name]) : [];
}

export function memoryStorage(): SandboxStorage {
  let kept: string | undefined;
  return {
    read: () => kept,
    write: (text) => {
      kept = text;
    },
  };
}
