import { expect } from "vitest";
import { upload } from "../../support/upload.ts";
import type { Cases } from "./cases.ts";
import { basic, challengeOf, REDIRECT_URI, tokensOf } from "./harness.ts";
import { changedAt, expectChallenge, expectRefusal } from "./refusal.ts";
import { LIFETIMES } from "./target.ts";

/** The token endpoint and authorization codes. */
export function codeCases(cases: Cases): void {
  answerCases(cases);
  refusalCases(cases);
  requestCases(cases);
}

function answerCases({ everywhere }: Cases): void {
  everywhere("redeems a code for a Bearer token that nobody may cache (RFC 6749 §5.1)", async (drivers) => {
    const { attempt, code } = await drivers.obtainCode({ scope: "inspect" });

    const answer = await drivers.redeem(attempt, code);

    const tokens = tokensOf(answer);
    expect(answer.headers.get("content-type")).toContain("application/json");
    expect(answer.headers.get("cache-control")).toContain("no-store");
    expect(answer.json().token_type).toBe("Bearer");
    expect(tokens.expiresInSeconds).toBeGreaterThan(0);
    expect(tokens.expiresInSeconds).toBeLessThanOrEqual(3600);
    expect(tokens.scope).toBe("inspect");
    expect(tokens.refreshToken).toMatch(/^[\w.~-]+$/);
    expect((await drivers.whoami(tokens.accessToken)).body.result?.isError).toBeFalsy();
  });

  everywhere(
    "gives four requests with one code at once at most one token (RFC 6749 §4.1.2)",
    async (drivers) => {
      const { attempt, code } = await drivers.obtainCode();

      const answers = await Promise.all(Array.from({ length: 4 }, () => drivers.redeem(attempt, code)));

      expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
      for (const answer of answers.filter(({ status }) => status !== 200)) {
        expectRefusal(answer, 400, "invalid_grant");
      }
    },
  );

  everywhere(
    "refuses a code the second time and ends what the first time gave (RFC 6749 §4.1.2)",
    async (drivers) => {
      const first = await drivers.signIn();

      const again = await drivers.redeem(first.attempt, first.code);

      expectRefusal(again, 400, "invalid_grant");
      expectRefusal(await drivers.refresh(first.client, first.refreshToken), 400, "invalid_grant");
      expectChallenge(await drivers.whoami(first.accessToken));
      expect(drivers.sentry.log.filter(({ path }) => path === "/oauth/revoke/")).toHaveLength(1);
    },
  );
}

