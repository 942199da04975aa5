import { expect } from "vitest";
import type { Cases } from "./cases.ts";
import type { Answer } from "./exchange.ts";
import { basic, type Drivers } from "./harness.ts";
import { mcpPost } from "./mcp-request.ts";
import { expectChallenge, expectRefusal } from "./refusal.ts";
import { NO_SHARED_STORE, withSharedStore } from "./servers.ts";
import type { SignedIn, Tokens } from "./sign-in.ts";

/** The revocation endpoint (RFC 7009). */
export function revocationCases(cases: Cases): void {
  effectCases(cases);
  requestCases(cases);
  instanceCases(cases);
}

function effectCases({ everywhere, whole }: Cases): void {
  for (const kind of ["refreshToken", "accessToken"] as const) {
    const name = kind === "refreshToken" ? "a refresh token" : "an access token";
    everywhere(
      `ends the sign-in that ${name} belongs to, at Sentry as well (RFC 7009 §2.1)`,
      async (drivers) => {
        const signedIn = await drivers.signIn();
        expect((await drivers.whoami(signedIn.accessToken)).status).toBe(200);

        const answer = await drivers.revoke(signedIn.client, signedIn[kind]);

        expect(answer.status).toBe(200);
        await expectEnded(drivers, signedIn);
        const upstream = drivers.sentry.log.filter(({ path }) => path === "/oauth/revoke/");
        expect(upstream).toHaveLength(1);
        expect(upstream[0]?.form.get("token")).toMatch(/^c0ffee[0-9a-f]{58}$/);
      },
    );
  }

  everywhere("lets no tool change anything from that moment on", async (drivers) => {
    const signedIn = await drivers.signIn({ skills: ["inspect", "triage"] });
    const change = { organizationSlug: "acme", issueId: "CHECKOUT-7", priority: "low" };
    const before = await drivers.callTool(signedIn.accessToken, "update_issue", change);
    expect(before.body.result?.isError, JSON.stringify(before.body)).toBeFalsy();
    await drivers.revoke(signedIn.client, signedIn.refreshToken);
    drivers.sentry.clear();

    const after = await drivers.callTool(signedIn.accessToken, "update_issue", {
      ...change,
      priority: "high",
    });

    expectChallenge(after);
    expect(drivers.sentry.log.filter(({ method }) => method === "PUT")).toEqual([]);
  });

  whole("ends nothing for another client, and does not say so (RFC 7009 §2.1)", async (drivers) => {
    const owner = await drivers.signIn();
    const thief = await drivers.register({ client_name: "Another client" });

    for (const token of [owner.refreshToken, owner.accessToken]) {
      expect((await drivers.revoke(thief, token)).status).toBe(200);
    }

    expect((await drivers.whoami(owner.accessToken)).status).toBe(200);
    expect((await drivers.refresh(owner.client, owner.refreshToken)).status).toBe(200);
  });

  whole("takes any hint, the wrong one too (RFC 7009 §2.1)", async (drivers) => {
    for (const hint of ["access_token", "refresh_token", "something_else"]) {
      const signedIn = await drivers.signIn();
      const answer = await drivers.revoke(signedIn.client, signedIn.refreshToken, { token_type_hint: hint });
      expect(answer.status).toBe(200);
      await expectEnded(drivers, signedIn);
    }
  });
}

