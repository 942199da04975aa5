import { type Context, Hono } from "hono";
import type { Config } from "../config.ts";
import { ownOrigins } from "../lib/origins.ts";
import type { Decision } from "../oauth/decision.ts";
import { OAuthError, type OAuthErrorCode } from "../oauth/error.ts";
import type { AuthorizationServer } from "../oauth/server.ts";
import { messagePage } from "../web/message-page.ts";
import { readCookies } from "./cookies.ts";
import { anyOrigin } from "./cors.ts";
import { isFromOwnPage, limitTo, MAX_FORM_BYTES, readForm } from "./form.ts";
import { methodNotAllowed } from "./method.ts";
import { sendPage } from "./page.ts";
import type { RateLimits } from "./rate-limits.ts";
import { sendDecision } from "./send-decision.ts";

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
  rateLimits: Pick<RateLimits, "middleware">;
}): Hono {
  const { server, config, rateLimits } = deps;
  const app = new Hono();
  const secure = config.baseUrl.startsWith("https:");
  const show = (c: Context, decision: Decision) => sendDecision(c, decision, { secure });
  const cookiesOf = (c: Context) => readCookies(c, { secure });

  const limitAuthorize = rateLimits.middleware("authorize");
  app.use("/oauth/authorize", limitAuthorize);
  app.get("/oauth/authorize", async (c) => show(c, await server.authorize(queryOf(c), cookiesOf(c))));
  app.post("/oauth/authorize", limitTo(MAX_FORM_BYTES), async (c) => {
    if (!isFromOwnPage(c.req.raw.headers, ownOrigins(config))) {
      const text = "The form was sent from another site. Start again in your application";
      return sendPage(c, messagePage({ title: "This was not sent from our page", text }), { status: 403 });
    }
    return show(c, await server.decide(await readForm(c), cookiesOf(c)));
  });
  app.all("/oauth/authorize", methodNotAllowed("GET, HEAD, POST"));

  app.use("/oauth/callback", limitAuthorize);
  app.get("/oauth/callback", async (c) => show(c, await server.finishSignIn(queryOf(c), cookiesOf(c))));
  app.all("/oauth/callback", methodNotAllowed("GET, HEAD"));

  app.use("/oauth/register", anyOrigin(["POST"]), limitTo(MAX_REGISTRATION_BYTES));
  app.post("/oauth/register", rateLimits.middleware("register"), async (c) => {
    if (server.metadata.registration_endpoint === undefined) return c.notFound();
    // RFC 7591 §3.1; and another site's plain form cannot send this type.
    const isJson = /^application\/json *(;|$)/i.test(c.req.header("content-type") ?? "");
    const metadata: unknown = isJson ? await c.req.json().catch(() => undefined) : undefined;
    return sendJson(c, await server.register(metadata), 201);
  });
  app.use("/oauth/token", anyOrigin(["POST"]), limitTo(MAX_FORM_BYTES));
  const limitToken = rateLimits.middleware("token");
  app.post("/oauth/token", limitToken, async (c) => {
    return sendJson(c, await server.issueTokens(await readForm(c), c.req.header("authorization")), 200);
  });
  app.use("/oauth/revoke", anyOrigin(["POST"]), limitTo(MAX_FORM_BYTES));
  app.post("/oauth/revoke", limitToken, async (c) => {
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
