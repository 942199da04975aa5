import { expect } from "vitest";
import { expectError, expectPage } from "./browser-answers.ts";
import type { Cases } from "./cases.ts";

const REMOTE = "https://app.example/cb";

const NOT_REMOTE = [
  "https://app.example/cb/",
  "https://app.example/CB",
  "https://app.example/cb?x",
  "https://app.example/cb%2e",
  "https://app.example/cb/../x",
  "https://app.example/./cb",
  "https://app.example.evil/cb",
  "https://APP.example/cb",
  "http://app.example/cb",
  "https://app.example:444/cb",
  "https://app.example:443/cb",
  "//evil/cb",
  "https://app.example/cb#f",
  "https://user:pw@app.example/cb",
  "https://app.example@evil.example/cb",
  "https://app.example./cb",
  "https://app.example\u3002evil/cb",
  "https://app\uff0eexample/cb",
  "https://app.example/cb\u0000",
  " https://app.example/cb",
  "javascript:alert(1)",
];

/** C: what a client may ask for, before anybody is asked anything. */
export function authorizationCases({ everywhere, whole }: Cases): void {
  everywhere(
    "shows a page and redirects nowhere when the client is unknown (RFC 6749 §4.1.2.1)",
    async (d) => {
      const known = await d.register();
      const ids = ["nobody", "", "smc_", `${known.clientId}x`, known.clientId.slice(0, -2), "x".repeat(4000)];
      for (const client_id of [...ids, undefined]) {
        expectPage(await d.authorize(await d.begin({ client: known, parameters: { client_id } })), client_id);
      }
    },
  );

  whole("takes a remote redirect URI byte for byte (RFC 9700 §4.1.3)", async (d) => {
    const client = await d.register({ redirect_uris: [REMOTE] });
    for (const redirect_uri of NOT_REMOTE) {
      expectPage(await d.authorize(await d.begin({ client, parameters: { redirect_uri } })), redirect_uri);
    }
    expect((await d.authorize(await d.begin({ client }))).status).toBe(200);
  });

  whole("lets a loopback redirect URI choose its port, and nothing else (RFC 8252 §7.3)", async (d) => {
    const client = await d.register({ redirect_uris: ["http://127.0.0.1:1234/cb", REMOTE] });
    const other = { ...client, redirectUri: "http://127.0.0.1:65001/cb" };
    const { landed } = await d.obtainCode({ client: other });
    expect(landed.href.startsWith(`${other.redirectUri}?`)).toBe(true);

    for (
      const redirect_uri of [
        "http://127.0.0.1:1234/other",
        "http://127.0.0.1:1234/cb?x=1",
        "http://127.0.0.1:1234/",
        "http://localhost:1234/cb",
        "http://[::1]:1234/cb",
        "https://127.0.0.1:1234/cb",
        "http://127.0.0.1:99999999/cb",
        "http://127.0.0.1:1234@evil.example/cb",
        "https://app.example:8443/cb",
      ]
    ) {
      expectPage(await d.authorize(await d.begin({ client, parameters: { redirect_uri } })), redirect_uri);
    }
  });

  whole("answers a request without a redirect URI with a page, or uses the only one", async (d) => {
    const answer = await d.authorize(await d.begin({ parameters: { redirect_uri: undefined } }));

    if (answer.status !== 200) expectPage(answer);
    else expect(answer.text).toContain("127.0.0.1:53682");
  });

  whole("asks nobody without PKCE, for public and for confidential clients (RFC 9700 §2.1.1)", async (d) => {
    for (const method of ["none", "client_secret_basic", "client_secret_post"]) {
      const client = await d.register({ token_endpoint_auth_method: method });
      for (
        const parameters of [
          { code_challenge: undefined, code_challenge_method: undefined },
          { code_challenge: undefined },
          { code_challenge: "" },
        ]
      ) {
        const attempt = await d.begin({ client, parameters });
        expectError(attempt, await d.authorize(attempt), ["invalid_request"]);
      }
    }
  });

  whole(
    "takes S256 alone: no plain, no default, no challenge that S256 cannot make (RFC 7636 §4.3)",
    async (d) => {
      const client = await d.register();
      for (
        const parameters of [
          { code_challenge_method: "plain" },
          { code_challenge_method: undefined },
          { code_challenge_method: "s256" },
          { code_challenge: "a" },
          { code_challenge: "x".repeat(44) },
          { code_challenge: `${"x".repeat(42)}=` },
        ]
      ) {
        const attempt = await d.begin({ client, parameters });
        expectError(attempt, await d.authorize(attempt), ["invalid_request"]);
      }
    },
  );

  whole("gives no token to a response type other than code, and says so with state and iss", async (d) => {
    const client = await d.register();
    for (const response_type of ["token", "code id_token", "id_token", "none", "", undefined]) {
      const attempt = await d.begin({ client, parameters: { response_type } });
      const answer = await d.authorize(attempt);

      expectError(attempt, answer, ["unsupported_response_type", "invalid_request"]);
      expect(answer.location ?? "").not.toMatch(/access_token|id_token=|[?&#]code=/);
    }
  });

  whole(
    "forwards no error by itself to an address that anybody can register (RFC 9700 §4.11.2)",
    async (d) => {
      const client = await d.register({ redirect_uris: ["https://evil.example/cb"] });
      for (
        const parameters of [
          { response_type: "token" },
          { code_challenge: undefined },
          { scope: 'in"spect' },
          { resource: "https://other.example/mcp" },
          { prompt: "none", response_type: "bogus" },
        ]
      ) {
        expectPage(await d.authorize(await d.begin({ client, parameters })), JSON.stringify(parameters));
      }
    },
  );

  whole("refuses a parameter that is sent twice (RFC 6749 §3.1)", async (d) => {
    for (const name of ["client_id", "redirect_uri", "state", "code_challenge", "scope", "response_type"]) {
      const attempt = await d.begin({ scope: "inspect" });
      const answer = await d.authorize({ ...attempt, url: `${attempt.url}&${name}=second` });

      expect(answer.text, name).not.toContain("<form");
      if (answer.location === undefined) expectPage(answer, name);
      else expect(new URL(answer.location).searchParams.get("error"), name).toBe("invalid_request");
    }
  });

  whole(
    "takes its own resources alone, one at a time, and /mcp when none is named (RFC 8707 §2)",
    async (d) => {
      const client = await d.register();
      for (
        const resource of [
          "https://other.example/mcp",
          `${d.baseUrl}/mcp#fragment`,
          `${d.baseUrl}/elsewhere`,
          `${d.baseUrl.replace("http:", "https:")}/mcp`,
          d.baseUrl.replace("//", "//user@"),
          `${d.baseUrl}/mcp/../mcp/acme`,
          `${d.baseUrl}.evil.example/mcp`,
          "mcp",
          "x".repeat(3000),
        ]
      ) {
        const attempt = await d.begin({ client, parameters: { resource } });
        expectError(attempt, await d.authorize(attempt), ["invalid_target"]);
      }
      const two = await d.begin({ client });
      const second = encodeURIComponent(`${d.baseUrl}/mcp/acme`);
      expectError(two, await d.authorize({ ...two, url: `${two.url}&resource=${second}` }), [
        "invalid_target",
      ]);

      const none = await d.obtainCode({ client, parameters: { resource: undefined } });
      const answer = await d.redeem(none.attempt, none.code, { resource: undefined });
      expect(answer.status, answer.text).toBe(200);
    },
  );

  whole("drops a query and one trailing slash of a resource", async (d) => {
    const client = await d.register();
    for (const resource of [`${d.baseUrl}/mcp/org-a/`, `${d.baseUrl}/mcp/org-a?skills=inspect`]) {
      const { attempt, code } = await d.obtainCode({ client, parameters: { resource } });
      const tokens = (await d.redeem(attempt, code, { resource })).json();
      const inside = await d.mcp(String(tokens.access_token), "tools/list", {}, { path: "/mcp/org-a" });
      const outside = await d.mcp(String(tokens.access_token), "tools/list", {}, { path: "/mcp" });

      expect([inside.status, outside.status], resource).toEqual([200, 401]);
    }
  });

  whole(
    "narrows a scope that it does not know, and refuses one that no scope may be (RFC 6749 §3.3)",
    async (d) => {
      const attempt = await d.begin({ scope: "inspect openid org:admin everything" });
      const page = await d.authorize(attempt);
      if (page.status === 200) {
        const tokens = await d.signIn({ scope: "inspect openid org:admin everything" });
        expect(tokens.scope).toBe("inspect");
      } else expectError(attempt, page, ["invalid_scope"]);

      for (const scope of ['in"spect', "back\\slash", "bell\u0007", "line\nbreak", "caf\u00e9"]) {
        const odd = await d.begin({ scope });
        expectError(odd, await d.authorize(odd), ["invalid_scope"]);
      }
    },
  );

  everywhere("carries a state with line breaks without splitting a header", async (d) => {
    const state = "x\r\nSet-Cookie: planted=1\r\n\r\n<b>";
    const attempt = await d.begin({ state, jar: d.j2 });
    const denied = await d.deny(attempt, await d.authorize(attempt));
    const { landed } = await d.obtainCode({ state });

    expect(denied.headers.getSetCookie().join()).not.toContain("planted");
    expect([...d.j1.cookies.keys(), ...d.j2.cookies.keys()]).not.toContain("planted");
    expect(new URL(denied.location ?? "about:blank").searchParams.get("state")).toBe(state);
    expect(landed.searchParams.get("state")).toBe(state);
  });

  whole("takes a state of 1 kB, and a longer one or says that it is too long", async (d) => {
    const client = await d.register();
    const fits = "s".repeat(1024);
    const { landed } = await d.obtainCode({ client, state: fits });
    expect(landed.searchParams.get("state")).toBe(fits);

    const attempt = await d.begin({ client, state: "s".repeat(8192) });
    const answer = await d.authorize(attempt);
    if (answer.status !== 200) expectError(attempt, answer, ["invalid_request"]);
  });

  whole("fetches no request object that a request points to (RFC 9101 §10.4.1)", async (d) => {
    const client = await d.register();
    for (
      const parameters of [
        { request_uri: `${d.sentry.baseUrl}/request.jwt` },
        { request: "eyJhbGciOiJub25lIn0.e30." },
        { client_id: `${d.sentry.baseUrl}/client.json` },
      ]
    ) {
      const answer = await d.authorize(await d.begin({ client, parameters }));
      expect(answer.text).not.toContain("<form");
    }
    expect(d.sentry.log).toEqual([]);
  });

  whole("is never silent: prompt=none gets the page or consent_required", async (d) => {
    const { client } = await d.signIn();
    const attempt = await d.begin({ client, parameters: { prompt: "none" } });
    d.sentry.clear();
    const answer = await d.authorize(attempt);

    if (answer.status === 200) expect(answer.text).toContain("<form");
    else expectError(attempt, answer, ["consent_required", "interaction_required"]);
    expect(d.sentry.log).toEqual([]);
  });

  everywhere("takes no authorization request that another site posts", async (d) => {
    const { url } = await d.begin();
    const foreign: Record<string, string>[] = [
      { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
      { origin: "null" },
      {},
    ];
    for (const headers of foreign) {
      const answer = await d.send("/oauth/authorize", {
        body: new URL(url).searchParams,
        headers,
        jar: d.j1,
      });

      expectPage(answer, JSON.stringify(headers));
    }
    expect(d.sentry.log).toEqual([]);
  });
}
