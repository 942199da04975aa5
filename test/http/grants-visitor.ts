import { Hono } from "hono";
import { onError } from "../../src/http/errors.ts";
import { grantsRoutes } from "../../src/http/grants-routes.ts";
import { createRateLimits } from "../../src/http/rate-limits.ts";
import {
  createHarness,
  type Harness,
  type HarnessOptions,
  locationOf,
  refresh,
  signedIn,
} from "../oauth/harness.ts";

export const COOKIE = "__Host-mcp_grants";

export function createGrantsHarness(options: HarnessOptions = {}) {
  const harness = createHarness(options);
  const { config, now, log, server } = harness;
  const rateLimits = createRateLimits({ config: { trustProxyHops: 0 }, now });
  const app = new Hono().route("/", harness.app).route(
    "/",
    grantsRoutes({ desk: server.grantsDesk, config, rateLimits, log }),
  );
  app.onError(onError(log));
  const send = async (path: string, init?: RequestInit) =>
    app.request(new URL(path, config.baseUrl).href, init);
  return { ...harness, app, send };
}

export type GrantsHarness = ReturnType<typeof createGrantsHarness>;

/** Somebody at `/grants`: keeps cookies, sends the page's forms as a browser would. */
export function createVisitor(harness: GrantsHarness) {
  const { send } = harness;
  const jar = new Map<string, string>();
  const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");

  function keep(response: Response): Response {
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  const visitor = {
    jar,
    get: async (path: string) => keep(await send(path, { headers: { cookie: cookie() } })),
    page: async () => (await visitor.get("/grants")).text(),
    post: async (path: string, form: Record<string, string> = {}, headers: Record<string, string> = {}) =>
      keep(
        await send(path, {
          method: "POST",
          body: new URLSearchParams(form),
          headers: {
            cookie: cookie(),
            origin: harness.config.baseUrl,
            "sec-fetch-site": "same-origin",
            ...headers,
          },
        }),
      ),
    /** To Sentry and back. */
    async signIn(): Promise<Response> {
      const toSentry = locationOf(await visitor.post("/grants/sign-in"));
      return visitor.get(`/oauth/callback?${await harness.sentry.approve(toSentry.href)}`);
    },
    formToken: async () => /name="form" value="([^"]+)"/.exec(await visitor.page())?.[1] ?? "",
    grantIds: async () =>
      [...(await visitor.page()).matchAll(/name="grant" value="([^"]+)"/g)].map(([, id]) => id ?? ""),
  };
  return visitor;
}

/** Two clients of user 7, and that user at `/grants`. */
export async function visited(options: HarnessOptions = {}) {
  const harness = createGrantsHarness(options);
  const first = await signedIn(harness);
  harness.clock.nowMs += 60_000;
  const second = await signedIn(harness);
  const visitor = createVisitor(harness);
  await visitor.signIn();
  const form = await visitor.formToken();
  const [secondId = "", firstId = ""] = await visitor.grantIds();
  return { harness, visitor, form, first: { ...first, id: firstId }, second: { ...second, id: secondId } };
}

export async function isAlive(
  harness: Harness,
  { clientId, tokens }: { clientId: string; tokens: { refresh_token: string } },
): Promise<boolean> {
  return (await refresh(harness, clientId, tokens.refresh_token)).status === 200;
}
