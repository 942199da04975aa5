import { expect } from "vitest";
import type { Cases } from "./cases.ts";
import type { Sending } from "./exchange.ts";
import { basic, type Fields, tokensOf } from "./harness.ts";
import { changedAt, expectChallenge, expectRefusal } from "./refusal.ts";
import { OTHER_KEY, serverWith } from "./servers.ts";
import { LIFETIMES } from "./target.ts";

const THIRTY_DAYS_SECONDS = 30 * 86_400;
/** How long Sentry's tokens live in cases that see their end; half of it is less than an access token's life. */
const SENTRY_SECONDS = 3000;

/** Refresh tokens, and Sentry's behind them. */
export function refreshCases(cases: Cases): void {
  rotationCases(cases);
  bindingCases(cases);
  upstreamCases(cases);
}

function rotationCases({ everywhere, whole }: Cases): void {
  everywhere("rotates both tokens and keeps the scope (RFC 9700 §4.14.2)", async (drivers) => {
    const first = await drivers.signIn({ skills: ["inspect", "triage"] });

    const second = tokensOf(await drivers.refresh(first.client, first.refreshToken));

    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(second.accessToken).not.toBe(first.accessToken);
    expect(second.scope).toBe(first.scope);
    expect((await drivers.whoami(second.accessToken)).status).toBe(200);
  });

  everywhere(
    "answers a lost response's retry with the same successor, and goes on from there",
    async (drivers) => {
      const first = await drivers.signIn();
      await drivers.refresh(first.client, first.refreshToken);

      const again = tokensOf(await drivers.refresh(first.client, first.refreshToken));
      const third = tokensOf(await drivers.refresh(first.client, again.refreshToken));
      const fourth = tokensOf(await drivers.refresh(first.client, third.refreshToken));

      expect(new Set([first, again, third, fourth].map((tokens) => tokens.refreshToken)).size).toBe(4);
      expect((await drivers.whoami(fourth.accessToken)).status).toBe(200);
    },
  );

  everywhere("gives twenty refreshes at once one successor, and each a token that works", async (drivers) => {
    const first = await drivers.signIn();

    const answers = await Promise.all(
      Array.from(
        { length: 20 },
        async () => tokensOf(await drivers.refresh(first.client, first.refreshToken)),
      ),
    );

    expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    const calls = await Promise.all(answers.map(({ accessToken }) => drivers.whoami(accessToken)));
    expect(calls.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(drivers.sentry.tokenRequests("refresh_token")).toBe(0);
  });

  everywhere(
    "ends the whole sign-in when a token two turns back comes again (RFC 9700 §4.14.2)",
    async (drivers) => {
      const first = await drivers.signIn();
      const second = tokensOf(await drivers.refresh(first.client, first.refreshToken));
      const third = tokensOf(await drivers.refresh(first.client, second.refreshToken));

      expectRefusal(await drivers.refresh(first.client, first.refreshToken), 400, "invalid_grant");

      for (const { refreshToken } of [second, third]) {
        expectRefusal(await drivers.refresh(first.client, refreshToken), 400, "invalid_grant");
      }
      for (const { accessToken } of [first, second, third]) {
        expectChallenge(
          await drivers.whoami(accessToken),
        );
      }
      expect(drivers.sentry.log.filter(({ path }) => path === "/oauth/revoke/")).toHaveLength(1);
    },
  );

  whole("ends it as well when the last token comes again after its grace", async (drivers) => {
    const later = drivers.target.later;
    const there = drivers.at(later);
    const first = await there.signIn();
    const second = tokensOf(await there.refresh(first.client, first.refreshToken));

    await later.advance(LIFETIMES.REFRESH_GRACE_SECONDS + 1);

    expectRefusal(await there.refresh(first.client, first.refreshToken), 400, "invalid_grant");
    expectRefusal(await there.refresh(first.client, second.refreshToken), 400, "invalid_grant");
  });

  whole("leaves every other sign-in of the same person and client alone", async (drivers) => {
    const first = await drivers.signIn();
    const other = await drivers.signIn({ client: first.client });

    await drivers.revoke(first.client, first.refreshToken);

    expect((await drivers.refresh(other.client, other.refreshToken)).status).toBe(200);
    expect((await drivers.whoami(other.accessToken)).status).toBe(200);
  });
}

function bindingCases({ everywhere, whole }: Cases): void {
  whole("takes a refresh token from its own client alone (RFC 6749 §6)", async (drivers) => {
    const owner = await drivers.signIn();
    const thief = await drivers.register({ client_name: "Another client" });

    expectRefusal(await drivers.refresh(thief, owner.refreshToken), 400, "invalid_grant");

    expect((await drivers.refresh(owner.client, owner.refreshToken)).status).toBe(200);
  });

  everywhere("narrows the access token alone, and never widens it (RFC 6749 §6)", async (drivers) => {
    const first = await drivers.signIn({ skills: ["inspect", "seer"] });

    const wider = await drivers.refresh(first.client, first.refreshToken, { scope: "inspect triage" });
    expectRefusal(wider, 400, "invalid_scope");
    const narrow = tokensOf(await drivers.refresh(first.client, first.refreshToken, { scope: "inspect" }));
    expect(narrow.scope).toBe("inspect");
    const whole = tokensOf(await drivers.refresh(first.client, narrow.refreshToken));
    expect(whole.scope.split(" ").toSorted()).toEqual(["inspect", "seer"]);
  });

  whole("refuses what another deployment or another key has made", async (drivers) => {
    const client = await drivers.register();
    for (const server of [drivers.target.later, await serverWith(drivers, OTHER_KEY)]) {
      const elsewhere = await drivers.at(server).signIn();

      expectRefusal(await drivers.refresh(client, elsewhere.refreshToken), 400, "invalid_grant");
      expectRefusal(await drivers.refresh(elsewhere.client, elsewhere.refreshToken), 401, "invalid_client");
    }
  });

  everywhere("refuses a refresh token that was changed, cut or is another kind of token", async (drivers) => {
    const { client, refreshToken, accessToken, code } = await drivers.signIn();
    const changed = [6, 14, 30, 60, 90].map((at) => changedAt(refreshToken, at));

    for (
      const wrong of [...changed, refreshToken.slice(0, -4), accessToken, code, "smrt_", "x".repeat(5000)]
    ) {
      expectRefusal(await drivers.refresh(client, wrong), 400, "invalid_grant");
    }
    expect((await drivers.refresh(client, refreshToken)).status).toBe(200);
  });

  everywhere(
    "wants a confidential client's secret, in the way it registered (RFC 6749 §6)",
    async (drivers) => {
      for (const method of ["client_secret_basic", "client_secret_post"]) {
        const client = await drivers.register({ token_endpoint_auth_method: method });
        const { attempt, code } = await drivers.obtainCode({ client });
        const { clientId, clientSecret = "" } = client;
        const inHeader = method === "client_secret_basic";
        const right: readonly [Fields, Sending] = inHeader
          ? [{ client_id: undefined, client_secret: undefined }, { headers: basic(clientId, clientSecret) }]
          : [{}, {}];
        const { refreshToken } = tokensOf(await drivers.redeem(attempt, code, ...right));

        const without = await drivers.refresh(client, refreshToken, { client_secret: undefined });
        expectRefusal(without, 401, "invalid_client");
        const wrong = await drivers.refresh(client, refreshToken, { client_secret: `${clientSecret}x` });
        expectRefusal(wrong, 401, "invalid_client");
        expect((await drivers.refresh(client, refreshToken, ...right)).status).toBe(200);
      }
    },
  );

  whole("answers another resource than the grant's with invalid_target (RFC 8707 §2.2)", async (drivers) => {
    const { client, refreshToken } = await drivers.signIn({ path: "/mcp/org-a" });

    for (const path of ["/mcp", "/mcp/org-b", "/mcp/org-a#part"]) {
      const answer = await drivers.refresh(client, refreshToken, { resource: drivers.baseUrl + path });
      expectRefusal(answer, 400, "invalid_target");
    }
    const inside = await drivers.refresh(client, refreshToken, {
      resource: `${drivers.baseUrl}/mcp/org-a/checkout`,
    });
    expect(inside.status).toBe(200);
  });
}

function upstreamCases({ everywhere, whole }: Cases): void {
  everywhere(
    "refreshes once at Sentry for ten refreshes at once, and every access token goes on",
    async (drivers) => {
      const { sentry } = drivers;
      const approval = { user: "near-expiry" };
      const { later } = drivers.target;
      const there = drivers.at(later);
      const first = await withLifetime(sentry, SENTRY_SECONDS, () => there.signIn({ approval }));
      // Due, and good for a while.
      await later.advance(SENTRY_SECONDS / 2 + 1);

      const answers = await Promise.all(
        Array.from(
          { length: 10 },
          async () => tokensOf(await there.refresh(first.client, first.refreshToken)),
        ),
      );

      expect(sentry.tokenRequests("refresh_token")).toBe(1);
      for (const { accessToken } of [first, ...answers]) {
        expect((await there.whoami(accessToken)).status).toBe(200);
      }
    },
  );

  whole("ends the sign-in when Sentry has ended it (RFC 6749 §5.2)", async (drivers) => {
    const { sentry } = drivers;
    const later = drivers.target.later;
    const there = drivers.at(later);
    const first = await withLifetime(
      sentry,
      SENTRY_SECONDS,
      () => there.signIn({ approval: { user: "gone" } }),
    );
    await later.advance(SENTRY_SECONDS);
    sentry.revokeUser("gone");

    expectRefusal(await there.refresh(first.client, first.refreshToken), 400, "invalid_grant");
    expectRefusal(await there.refresh(first.client, first.refreshToken), 400, "invalid_grant");
    expect(sentry.tokenRequests("refresh_token")).toBe(1);
  });

  whole("asks for patience while Sentry fails, and takes the same token later", async (drivers) => {
    const { sentry } = drivers;
    const later = drivers.target.later;
    const there = drivers.at(later);
    const first = await withLifetime(
      sentry,
      SENTRY_SECONDS,
      () => there.signIn({ approval: { user: "patient" } }),
    );
    await later.advance(SENTRY_SECONDS);
    sentry.reply("/oauth/token/", () => new Response("<h1>Internal error</h1>", { status: 500 }));

    const failed = await there.refresh(first.client, first.refreshToken, {}, { mayFailWith: [503] });
    sentry.clear();
    const again = await there.refresh(first.client, first.refreshToken);

    expectRefusal(failed, 503, "temporarily_unavailable");
    expect(failed.headers.get("retry-after")).toMatch(/^\d+$/);
    expect((await there.whoami(tokensOf(again).accessToken)).status).toBe(200);
  });
}

/** What is signed in meanwhile gets tokens of Sentry's that live so long. */
async function withLifetime<T>(
  sentry: { lifetimeSeconds: number },
  lifetimeSeconds: number,
  run: () => Promise<T>,
): Promise<T> {
  sentry.lifetimeSeconds = lifetimeSeconds;
  try {
    return await run();
  } finally {
    sentry.lifetimeSeconds = THIRTY_DAYS_SECONDS;
  }
}
