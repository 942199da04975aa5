import { expect } from "vitest";
import type { Reply } from "../../support/mock-sentry.ts";
import { expectPage } from "./browser-answers.ts";
import type { Cases } from "./cases.ts";
import type { Answer } from "./exchange.ts";
import { challengeOf, type Drivers } from "./harness.ts";

const TOKEN = "/oauth/token/";
/** 128 bits in base64url. */
const MIN_STATE_LENGTH = 22;

/** E: this server as a client of Sentry, and what can come back from there. */
export function upstreamCases({ everywhere, whole }: Cases): void {
  everywhere(
    "sends the browser to Sentry with a state and a challenge of its own, and the scopes needed",
    async (d) => {
      const { attempt, location } = await d.upstream({ skills: ["inspect"] });
      const url = new URL(location);
      const asked = Object.fromEntries(url.searchParams);

      expect(`${url.origin}${url.pathname}`).toBe(`${d.sentry.baseUrl}/oauth/authorize/`);
      expect(asked).toMatchObject({
        response_type: "code",
        client_id: d.sentry.environment.SENTRY_CLIENT_ID,
        redirect_uri: `${d.baseUrl}/oauth/callback`,
        code_challenge_method: "S256",
        scope: "org:read project:read team:read event:read",
      });
      expect(asked.state?.length).toBeGreaterThanOrEqual(MIN_STATE_LENGTH);
      expect(asked.state).not.toBe(attempt.state);
      expect(asked.code_challenge).toMatch(/^[\w-]{43}$/);
      expect(asked.code_challenge).not.toBe(challengeOf(attempt.verifier));
      expect(location.length).toBeLessThan(2048);
    },
  );

  whole(
    "asks Sentry for no more than the ticked skills need, and for reading alone when so told",
    async (d) => {
      const client = await d.register();
      const scopesFor = async (skills: string[], readOnly = false) => {
        const { location } = await d.upstream({ client, skills, readOnly });
        return (new URL(location).searchParams.get("scope") ?? "").split(" ").filter((scope) =>
          !scope.endsWith(":read")
        );
      };

      expect(await scopesFor(["inspect"])).toEqual([]);
      // Sentry asks for it of whoever starts an analysis.
      expect(await scopesFor(["inspect", "seer"])).toEqual(["event:write"]);
      expect(await scopesFor(["triage"])).toEqual(["event:write"]);
      expect(await scopesFor(["project-management"])).toEqual(["project:write", "team:write"]);
      expect(await scopesFor(["triage", "project-management"], true)).toEqual([]);
    },
  );

  everywhere(
    "uses a state once, in the browser that has it, and asks Sentry for nothing otherwise",
    async (d) => {
      const { attempt, callbackUrl } = await d.upstream();
      const other = await d.upstream({ jar: d.j2 });
      const wrong: [what: string, change: (url: URL) => void][] = [
        ["missing", (url) => url.searchParams.delete("state")],
        ["empty", (url) => url.searchParams.set("state", "")],
        ["unknown", (url) => url.searchParams.set("state", "x".repeat(43))],
        ["altered", (url) => url.searchParams.set("state", `${url.searchParams.get("state")}x`)],
        ["twice", (url) => url.searchParams.append("state", url.searchParams.get("state") ?? "")],
        ["of another browser", (url) => url.searchParams.set("state", stateOf(other.callbackUrl))],
      ];
      for (const [what, change] of wrong) {
        const url = new URL(callbackUrl);
        change(url);
        expectPage(await d.callback(attempt, url.href), what);
      }
      // The approval of one browser, opened in another: login CSRF.
      expectPage(await d.callback({ ...attempt, jar: d.j2 }, callbackUrl), "in another browser");
      for (const cookie of d.j1.cookies.values()) {
        const value = `${cookie.value.slice(0, -4)}${cookie.value.endsWith("AAAA") ? "BBBB" : "AAAA"}`;
        if (cookie.name.includes("tx")) d.j2.put(cookie.name, value);
      }
      expectPage(await d.callback({ ...attempt, jar: d.j2 }, callbackUrl), "with an altered cookie");

      expect(d.sentry.tokenRequests()).toBe(0);
      expect((await d.callback(attempt, callbackUrl)).location).toContain("code=");
    },
  );

  everywhere("makes one grant of a callback that is opened again, also with the old cookie", async (d) => {
    const { attempt, callbackUrl } = await d.upstream();
    const cookies = [...d.j1.cookies.values()];
    const first = await d.callback(attempt, callbackUrl);
    const code = new URL(first.location ?? "about:blank").searchParams.get("code") ?? "";
    const tokens = (await d.redeem(attempt, code)).json();

    expectPage(await d.callback(attempt, callbackUrl), "without the cookie");
    for (const { name, value } of cookies) d.j1.put(name, value);
    expectPage(await d.callback(attempt, callbackUrl), "with the cookie");

    expect(d.sentry.tokenRequests("authorization_code")).toBe(1);
    const still = await d.whoami(String(tokens.access_token));
    expect([200, 401]).toContain(still.status);
  });

  everywhere("makes one grant of a callback that is opened four times at once", async (d) => {
    const { attempt, callbackUrl } = await d.upstream();
    const cookie = d.j1.header() ?? "";
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() =>
        d.send(callbackUrl, {
          headers: { cookie },
          redirects: [attempt.client.redirectUri],
          mayFailWith: [502],
        })
      ),
    );
    const codes = answers.flatMap(({ location }) =>
      location && new URL(location).searchParams.get("code") || []
    );

    expect(new Set(codes).size).toBe(1);
    expect((await d.redeem(attempt, codes[0] ?? "")).status).toBe(200);
  });

  everywhere("passes on that Sentry was told no, in its own words (RFC 6749 §4.1.2.1)", async (d) => {
    const { attempt, location } = await d.upstream();
    const error = "error=access_denied&error_description=%3Csvg%20onload%3Dalert(1)%3E";
    const denied = await d.callback(attempt, `/oauth/callback?${error}&state=${stateOf(location)}`);
    const unbound = await d.callback(attempt, `/oauth/callback?${error}&state=unknown`);

    const answered = new URL(denied.location ?? "about:blank").searchParams;
    expect([answered.get("error"), answered.get("iss"), answered.get("state")])
      .toEqual(["access_denied", d.baseUrl, attempt.state]);
    expectPage(unbound);
    expect(`${denied.location}${denied.text}${unbound.text}`).not.toMatch(/svg|onload/);
    expect(d.sentry.tokenRequests()).toBe(0);
  });

  whole("takes an answer with both a code and an error for an error", async (d) => {
    const { attempt, callbackUrl } = await d.upstream();
    const answer = await d.callback(attempt, `${callbackUrl}&error=access_denied`);

    expectNoCode(answer, ["access_denied"]);
    expect(d.sentry.tokenRequests()).toBe(0);
  });

  whole("takes no answer that names another issuer (mix-up, RFC 9207 §2.4)", async (d) => {
    const { attempt, callbackUrl } = await d.upstream();
    const iss = encodeURIComponent("https://other.example");
    const answer = await d.callback(attempt, `${callbackUrl}&iss=${iss}`, { mayFailWith: [502] });

    expectNoCode(answer, ["server_error", "temporarily_unavailable", "access_denied"]);
    expect(d.sentry.tokenRequests()).toBe(0);
  });

  everywhere("turns every odd token answer of Sentry's into an error for the client", async (d) => {
    const good = { access_token: "a".repeat(64), token_type: "Bearer", user: { id: "1" } };
    await expectFailures(d, {
      "500": () => new Response("oops", { status: 500 }),
      "503 as HTML": () => html("<h1>Down</h1>", 503),
      "a page": () => html("<h1>Hello</h1>", 200),
      "two megabytes": () => Response.json({ ...good, padding: "x".repeat(2_000_000) }),
      "no JSON": () => new Response('{"access_token":', { headers: { "content-type": "application/json" } }),
      "an array": () => Response.json([good]),
      "null": () => Response.json(null),
      "another token type": () => Response.json({ ...good, token_type: "mac" }),
      "no access token": () => Response.json({ ...good, access_token: undefined }),
      "an access token that is a number": () => Response.json({ ...good, access_token: 1 }),
      "no user": () => Response.json({ ...good, user: undefined }),
      "nothing": () => new Response(null, { status: 204 }),
      "an error": () => Response.json({ error: "invalid_client" }, { status: 401 }),
    });
  });

  whole("waits fifteen seconds at most for a Sentry that says nothing, or never ends", async (d) => {
    const beganMs = Date.now();
    await expectFailures(d, {
      silence: () => new Promise(() => undefined),
      "an answer that drips": () => new Response(new ReadableStream({ pull: drip }), { status: 200 }),
    });

    expect(Date.now() - beganMs).toBeLessThan(15_000);
  });

  everywhere("takes its secret to no address that Sentry redirects it to (RFC 9700 §4.12)", async (d) => {
    const elsewhere = `${d.sentry.baseUrl.replace("127.0.0.1", "localhost")}/elsewhere`;
    for (const status of [301, 302, 307, 308]) {
      await expectFailures(d, {
        [String(status)]: () => new Response(null, { status, headers: { location: elsewhere } }),
      });
    }

    expect(d.sentry.log.filter(({ path }) => path === "/elsewhere")).toEqual([]);
  });

  everywhere(
    "proves itself to Sentry with its callback, its verifier and its secret, in the body",
    async (d) => {
      const { attempt, location, callbackUrl } = await d.upstream();
      await d.callback(attempt, callbackUrl);
      const asked = new URL(location).searchParams;
      const sent = d.sentry.log.find(({ path }) => path === TOKEN);

      expect(sent?.form.get("redirect_uri")).toBe(asked.get("redirect_uri"));
      expect(challengeOf(sent?.form.get("code_verifier") ?? "")).toBe(asked.get("code_challenge"));
      expect([...(sent?.query ?? ["none"])]).toEqual([]);
      for (const { query } of d.sentry.log) expect(query.toString()).not.toContain(d.sentry.clientSecret);
    },
  );

  everywhere("adds code, state and iss to the redirect URI, and changes nothing else of it", async (d) => {
    const redirectUri = "https://app.example/cb?keep=1&x=a%20b+c";
    const client = await d.register({ redirect_uris: [redirectUri] });
    const { landed, code } = await d.obtainCode({ client });

    expect(landed.href.startsWith(`${redirectUri}&`)).toBe(true);
    expect([...landed.searchParams.keys()].sort()).toEqual(["code", "iss", "keep", "state", "x"]);
    expect(landed.searchParams.get("iss")).toBe(d.baseUrl);
    expect(code.length).toBeLessThanOrEqual(512);
    expect(code).toMatch(/^[\x21-\x7e]+$/);
  });

  everywhere("brings the client's state back byte for byte", async (d) => {
    const client = await d.register();
    for (
      const state of [
        "%00",
        "nul\u0000",
        "a+b c",
        " around ",
        "a&b=c;d",
        "\u{1f600} é",
        "=",
        "%",
        "a#b?c",
        '"<\\>',
        "x".repeat(900),
      ]
    ) {
      const { landed } = await d.obtainCode({ client, state });

      expect(landed.searchParams.get("state")).toBe(state);
    }
  });
}

