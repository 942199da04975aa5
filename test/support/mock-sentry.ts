import { createHash, randomBytes } from "node:crypto";
import { serve } from "@hono/node-server";
import { mockApi, type TokenRow, userId } from "./mock-sentry-api.ts";
import { type Environment, freePort } from "./servers.ts";

/** Every token of the mock begins so: seen anywhere in an answer of ours, it has leaked. */
export const CANARY = "c0ffee";

export interface LoggedRequest {
  readonly method: string;
  /** Below the base path: `/oauth/token/`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Empty unless the body is a form. */
  readonly form: URLSearchParams;
  readonly authorization?: string;
  readonly atMs: number;
}

/** A person's answer to an authorization request, without a browser. */
export interface Approval {
  /** Default: what was asked for. */
  readonly scopes?: readonly string[];
  /** A login; everybody who is named exists. Default: `ada`. */
  readonly user?: string;
}

export type Reply = (request: Request) => Response | Promise<Response>;

/** A Sentry that does what a test says, and remembers what it was sent. */
export interface MockSentry {
  readonly baseUrl: string;
  /** What a server needs in its environment to use this Sentry. */
  readonly environment: Environment;
  readonly clientSecret: string;
  readonly log: readonly LoggedRequest[];
  /** Forgets the log and every reply that was set; tokens live on. */
  clear(): void;
  /** Answers this path, below the base, in the mock's place; `replyOnce` only the next time. */
  reply(path: string, reply: Reply): void;
  replyOnce(path: string, reply: Reply): void;
  /** What Sentry's page would redirect to when the person agrees: the callback with `code` and `state`. */
  approve(location: string, approval?: Approval): string;
  /** `expires_in` of the tokens that are issued from now on. */
  lifetimeSeconds: number;
  /** Ends every token of a person, as when the application is removed from the account. */
  revokeUser(user?: string): void;
  /** How often a grant type was asked for at the token endpoint. */
  tokenRequests(grantType?: "authorization_code" | "refresh_token"): number;
  stop(): Promise<void>;
}

interface Code {
  readonly user: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly challenge: string;
}

const CLIENT_ID = "mock-sentry-client";
const BASE_PATH = "/upstream";
const THIRTY_DAYS_SECONDS = 30 * 86_400;

