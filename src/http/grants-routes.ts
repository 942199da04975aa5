import { type Context, Hono } from "hono";
import type { Config } from "../config.ts";
import type { Log } from "../lib/log.ts";
import { ownOrigins } from "../lib/origins.ts";
import { SKILLS } from "../lib/skills.ts";
import type { Cookies } from "../oauth/decision.ts";
import { OAuthError } from "../oauth/error.ts";
import type { GrantsDesk } from "../oauth/grants-desk.ts";
import { isFormOf, LEAVE, type Visit } from "../oauth/grants-visit.ts";
import { StoreUnavailable } from "../store/store.ts";
import { grantsPage, grantsSignInPage } from "../web/grants-page.ts";
import { type MessagePage, messagePage } from "../web/message-page.ts";
import { readCookies, setCookies } from "./cookies.ts";
import { isFromOwnPage, limitTo, MAX_FORM_BYTES, readForm } from "./form.ts";
import { methodNotAllowed } from "./method.ts";
import { sendPage } from "./page.ts";
import type { RateLimits } from "./rate-limits.ts";
import { sendDecision } from "./send-decision.ts";

interface GrantsRoutesDeps {
  readonly desk: GrantsDesk;
  readonly config: Pick<Config, "baseUrl" | "loopback"> & { readonly sentry: Pick<Config["sentry"], "url"> };
  readonly rateLimits: Pick<RateLimits, "middleware">;
  readonly log: Log;
}

const PATH = "/grants";

/** `/grants`: a user's connected clients, and their end. Nothing here is for clients; everything is a page. */
export function grantsRoutes({ desk, config, rateLimits, log }: GrantsRoutesDeps): Hono {
  const app = new Hono();
  const secure = config.baseUrl.startsWith("https:");
  const sentryHost = new URL(config.sentry.url).host;
  const cookiesOf = (c: Context): Cookies => readCookies(c, { secure });

  // Hono takes this pattern for the bare path, too.
  app.use(`${PATH}/*`, rateLimits.middleware("authorize"));

  app.get(PATH, async (c) => {
    // On loopback there are three names; Sentry sends the browser back to one, where the cookies have to be.
    if (new URL(c.req.url).host !== new URL(config.baseUrl).host) {
      return c.redirect(config.baseUrl + PATH, 303);
    }
    const visit = await desk.visit(cookiesOf(c));
    if (!visit) return sendPage(c, grantsSignInPage({ sentryHost }));
    const grants = (await desk.list(visit)).map((grant) => ({
      ...grant,
      skills: SKILLS.filter(({ id }) => grant.skills.includes(id)).map(({ label }) => label),
    }));
    const revoked = Number(/^\d{1,2}$/.exec(c.req.query("revoked") ?? "")?.[0] ?? 0);
    const { user, formToken } = visit;
    return sendPage(c, grantsPage({ user, sentryHost, formToken, revoked, grants }));
  });

  app.use(`${PATH}/*`, limitTo(MAX_FORM_BYTES), async (c, next) => {
    if (c.req.method !== "POST" || isFromOwnPage(c.req.raw.headers, ownOrigins(config))) return next();
    return refuse(c, 403, {
      title: "This was not sent from our page",
      text: "The form was sent from another site, so nothing was changed",
    });
  });

  app.post(`${PATH}/sign-in`, async (c) => sendDecision(c, await desk.signIn(cookiesOf(c)), { secure }));

  app.post(`${PATH}/revoke`, (c) =>
    withForm(c, async (visit, form) => {
      const grantId = form.get("grant") ?? "";
      const count = await desk.revoke(visit, form.get("all") === "1" ? "all" : { grantId });
      if (count > 0) return c.redirect(`${PATH}?revoked=${count}`, 303);
      return refuse(c, 404, {
        title: "There is nothing to revoke",
        text: "The connection is not in your list, or not any more",
      });
    }));

  app.post(`${PATH}/sign-out`, (c) =>
    withForm(c, async () => {
      setCookies(c, [LEAVE], { secure });
      return c.redirect(PATH, 303);
    }));

  app.all(PATH, methodNotAllowed("GET, HEAD"));
  for (const action of ["sign-in", "revoke", "sign-out"]) {
    app.all(`${PATH}/${action}`, methodNotAllowed("POST"));
  }

  app.onError((error, c) => {
    if (error instanceof OAuthError) {
      return refuse(c, 400, { title: "This form cannot be read", text: error.message });
    }
    if (!(error instanceof StoreUnavailable)) throw error;
    log.error("store.unavailable", { path: c.req.path, message: error.message });
    c.header("Retry-After", "5");
    return refuse(c, 503, {
      title: "The list cannot be read or changed right now",
      text: "The store of this server does not answer. Try again in a moment, and look at the list then",
    });
  });

  /** Only for a form that this very visit was shown. */
  async function withForm(
    c: Context,
    act: (visit: Visit, form: URLSearchParams) => Promise<Response>,
  ): Promise<Response> {
    const form = await readForm(c);
    const visit = await desk.visit(cookiesOf(c));
    if (visit && isFormOf(visit, form)) return act(visit, form);
    return refuse(c, 403, {
      title: "This page has expired",
      text: "You have to sign in again to go on; nothing was changed",
    });
  }

  return app;
}

function refuse(c: Context, status: 400 | 403 | 404 | 503, page: MessagePage): Promise<Response> {
  const link = { href: PATH, label: "Go to the connected applications" };
  return sendPage(c, messagePage({ ...page, link }), { status });
}
