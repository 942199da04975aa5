import { Hono } from "hono";
import type { Context } from "hono";
import { challengeOf, randomBytes, toHex } from "../lib/crypto.ts";
import type { ApiEnv } from "./access.ts";
import { CLIENT_ID, CLIENT_SECRET } from "./oauth-client.ts";
import type { Codes } from "./oauth-codes.ts";
import type { State, TokenRow } from "./state.ts";
import { PEOPLE } from "./world/directory.ts";

/** Sentry's access tokens live 30 days; what is left of them at the answer is a second less. */
const TOKEN_LIFETIME_MS = 30 * 86_400_000;

interface Desk {
  readonly state: State;
  readonly codes: Codes;
  now(): number;
}

/** `/oauth/token/` and `/oauth/revoke/`; errors are a bare code, as Sentry sends them. */
export function tokenRoutes(desk: Desk): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();

  routes.post("/oauth/token/", async (c) => {
    c.header("Cache-Control", "no-store");
    const form = await readForm(c);
    if (!form) return refuse(c, "invalid_request");
    const refused = refuseClient(c, form);
    if (refused) return refused;
    if (form.get("grant_type") === "authorization_code") return redeemCode(c, form);
    if (form.get("grant_type") === "refresh_token") return refresh(c, form);
    return refuse(c, form.has("grant_type") ? "unsupported_grant_type" : "invalid_request");
  });

  // RFC 7009 §2.2: an unknown token is a success too. Either token names the row, and the row has both.
  routes.post("/oauth/revoke/", async (c) => {
    const form = await readForm(c);
    if (!form?.get("token")) return refuse(c, "invalid_request");
    const refused = refuseClient(c, form);
    if (refused) return refused;
    const token = form.get("token") ?? "";
    const row = desk.state.tokenByAccess(token) ?? desk.state.tokenByRefresh(token);
    if (row?.kind === "oauth") {
      c.set("login", row.login);
      desk.state.changeToken({ remove: row });
    }
    return c.body(null, 200);
  });

  async function redeemCode(c: Context<ApiEnv>, form: URLSearchParams): Promise<Response> {
    const code = form.get("code");
    if (!code) return refuse(c, "invalid_request");
    const grant = desk.codes.redeem(code);
    if (!grant || grant.redirectUri !== form.get("redirect_uri")) return refuse(c, "invalid_grant");
    const verifier = form.get("code_verifier") ?? "";
    if (grant.challenge !== undefined && grant.challenge !== await challengeOf(verifier)) {
      return refuse(c, "invalid_grant");
    }
    const row = newRow(grant);
    desk.state.changeToken({ add: row });
    return sendTokens(c, row);
  }

  /** Both tokens change in place: the old ones stop at once, and nothing tells a replay from nonsense. */
  function refresh(c: Context<ApiEnv>, form: URLSearchParams): Response {
    const token = form.get("refresh_token");
    if (!token || form.has("scope")) return refuse(c, "invalid_request");
    const old = desk.state.tokenByRefresh(token);
    if (!old) return refuse(c, "invalid_grant");
    const row = newRow(old);
    desk.state.changeToken({ remove: old, add: row });
    return sendTokens(c, row);
  }

  function newRow({ login, scopes }: Pick<TokenRow, "login" | "scopes">): TokenRow {
    return {
      kind: "oauth",
      access: toHex(randomBytes(32)),
      refresh: toHex(randomBytes(32)),
      login,
      scopes,
      expiresAtMs: desk.now() + TOKEN_LIFETIME_MS,
    };
  }

  function sendTokens(c: Context<ApiEnv>, row: TokenRow): Response {
    c.set("login", row.login);
    const person = PEOPLE.find(({ login }) => login === row.login);
    return c.json({
      access_token: row.access,
      refresh_token: row.refresh,
      expires_in: TOKEN_LIFETIME_MS / 1000 - 1,
      expires_at: new Date(desk.now() + TOKEN_LIFETIME_MS).toISOString(),
      token_type: "Bearer",
      scope: row.scopes.join(" "),
      user: { id: person?.id, name: person?.name, email: person?.email },
    });
  }

  return routes;
}

/** Undefined unless it is a form that says nothing twice (RFC 6749 §3.2). */
async function readForm(c: Context): Promise<URLSearchParams | undefined> {
  if (!c.req.header("Content-Type")?.startsWith("application/x-www-form-urlencoded")) return undefined;
  const form = new URLSearchParams(await c.req.text());
  const names = [...form.keys()];
  return new Set(names).size === names.length ? form : undefined;
}

/** Credentials come in the header or in the body (RFC 6749 §2.3), never in both. */
function refuseClient(c: Context, form: URLSearchParams): Response | undefined {
  const basic = /^Basic\s+(\S+)$/i.exec(c.req.header("Authorization") ?? "")?.[1];
  if (basic !== undefined && form.has("client_secret")) return refuse(c, "invalid_request");
  const [id, secret] = basic === undefined
    ? [form.get("client_id"), form.get("client_secret")]
    : readBasic(basic);
  if (id === CLIENT_ID && secret === CLIENT_SECRET) return undefined;
  c.header("WWW-Authenticate", 'Basic realm="oauth"');
  return c.json({ error: "invalid_client" }, 401);
}

/** Both halves are form-encoded before they are joined (RFC 6749 §2.3.1). */
function readBasic(text: string): (string | undefined)[] {
  try {
    return atob(text).split(":").map((half) => decodeURIComponent(half.replaceAll("+", " ")));
  } catch {
    return [];
  }
}

function refuse(c: Context, error: string): Response {
  return c.json({ error }, 400);
}