export async function startMockSentry(): Promise<MockSentry> {
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}${BASE_PATH}`;
  const clientSecret = `mock-secret-${newToken().slice(0, 32)}`;
  const log: LoggedRequest[] = [];
  const replies = new Map<string, Reply>();
  const repliesOnce = new Map<string, Reply[]>();
  const codes = new Map<string, Code>();
  const rows = new Set<TokenRow>();
  const api = mockApi({ baseUrl, rowOf: (access) => find((row) => row.access === access) });

  function find(matches: (row: TokenRow) => boolean): TokenRow | undefined {
    return [...rows].find(matches);
  }

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname.startsWith(BASE_PATH) ? url.pathname.slice(BASE_PATH.length) : url.pathname;
    const text = await request.clone().text();
    const isForm = request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded");
    const form = new URLSearchParams(isForm ? text : "");
    const authorization = request.headers.get("authorization") ?? undefined;
    log.push({
      method: request.method,
      path,
      query: url.searchParams,
      form,
      authorization,
      atMs: Date.now(),
    });
    const reply = repliesOnce.get(path)?.shift() ?? replies.get(path);
    if (reply) return reply(request);
    const route = `${request.method} ${path}`;
    if (route === "GET /oauth/authorize/") return Response.redirect(mock.approve(request.url), 302);
    if (route === "POST /oauth/token/") return token(form);
    if (route === "POST /oauth/revoke/") return revoke(form);
    return path.startsWith("/api/0/") ? api(request, path.slice("/api/0".length)) : problem("not_found", 404);
  }

  function token(form: URLSearchParams): Response {
    if (!isClient(form)) return problem("invalid_client", 401);
    if (form.get("grant_type") === "refresh_token") {
      // Sentry refuses a scope here.
      if (form.has("scope")) return problem("invalid_request");
      const row = find(({ refresh }) => refresh === form.get("refresh_token"));
      return row ? issue(row) : problem("invalid_grant");
    }
    if (form.get("grant_type") !== "authorization_code") return problem("unsupported_grant_type");
    const code = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
    if (!code || code.redirectUri !== form.get("redirect_uri") || code.challenge !== challenge) {
      return problem("invalid_grant");
    }
    const row = { access: "", refresh: "", expiresAtMs: 0, user: code.user, scopes: code.scopes };
    rows.add(row);
    return issue(row);
  }

  function issue(row: TokenRow): Response {
    row.access = newToken();
    row.refresh = newToken();
    row.expiresAtMs = Date.now() + mock.lifetimeSeconds * 1000;
    return Response.json({
      access_token: row.access,
      refresh_token: row.refresh,
      expires_in: mock.lifetimeSeconds,
      expires_at: new Date(row.expiresAtMs).toISOString(),
      token_type: "Bearer",
      scope: row.scopes.join(" "),
      user: { id: userId(row.user), name: row.user, email: `${row.user}@mock.example` },
    });
  }

  function revoke(form: URLSearchParams): Response {
    if (!isClient(form)) return problem("invalid_client", 401);
    const row = find(({ access, refresh }) => [access, refresh].includes(form.get("token") ?? ""));
    if (row) rows.delete(row);
    return new Response(null, { status: 200 });
  }

  const isClient = (form: URLSearchParams) =>
    form.get("client_id") === CLIENT_ID && form.get("client_secret") === clientSecret;

  const mock: MockSentry = {
    baseUrl,
    clientSecret,
    log,
    lifetimeSeconds: THIRTY_DAYS_SECONDS,
    environment: {
      SENTRY_URL: baseUrl,
      SENTRY_CLIENT_ID: CLIENT_ID,
      SENTRY_CLIENT_SECRET: clientSecret,
      ENCRYPTION_KEY: "only-for-tests-".repeat(3),
    },
    clear() {
      log.length = 0;
      replies.clear();
      repliesOnce.clear();
    },
    reply: (path, reply) => void replies.set(path, reply),
    replyOnce: (path, reply) => void repliesOnce.set(path, [...(repliesOnce.get(path) ?? []), reply]),
    approve(location, { scopes, user = "ada" } = {}) {
      const asked = new URL(location).searchParams;
      const redirectUri = asked.get("redirect_uri") ?? "";
      const code = randomBytes(32).toString("hex").replace(/^c0ffee/, "000000");
      codes.set(code, {
        user,
        redirectUri,
        scopes: scopes ?? (asked.get("scope") ?? "").split(" "),
        challenge: asked.get("code_challenge") ?? "",
      });
      const callback = new URL(redirectUri);
      callback.search = new URLSearchParams({ code, state: asked.get("state") ?? "" }).toString();
      return callback.href;
    },
    revokeUser: (user = "ada") =>
      [...rows].filter((row) => row.user === user).forEach((row) => rows.delete(row)),
    tokenRequests: (grantType) =>
      log.filter(({ path, form }) =>
        path === "/oauth/token/" && (grantType === undefined || form.get("grant_type") === grantType)
      ).length,
    async stop() {
      const closed = new Promise((resolve) => listener.close(resolve));
      if ("closeAllConnections" in listener) listener.closeAllConnections();
      await closed;
    },
  };
  const listener = serve({ fetch: answer, hostname: "127.0.0.1", port });
  await new Promise((resolve) => listener.once("listening", resolve));
  return mock;
}

const newToken = () => CANARY + randomBytes(29).toString("hex");

/** A bare code, as Sentry sends its errors. */
const problem = (error: string, status = 400) => Response.json({ error }, { status });