function refusalCases({ everywhere, whole }: Cases): void {
  everywhere("takes no other verifier, and the right one afterwards (RFC 7636 §4.6)", async (drivers) => {
    const { attempt, code } = await drivers.obtainCode();
    const { verifier } = attempt;

    for (const wrong of [changedAt(verifier, 0), changedAt(verifier, -1), "x".repeat(43), `${verifier}x`]) {
      expectRefusal(await drivers.redeem(attempt, code, { code_verifier: wrong }), 400, "invalid_grant");
    }
    for (const malformed of [undefined, verifier.slice(0, 42), "é".repeat(43), "x".repeat(129)]) {
      expectRefusal(
        await drivers.redeem(attempt, code, { code_verifier: malformed }),
        400,
        /^invalid_(grant|request)$/,
      );
    }
    expect((await drivers.redeem(attempt, code)).status).toBe(200);
  });

  whole("does not take the challenge for the verifier (RFC 7636 §4.6)", async (drivers) => {
    const { attempt, code } = await drivers.obtainCode();

    const answer = await drivers.redeem(attempt, code, { code_verifier: challengeOf(attempt.verifier) });

    expectRefusal(answer, 400, "invalid_grant");
  });

  whole(
    "gives a code to no other client, and to none at another redirect URI (RFC 6749 §4.1.3)",
    async (drivers) => {
      const { attempt, code } = await drivers.obtainCode();
      const other = await drivers.register({ client_name: "Another client" });

      expectRefusal(await drivers.redeem(attempt, code, { client_id: other.clientId }), 400, "invalid_grant");
      for (const redirectUri of [undefined, `${REDIRECT_URI}/`, "http://127.0.0.1:1/callback"]) {
        const answer = await drivers.redeem(attempt, code, { redirect_uri: redirectUri });
        expectRefusal(answer, 400, /^invalid_(grant|request)$/);
      }
      expect((await drivers.redeem(attempt, code)).status).toBe(200);
    },
  );

  whole("lets a code expire (RFC 6749 §4.1.2)", async (drivers) => {
    const later = drivers.target.later;
    const there = drivers.at(later);
    const { attempt, code } = await there.obtainCode();

    await later.advance(LIFETIMES.CODE_TTL_SECONDS + 1);

    expectRefusal(await there.redeem(attempt, code), 400, "invalid_grant");
  }, { notOn: { vercel: "its store goes by a clock of its own, which the store's tests wait for" } });

  everywhere(
    "refuses a code that was changed or cut, and one that is another kind of token",
    async (drivers) => {
      const { attempt, code } = await drivers.obtainCode();
      const { refreshToken, accessToken } = await drivers.signIn();
      const changed = [6, 12, 40, -12, -2].map((position) => changedAt(code, position));

      for (
        const wrong of [...changed, code.slice(0, -4), `${code}AAAA`, refreshToken, accessToken, "smco_"]
      ) {
        expectRefusal(await drivers.redeem(attempt, wrong), 400, "invalid_grant");
      }
      expect((await drivers.redeem(attempt, code)).status).toBe(200);
    },
  );

  whole("refuses the code of another deployment with the same key", async (drivers) => {
    const elsewhere = await drivers.at(drivers.target.later).obtainCode();
    const client = await drivers.register();

    const answer = await drivers.redeem({ ...elsewhere.attempt, client }, elsewhere.code, {
      resource: undefined,
    });

    expectRefusal(answer, 400, "invalid_grant");
  });

  whole("answers another resource than the grant's with invalid_target (RFC 8707 §2.2)", async (drivers) => {
    const { attempt, code } = await drivers.obtainCode({ path: "/mcp/org-a" });
    const resources = [
      `${drivers.baseUrl}/mcp`,
      `${drivers.baseUrl}/mcp/org-b`,
      `${drivers.baseUrl}/mcp/org-a#part`,
      `${drivers.baseUrl}/elsewhere`,
      "https://evil.example/mcp/org-a",
    ];

    for (const resource of resources) {
      expectRefusal(await drivers.redeem(attempt, code, { resource }), 400, "invalid_target");
    }
    expect((await drivers.redeem(attempt, code, { resource: `${attempt.resource}/?x=1` })).status).toBe(200);
  });
}

