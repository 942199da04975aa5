import { challengeOf } from "../../src/lib/crypto.ts";

export const SENTRY_URL = "https://sentry.example/base";
export const CLIENT_SECRET = "c0ffee-client-secret";

interface Call {
  readonly path: string;
  readonly form: URLSearchParams;
  readonly headers: Headers;
}

/** Just enough of Sentry's OAuth: codes, rotation of both tokens in place, revocation, and answers to order. */
export interface FakeSentry {
  readonly fetch: typeof fetch;
  readonly calls: Call[];
  /** What the browser brings back from Sentry's page. */
  approve(authorizeUrl: string): Promise<URLSearchParams>;
  /** The answers to the next token requests, before it answers by itself again. */
  readonly nextAnswers: (() => Response | Promise<Response>)[];
  lifetimeSeconds: number;
  scopes: string | undefined;
  /** Who is signed in at Sentry. */
  user: string;
  isValid(accessToken: string): boolean;
}

export function createFakeSentry(): FakeSentry {
  const codes = new Map<string, { challenge: string; scope: string }>();
  const rows = new Set<{ access: string; refresh: string; scope: string }>();
  let issued = 0;

  const hex = () => (++issued).toString(16).padStart(64, "c0ffee0123456789".repeat(4).slice(0, 60));

  async function answerToken(form: URLSearchParams): Promise<Response> {
    if (form.get("client_secret") !== CLIENT_SECRET) {
      return Response.json({ error: "invalid_client" }, { status: 401 });
    }
    const refused = Response.json({ error: "invalid_grant" }, { status: 400 });
    if (form.get("grant_type") === "authorization_code") {
      const code = form.get("code") ?? "";
      const known = codes.get(code);
      codes.delete(code);
      if (!known || known.challenge !== (await challengeOf(form.get("code_verifier") ?? ""))) return refused;
      const row = { access: hex(), refresh: hex(), scope: known.scope };
      rows.add(row);
      return answerRow(row);
    }
    const row = [...rows].find(({ refresh }) => refresh === form.get("refresh_token"));
    if (!row) return refused;
    if (form.has("scope")) return Response.json({ error: "invalid_request" }, { status: 400 });
    Object.assign(row, { access: hex(), refresh: hex() });
    return answerRow(row);
  }

  function answerRow(row: { access: string; refresh: string; scope: string }): Response {
    return Response.json({
      access_token: row.access,
      refresh_token: row.refresh,
      expires_in: sentry.lifetimeSeconds,
      token_type: "bearer",
      scope: sentry.scopes ?? row.scope,
      user: { id: sentry.user, name: "Ada", email: "ada@example.com" },
    });
  }

  const sentry: FakeSentry = {
    calls: [],
    nextAnswers: [],
    lifetimeSeconds: 2_591_999,
    scopes: undefined,
    user: "7",
    isValid: (accessToken) => [...rows].some(({ access }) => access === accessToken),

    async fetch(input, init) {
      const request = new Request(input, init);
      const { pathname } = new URL(request.url);
      const form = new URLSearchParams(await request.text());
      sentry.calls.push({ path: pathname, form, headers: request.headers });
      if (pathname === "/base/oauth/revoke/") {
        for (const row of rows) {
          if ([row.access, row.refresh].includes(form.get("token") ?? "")) rows.delete(row);
        }
        return new Response(null, { status: 200 });
      }
      const ordered = sentry.nextAnswers.shift();
      return ordered ? ordered() : answerToken(form);
    },

    async approve(authorizeUrl) {
      const asked = new URL(authorizeUrl).searchParams;
      const code = `sentry-code-${++issued}`;
      codes.set(code, { challenge: asked.get("code_challenge") ?? "", scope: asked.get("scope") ?? "" });
      return new URLSearchParams({ code, state: asked.get("state") ?? "" });
    },
  };
  return sentry;
}

/** How many token requests of a kind Sentry has seen. */
export function countOf(sentry: FakeSentry, grantType: "authorization_code" | "refresh_token"): number {
  return sentry.calls.filter(({ form }) => form.get("grant_type") === grantType).length;
}
