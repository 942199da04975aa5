import { expect } from "vitest";
import type { Cases } from "./cases.ts";
import type { Answer } from "./exchange.ts";
import { basic, type Drivers } from "./harness.ts";
import { mcpPost, sentryTokenOf } from "./mcp-request.ts";
import { changedAt } from "./refusal.ts";
import { serverWith } from "./servers.ts";

/** Other doors, odd requests, and what answers give away. */
export function miscCases(cases: Cases): void {
  broughtTokenCases(cases);
  requestCases(cases);
  disclosureCases(cases);
  limitCases(cases);
}

function broughtTokenCases({ everywhere, whole }: Cases): void {
  everywhere(
    "takes a brought Sentry token under its own scheme, and keeps nothing of it",
    async (drivers) => {
      const token = await sentryTokenOf(drivers, "bringer");
      const keys = await drivers.target.countKeys?.();
      drivers.sentry.clear();

      const answer = await brought(drivers, `Sentry-Bearer ${token}`);

      expect(answer.status, answer.text).toBe(200);
      expect(answer.text).toContain("bringer@");
      expect(drivers.sentry.log.map(({ path }) => path)).toEqual(["/api/0/auth/"]);
      expect(answer.text).not.toMatch(/sm(at|rt|co)_/);
      expect(await drivers.target.countKeys?.()).toBe(keys);
    },
  );

  whole("takes none where the operator has switched that off", async (drivers) => {
    const token = await sentryTokenOf(drivers);
    const off = drivers.at(await serverWith(drivers, { SENTRY_BEARER: "off" }));
    drivers.sentry.clear();

    const answer = await brought(off, `Sentry-Bearer ${token}`);

    expect(answer.status).toBe(401);
    expect(drivers.sentry.log).toEqual([]);
  });
}

function requestCases({ everywhere, whole }: Cases): void {
  everywhere("answers methods that a path does not have with 405 (RFC 9110 §15.5.6)", async (drivers) => {
    await expectNoMethod(drivers, ["PROPFIND", "DELETE", "PATCH"]);
  });

  everywhere("sends no request back that came by TRACE (RFC 9110 §9.3.8)", async (drivers) => {
    await expectNoMethod(drivers, ["TRACE"]);
  }, { notOn: { vercel: "its emulator throws where Vercel itself answers 405" } });

  everywhere("handles no other spelling of a path without a token", async (drivers) => {
    const spellings = [
      "//mcp",
      "/mcp/",
      "/MCP",
      "/mcp%2f",
      "/mcp%2Facme",
      "/%6dcp",
      "/x/../mcp",
      "/x/%2e%2e/mcp",
      "/./mcp",
      "/mcp;x=1",
      "/mcp/acme/",
      "/mcp//acme",
      "/mcp/acme/checkout/more",
      "/mcp\\acme",
      "/oauth/..%2fmcp",
    ];
    for (const path of spellings) {
      const answer = await drivers.sendRaw(path, mcpPost());
      // A platform may mend a path, which is /mcp then, or take the beginning of "//mcp" for a host.
      expect([301, 307, 308, 400, 401, 404, 421], path).toContain(answer.status);
      expect(answer.text, path).not.toContain('"tools"');
    }
    for (
      const path of ["/oauth/token/", "/OAuth/Token", "//oauth/token", "/oauth/token%2f", "/oauth//register"]
    ) {
      const answer = await drivers.sendRaw(path, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "grant_type=password",
      });
      expect([400, 401, 404, 421], path).toContain(answer.status);
    }
    expect(drivers.sentry.log).toEqual([]);
  });

  whole("takes as long over a secret that is wrong at its end as at its beginning", async (drivers) => {
    const client = await drivers.register({ token_endpoint_auth_method: "client_secret_basic" });
    const { clientId, clientSecret = "" } = client;
    const wrong = [changedAt(clientSecret, 5), changedAt(clientSecret, -2)];
    const timesMs: [number[], number[]] = [[], []];
    for (let sample = 0; sample < 500; sample++) {
      const which = sample % 2 === 0 ? 0 : 1;
      const startedAtMs = performance.now();
      await drivers.token({ grant_type: "refresh_token" }, { headers: basic(clientId, wrong[which] ?? "") });
      timesMs[which].push(performance.now() - startedAtMs);
    }

    const [first, last] = timesMs.map(median);
    // Advisory: no network shows the nanoseconds of a comparison, but a way out that is taken early would be seen.
    expect(Math.abs((first ?? 0) - (last ?? 0))).toBeLessThan(0.5 * (first ?? 0));
  });
}

async function expectNoMethod(drivers: Drivers, methods: readonly string[]): Promise<void> {
  const { accessToken } = await drivers.signIn();
  const headers = { authorization: `Bearer ${accessToken}` };
  const paths = ["/mcp", "/oauth/token", "/oauth/authorize", "/oauth/callback", "/oauth/register", "/grants"];
  for (const method of methods) {
    for (const path of paths) {
      const answer = await drivers.sendRaw(path, { method, headers });
      // A platform may turn a method away before we see it.
      expect([400, 405, 501], `${method} ${path}`).toContain(answer.status);
      expect(answer.text).not.toContain(accessToken);
    }
  }
}

