import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { getCookie, setCookie } from "hono/cookie";
import type { Config } from "../config.ts";
import { ownOrigins } from "../lib/origins.ts";
import type { Cookies, Decision } from "../oauth/decision.ts";
import { OAuthError, type OAuthErrorCode } from "../oauth/error.ts";
import type { AuthorizationServer } from "../oauth/server.ts";
import { consentPage } from "../web/consent-page.ts";
import { messagePage } from "../web/message-page.ts";
import { anyOrigin } from "./cors.ts";
import { methodNotAllowed } from "./method.ts";
import { sendPage } from "./page.ts";

const MAX_FORM_BYTES = 64 * 1024;
const MAX_REGISTRATION_BYTES = 16 * 1024;

/** What is not 400. @see RFC 6749 §5.2 */
const STATUS: Partial<Record<OAuthErrorCode, 401 | 500 | 503>> = {
  invalid_client: 401,
  server_error: 500,
  temporarily_unavailable: 503,
};

/** `/oauth/{authorize,callback,token,register,revoke}` */
export function oauthRoutes(deps: {
  server: AuthorizationServer;
  config: Pick<Config, "baseUrl" | "loopback">;
}): Hono {
  const { server, config } = deps;
  const app = new Hono();
  const secure = config.baseUrl.startsWith("https:");
  const show = (c: Context, decision: Decision) => respond(c, decision, { secure });
  const cookiesOf = (c: Context) => readCookies(c, { secure });

  app.get("/oauth/authorize", async (c) => show(c, await server.authorize(queryOf(c), cookiesOf(c))));
  app.post("/oauth/authorize", limitTo(MAX_FORM_BYTES), async (c) => {
    if (!isFromOwnPage(c.req.raw.headers, ownOrigins(config))) {
      const text = "The form was sent from another site. Start again in your application";
      return sendPage(c, messagePage({ title: "This was not sent from our page", text }), { status: 403 });
    }
    return show(c, await server.decide(await readForm(c), cookiesOf(c)));
  });
  app.all("/oauth/authorize", methodNotAllowed("GET, HEAD, POST"));

  app.get("/oauth/callback", async (c) => show(c, await server.finishSignIn(queryOf(c), cookiesOf(c))));
  app.all("/oauth/callback", methodNotAllowed("GET, HEAD"));

  app.use("/oauth/register", anyOrigin(["POST"]), limitTo(MAX_REGISTRATION_BYTES));
  app.post("/oauth/register", async (c) => {
    const metadata: unknown = await c.req.json().catch(() => undefined);
    return sendJson(c, await server.register(metadata), 201);
  });
  app.use("/oauth/token", anyOrigin(["POST"]), limitTo(MAX_FORM_BYTES));
  app.post("/oauth/token", async (c) => {
    return sendJson(c, await server.issueTokens(await readForm(c), c.req.header("authorization")), 200);
  });
  app.use("/oauth/revoke", anyOrigin(["POST"]), limitTo(MAX_FORM_BYTES));
  app.post("/oauth/revoke", async (c) => {
    await server.revokeToken(await readForm(c), c.req.header("authorization"));
    return sendJson(c, {}, 200);
  });
  for (const path of ["/oauth/register", "/oauth/token", "/oauth/revoke"]) {
    app.all(path, methodNotAllowed("POST"));
  }

  app.onError((error, c) => {
    if (!(error instanceof OAuthError)) throw error;
    return sendError(c, error);
  });
  return app;
}

const queryOf = (c: Context): URLSearchParams => new URL(c.req.url).searchParams;

const limitTo = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: (c) =>
      c.json({ error: "invalid_request", error_description: `Send at most ${maxSize} bytes` }, 413),
  });

async function readForm(c: Context): Promise<URLSearchParams> {
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") {
    throw new OAuthError("invalid_request", "Send the parameters as application/x-www-form-urlencoded");
  }
  return new URLSearchParams(await c.req.text());
}

/** @see RFC 6749 §5.1: answers with tokens must not be cached */
function sendJson(c: Context, body: object, status: 200 | 201): Response {
  return c.json(body, status, { "cache-control": "no-store", pragma: "no-cache" });
}

function sendError(c: Context, error: OAuthError): Response {
  const status = STATUS[error.code] ?? 400;
  c.header("Cache-Control", "no-store");
  if (status === 503) c.header("Retry-After", "2");
  if (status === 401 && c.req.header("authorization") !== undefined) {
    c.header("WWW-Authenticate", 'Basic realm="oauth"');
  }
  return c.json({ error: error.code, error_description: error.description }, status);
}

/**
 * Browsers name the sender of a form: it has to be our own page. Absent headers are left to the form itself, which
 * opens only with this browser's cookie.
 */
function isFromOwnPage(headers: Headers, origins: readonly string[]): boolean {
  const origin = headers.get("origin");
  if (origin !== null && !origins.includes(origin)) return false;
  return ["same-origin", "none"].includes(headers.get("sec-fetch-site") ?? "none");
}

/** `__Host-` cookies cannot be planted by a neighbour; on loopback http Safari would drop them. */
const prefixOf = ({ secure }: { secure: boolean }): string => (secure ? "__Host-" : "");

function readCookies(c: Context, options: { secure: boolean }): Cookies {
  const prefix = prefixOf(options);
  const ours = Object.entries(getCookie(c)).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(ours.map(([name, value]) => [name.slice(prefix.length), value]));
}

async function respond(c: Context, decision: Decision, options: { secure: boolean }): Promise<Response> {
  for (const { name, value = "", maxAgeSeconds } of decision.cookies) {
    const { secure } = options;
    setCookie(c, prefixOf(options) + name, value, {
      path: "/",
      httpOnly: true,
      sameSite: "Lax",
      secure,
      maxAge: maxAgeSeconds,
    });
  }
  switch (decision.kind) {
    case "consent":
      return sendPage(c, consentPage(decision.consent));
    case "message":
      return sendPage(c, messagePage(decision.message), { status: decision.message.status });
    case "redirect":
      c.header("Cache-Control", "no-store");
      c.header("Referrer-Policy", "no-referrer");
      // 303, so that no browser sends the consent form on (RFC 9700 §4.12).
      c.header("Location", decision.location);
      return c.body(null, 303);
  }
}