function requestCases({ everywhere, whole }: Cases): void {
  everywhere(
    "answers a token that it does not know like one that it revoked (RFC 7009 §2.2)",
    async (drivers) => {
      const client = await drivers.register();

      for (const token of ["garbage", "smrt_", "smat_AAAA", "x".repeat(20_000), "ünï ©ode %00"]) {
        expect((await drivers.revoke(client, token)).status).toBe(200);
      }
      // A tool call that was refused in the case before may still be on its way there.
      expect(drivers.sentry.log.filter(({ path }) => path.startsWith("/oauth/"))).toEqual([]);
    },
  );

  whole("wants a token, once (RFC 7009 §2.1)", async (drivers) => {
    const client = await drivers.register();

    expectRefusal(await drivers.revoke(client, undefined), 400, "invalid_request");
    const twice = new URLSearchParams([["token", "a"], ["token", "b"], ["client_id", client.clientId]]);
    const answer = await drivers.send("/oauth/revoke", { method: "POST", body: twice });
    expectRefusal(answer, 400, "invalid_request");
  });

  everywhere("wants a confidential client's secret (RFC 7009 §2.1)", async (drivers) => {
    const client = await drivers.register({ token_endpoint_auth_method: "client_secret_post" });
    const { clientId, clientSecret } = client;
    const signedIn = await drivers.signIn({ client });

    for (const secret of [undefined, `${clientSecret}x`, "wrong"]) {
      const answer = await drivers.revoke(client, signedIn.refreshToken, { client_secret: secret });
      expectRefusal(answer, 401, "invalid_client");
    }
    const header = { headers: basic(clientId, "wrong") };
    const none = { client_id: undefined, client_secret: undefined };
    expectRefusal(await drivers.revoke(client, signedIn.refreshToken, none, header), 401, "invalid_client");
    expect((await drivers.whoami(signedIn.accessToken)).status).toBe(200);
  });

  whole("takes POST alone (RFC 7009 §2.1)", async (drivers) => {
    for (const method of ["GET", "HEAD", "DELETE"]) {
      const answer = await drivers.send("/oauth/revoke?token=x", { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.get("allow")).toContain("POST");
    }
  });
}

function instanceCases({ whole }: Cases): void {
  whole(
    "is seen by another instance within its window, and at once by a tool that writes",
    (drivers) =>
      withSharedStore(async (shared) => {
        const { another, later } = drivers.target;
        const settings = {
          ...shared,
          ...later.environment,
          REVOCATION_CACHE_SECONDS: String(WINDOW_SECONDS),
        };
        const first = await another(settings);
        const second = await another({ ...settings, BASE_URL: first.baseUrl });
        const one = drivers.at(first);
        const other = drivers.at({ baseUrl: second.address });
        const signIn = async () => {
          const signedIn = await one.signIn({ skills: ["inspect", "triage"] });
          const call = callerAt(other, new URL(first.baseUrl).host, signedIn);
          // Seen alive, which the other instance remembers for its window.
          expect((await call("whoami")).status).toBe(200);
          return { ...signedIn, call };
        };
        const [reader, writer] = [await signIn(), await signIn()];

        // Sentry would refuse a token that was revoked there, too.
        drivers.sentry.reply("/oauth/revoke/", () => new Response(null, { status: 503 }));
        await one.revoke(writer.client, writer.refreshToken);
        const change = { organizationSlug: "acme", issueId: "CHECKOUT-9", priority: "high" };
        expectChallenge(await writer.call("update_issue", change));
        expect(drivers.sentry.log.filter(({ method }) => method === "PUT")).toEqual([]);

        await one.revoke(reader.client, reader.refreshToken);
        await later.advance(WINDOW_SECONDS);
        expectChallenge(await reader.call("whoami"));
      }),
    { notOn: NO_SHARED_STORE },
  );
}

const WINDOW_SECONDS = 10;

/** Calls tools at a server that goes by the name of another, which `fetch` cannot. */
function callerAt(drivers: Drivers, host: string, { accessToken }: Tokens) {
  return (name: string, args: Record<string, unknown> = {}): Promise<Answer> =>
    drivers.sendRaw(
      "/mcp",
      mcpPost({ host, authorization: `Bearer ${accessToken}` }, {
        method: "tools/call",
        params: { name, arguments: args },
      }),
    );
}

async function expectEnded(drivers: Drivers, signedIn: SignedIn): Promise<void> {
  const { client, refreshToken, accessToken } = signedIn;
  expectRefusal(await drivers.refresh(client, refreshToken), 400, "invalid_grant");
  expectChallenge(await drivers.whoami(accessToken));
}