/** Sign-ins side by side, each with its own wrong answer of Sentry's token endpoint. */
async function expectFailures(
  d: Drivers,
  replies: Readonly<Record<string, () => ReturnType<Reply>>>,
): Promise<void> {
  const client = await d.register();
  const replyTo = new Map<string, () => ReturnType<Reply>>();
  const attempts = [];
  for (const [what, reply] of Object.entries(replies)) {
    const { attempt, callbackUrl } = await d.upstream({ client });
    replyTo.set(new URL(callbackUrl).searchParams.get("code") ?? "", reply);
    // Each callback finds its own cookie, however many are under way.
    const cookie = d.j1.header() ?? "";
    attempts.push({ what, attempt, callbackUrl, cookie });
  }
  d.sentry.reply(TOKEN, async (request) => {
    const code = new URLSearchParams(await request.text()).get("code") ?? "";
    return replyTo.get(code)?.() ?? Response.json({ error: "invalid_grant" }, { status: 400 });
  });
  await Promise.all(attempts.map(async ({ what, attempt, callbackUrl, cookie }) => {
    const answer = await d.send(callbackUrl, {
      headers: { cookie },
      redirects: [attempt.client.redirectUri],
      mayFailWith: [502, 503],
    });
    expectNoCode(answer, ["server_error", "temporarily_unavailable"], what);
  }));
}

function expectNoCode(answer: Answer, errors: readonly string[], what = ""): void {
  if (answer.location === undefined) {
    expect(answer.status, what).toBeGreaterThanOrEqual(400);
    return;
  }
  const answered = new URL(answer.location).searchParams;
  expect(errors, what).toContain(answered.get("error"));
  expect(answered.has("code"), what).toBe(false);
}

const stateOf = (url: string) => new URL(url).searchParams.get("state") ?? "";

const html = (body: string, status: number) =>
  new Response(body, { status, headers: { "content-type": "text/html" } });

/** A byte every tenth of a second, for as long as somebody listens. */
async function drip(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  controller.enqueue(new Uint8Array([32]));
}