function disclosureCases({ everywhere, whole }: Cases): void {
  whole("repeats no token, code or secret that it was shown, in no error and on no page", async (drivers) => {
    const { j1 } = drivers;
    const client = await drivers.register({ token_endpoint_auth_method: "client_secret_post" });
    const secret = "s3cr3t-that-was-presented";
    const fields = {
      client_secret: secret,
      code: secret,
      refresh_token: secret,
      code_verifier: secret.repeat(2),
    };
    const { accessToken } = await drivers.signIn();
    const tampered = changedAt(accessToken, 50);

    const answers: Pick<Answer, "text" | "headers">[] = [
      await drivers.token({ grant_type: "authorization_code", client_id: client.clientId, ...fields }),
      await drivers.token({ grant_type: "authorization_code", ...fields }),
      await drivers.token({ grant_type: secret, client_id: client.clientId }),
      await drivers.refresh(client, secret),
      await drivers.revoke(client, secret, { client_secret: secret }),
      await drivers.token({ grant_type: "refresh_token" }, { headers: basic(client.clientId, secret) }),
      await drivers.send(`/oauth/authorize?client_id=${secret}&redirect_uri=${secret}&state=${secret}`),
      await drivers.send(`/oauth/callback?code=${secret}&state=${secret}`, { jar: j1 }),
      await drivers.send(`/oauth/callback?error=${secret}&error_description=${secret}&state=x`, { jar: j1 }),
      await drivers.send("/oauth/authorize", { method: "POST", body: new URLSearchParams({ form: secret }) }),
      await drivers.sendRaw(`/mcp?access_token=${secret}`, mcpPost({ authorization: `Bearer ${secret}` })),
      await drivers.sendRaw("/mcp", mcpPost({ authorization: `Bearer ${tampered}` })),
      await drivers.sendRaw("/mcp", mcpPost({ authorization: `Basic ${secret}` })),
    ];

    for (const [at, { text, headers }] of answers.entries()) {
      const shown = `${text}\n${[...headers].flat().join("\n")}`;
      expect(shown, `answer ${at}`).not.toContain(secret);
      expect(shown, `answer ${at}`).not.toContain(tampered);
    }
  });

  everywhere("names no framework and shows no stack", async (drivers) => {
    const answers = [
      await drivers.send("/"),
      await drivers.send("/no/such/place"),
      await drivers.send("/oauth/authorize"),
      await drivers.send("/oauth/callback"),
      await drivers.token({}),
      await drivers.tryRegister("{"),
      await drivers.tryRegister({ redirect_uris: 5 }),
      await drivers.sendRaw("/%ff%fe", {}),
      await drivers.sendRaw("/mcp", mcpPost({ authorization: "Bearer ." })),
      await drivers.sendRaw("/oauth/callback", { headers: { cookie: "%E0%A4%A=%E0%A4%A; =; a=b=c" } }),
      await drivers.sendRaw("/oauth/token", {
        method: "POST",
        headers: { "content-type": "%00" },
        body: "x",
      }),
    ];

    for (const { text, headers, url } of answers) {
      expect(headers.get("x-powered-by"), url).toBeNull();
      expect(text, url).not.toMatch(/\bhono\b|node_modules|node:internal|\bat [\w.<>]+ \(|\.ts:\d+|Error:/i);
    }
  });
}

function limitCases({ everywhere }: Cases): void {
  everywhere("counts a client that writes another X-Forwarded-For each time as one", async (drivers) => {
    const limited = drivers.at(await serverWith(drivers, { RATE_LIMIT_PER_MINUTE: "10" }));

    // What these say is the platform's own there, and no client's.
    const isBehindPlatform = ["cloudflare", "vercel"].includes(drivers.target.runtime);

    const answers: Answer[] = [];
    for (let at = 0; at < 40; at++) {
      const address = `198.51.100.${at}`;
      answers.push(
        await limited.tryRegister({ redirect_uris: ["https://app.example/cb"] }, {
          "x-forwarded-for": address,
          forwarded: `for=${address}`,
          "x-client-ip": address,
          "true-client-ip": address,
          ...(isBehindPlatform ? {} : { "cf-connecting-ip": address, "x-real-ip": address }),
        }),
      );
    }

    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(15);
    for (const { headers } of refused) expect(headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    expect(answers.filter(({ status }) => ![201, 429].includes(status))).toEqual([]);
  });
}

const brought = (drivers: Drivers, authorization: string): Promise<Answer> =>
  drivers.sendRaw(
    "/mcp",
    mcpPost({ authorization }, { method: "tools/call", params: { name: "whoami", arguments: {} } }),
  );

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