function requestCases({ everywhere, whole }: Cases): void {
  whole("takes POST alone (RFC 6749 §3.2)", async (drivers) => {
    for (const method of ["GET", "HEAD", "PUT", "DELETE"]) {
      const answer = await drivers.send("/oauth/token?grant_type=authorization_code", { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.get("allow")).toContain("POST");
    }
  });

  everywhere("takes a form alone, and every parameter once (RFC 6749 §3.2)", async (drivers) => {
    const { attempt, code } = await drivers.obtainCode();
    const fields = { grant_type: "authorization_code", code, client_id: attempt.client.clientId };
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const doubled = new URLSearchParams({
      ...fields,
      code_verifier: attempt.verifier,
      redirect_uri: REDIRECT_URI,
    });

    const asJson = await drivers.send("/oauth/token", {
      method: "POST",
      body: JSON.stringify(fields),
      headers: { "content-type": "application/json" },
    });
    expectRefusal(asJson, 400, "invalid_request");
    for (const name of ["grant_type", "code", "client_id", "code_verifier", "redirect_uri"]) {
      const body = `${doubled}&${name}=${encodeURIComponent(doubled.get(name) ?? "")}`;
      const answer = await drivers.send("/oauth/token", { method: "POST", body, headers: form });
      expectRefusal(answer, 400, "invalid_request");
    }
    for (const body of ["", "&&&==", "%", "%ff%fe=%00"]) {
      const answer = await drivers.send("/oauth/token", { method: "POST", body, headers: form });
      expectRefusal(answer, answer.status === 401 ? 401 : 400, /^invalid_(client|request)$/);
    }
    expect((await drivers.redeem(attempt, code)).status).toBe(200);
  });

  everywhere(
    "takes a confidential client's secret in one way, never from the query (RFC 6749 §2.3.1)",
    async (drivers) => {
      const client = await drivers.register({ token_endpoint_auth_method: "client_secret_basic" });
      const { attempt, code } = await drivers.obtainCode({ client });
      const { clientId, clientSecret = "" } = client;
      const header = basic(clientId, clientSecret);
      const inHeader = { client_id: undefined, client_secret: undefined };

      expectRefusal(await drivers.redeem(attempt, code, {}, { headers: header }), 400, "invalid_request");
      const query = new URLSearchParams({ client_id: clientId, client_secret: clientSecret });
      const fromQuery = await drivers.send(`/oauth/token?${query}`, {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "authorization_code",
          code,
          code_verifier: attempt.verifier,
        }),
      });
      expectRefusal(fromQuery, 401, "invalid_client");
      expect((await drivers.redeem(attempt, code, inHeader, { headers: header })).status).toBe(200);
    },
  );

  whole("knows no other grant types than the two it advertises (RFC 6749 §5.2)", async (drivers) => {
    const { clientId } = await drivers.register();
    const types = [
      "password",
      "client_credentials",
      "implicit",
      "urn:ietf:params:oauth:grant-type:device_code",
      "urn:ietf:params:oauth:grant-type:jwt-bearer",
      "urn:ietf:params:oauth:grant-type:token-exchange",
      "__proto__",
    ];

    for (const type of types) {
      const answer = await drivers.token({
        grant_type: type,
        client_id: clientId,
        username: "a",
        password: "b",
      });
      expectRefusal(answer, 400, "unsupported_grant_type");
    }
  });

  everywhere("answers a malformed Basic header with 401 and a challenge (RFC 6749 §5.2)", async (drivers) => {
    const { clientId } = await drivers.register({ token_endpoint_auth_method: "client_secret_basic" });
    const encode = (bytes: Uint8Array | string) => Buffer.from(bytes).toString("base64");
    const credentials = [
      "%%%",
      "",
      encode("without-a-colon"),
      encode(":only-a-secret"),
      encode(Uint8Array.of(0xff, 0xfe, 0x3a, 0xc3, 0x28)),
      encode(`${clientId}:%E0%A4%A`),
      encode(`${clientId}:wrong`),
      encode(`${clientId}:`),
    ];

    for (const each of credentials) {
      const headers = { authorization: `Basic ${each}` };
      const answer = await drivers.token({ grant_type: "authorization_code", code: "x" }, { headers });
      expectRefusal(answer, 401, "invalid_client");
      expect(answer.headers.get("www-authenticate")).toMatch(/^Basic /);
    }
  });

  everywhere("refuses a form of 5 MB before reading it, announced or chunked", async ({ baseUrl }) => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };

    for (const chunked of [false, true]) {
      const startedAtMs = Date.now();
      const status = await upload(`${baseUrl}/oauth/token`, { bytes: 5_000_000, chunked, headers });
      expect([400, 413]).toContain(status);
      expect(Date.now() - startedAtMs).toBeLessThan(3000);
    }
  });

  everywhere(
    "answers a browser's preflight, and no origin with credentials (Fetch §3.2)",
    async (drivers) => {
      const origin = "https://app.example";
      const headers = {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,authorization",
      };

      const preflight = await drivers.send("/oauth/token", { method: "OPTIONS", headers });
      const answer = await drivers.token({ grant_type: "password" }, { headers: { origin } });

      expect(preflight.status).toBeLessThan(300);
      expect(preflight.headers.get("access-control-allow-methods")).toContain("POST");
      expect(preflight.headers.get("access-control-allow-headers")?.toLowerCase()).toContain("authorization");
      for (const { headers } of [preflight, answer]) {
        expect(headers.get("access-control-allow-origin")).toBe("*");
        expect(headers.get("access-control-allow-credentials")).toBeNull();
      }
    },
  );
}
