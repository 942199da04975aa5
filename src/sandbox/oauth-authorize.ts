import { Hono } from "hono";
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { randomBytes, toHex } from "../lib/crypto.ts";
import type { ApiEnv } from "./access.ts";
import { approvePage, problemPage } from "./web-pages.ts";
import { CLIENT_ID, isRedirectUri } from "./oauth-client.ts";
import type { Codes, Grant } from "./oauth-codes.ts";
import { includesScope, isScope } from "./scopes.ts";
import type { State } from "./state.ts";
import { personWhoSignsIn } from "./world/directory.ts";

const SESSION_COOKIE = "sandbox_session";

interface Desk {
  readonly basePath: string;
  readonly state: State;
  readonly codes: Codes;
}

type Asked = Omit<Grant, "login">;

/** `GET` shows the approve page, or approves silently as Sentry does; `POST` is the answer of its form. */
export function authorizeRoutes(desk: Desk): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();

  routes.get("/oauth/authorize/", async (c) => {
    const asked = await readRequest(c);
    if (asked instanceof Response) return asked;
    const before = desk.state.approval(getCookie(c, SESSION_COOKIE) ?? "");
    const covered = before && asked.scopes.every((scope) => includesScope(before.scopes, scope));
    if (covered && !c.req.query("force_prompt")) return sendCode(c, { ...asked, login: before.login });
    c.header(
      "Content-Security-Policy",
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    );
    c.header("Cache-Control", "no-store");
    const redirectHost = new URL(asked.redirectUri).host;
    return c.html(approvePage({ scopes: asked.scopes, redirectHost, login: before?.login ?? "ada" }));
  });

  routes.post("/oauth/authorize/", async (c) => {
    if (c.req.header("Sec-Fetch-Site") === "cross-site") {
      return c.html(problemPage("The form was sent from another site."), 403);
    }
    const asked = await readRequest(c);
    if (asked instanceof Response) return asked;
    const form = new URLSearchParams(await c.req.text());
    if (form.get("op") !== "approve") return sendError(c, asked.redirectUri, "access_denied");
    const person = personWhoSignsIn(form.get("user"));
    if (!person) return c.html(problemPage("The form names nobody who can sign in: ada or grace."), 400);
    const session = getCookie(c, SESSION_COOKIE) || toHex(randomBytes(16));
    const before = desk.state.approval(session);
    const scopes = before?.login === person.login ? [...before.scopes, ...asked.scopes] : asked.scopes;
    desk.state.approve(session, { login: person.login, scopes: [...new Set(scopes)] });
    setCookie(c, SESSION_COOKIE, session, { path: desk.basePath || "/", httpOnly: true, sameSite: "Lax" });
    return sendCode(c, { ...asked, login: person.login });
  });

  function sendCode(c: Context<ApiEnv>, grant: Grant): Response {
    c.set("login", grant.login);
    return sendBack(c, grant.redirectUri, { code: desk.codes.issue(grant) });
  }

  return routes;
}

/** What the query asks for; a page when there is no address to send an error to, else a redirect with the error. */
async function readRequest(c: Context): Promise<Asked | Response> {
  const query = new URL(c.req.url).searchParams;
  const redirectUri = query.get("redirect_uri") ?? "";
  if (query.get("client_id") !== CLIENT_ID) return c.html(problemPage("The client id is unknown."), 400);
  if (!isRedirectUri(redirectUri)) return c.html(problemPage("The redirect URI is not registered."), 400);
  if (query.get("response_type") !== "code") return sendError(c, redirectUri, "unsupported_response_type");

  const scopes = (query.get("scope") ?? "").split(" ").filter(Boolean);
  if (!scopes.every(isScope)) return sendError(c, redirectUri, "invalid_scope");

  // PKCE is optional at Sentry, but where it is used it is S256 with a challenge of RFC 7636 §4.2's alphabet.
  const challenge = query.get("code_challenge") ?? undefined;
  const method = query.get("code_challenge_method");
  const isPkceRight = challenge === undefined
    ? method === null
    : method === "S256" && /^[\w.~-]{43,128}$/.test(challenge);
  if (!isPkceRight) return sendError(c, redirectUri, "invalid_request");
  return { redirectUri, scopes, challenge };
}

function sendError(c: Context, redirectUri: string, error: string): Response {
  return sendBack(c, redirectUri, { error });
}

function sendBack(c: Context, redirectUri: string, answer: Record<string, string>): Response {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  const state = c.req.query("state");
  if (state !== undefined) url.searchParams.set("state", state);
  return c.redirect(url.href);
}
