import { createHmac } from "node:crypto";
import { expect } from "vitest";
import { ERAS, post, type RpcAnswer, textOf } from "../../support/rpc.ts";
import type { Cases } from "./cases.ts";
import { mcpPost, sentryTokenOf } from "./mcp-request.ts";
import { changedAt, expectChallenge } from "./refusal.ts";
import { NO_SHARED_STORE, OTHER_KEY, serverWith, withSharedStore } from "./servers.ts";
import { LIFETIMES } from "./target.ts";

/** I: access tokens at MCP, whole, forged and mixed up. */
export function accessTokenCases(cases: Cases): void {
  tokenCases(cases);
  forgeryCases(cases);
  personCases(cases);
}

function tokenCases({ everywhere, whole }: Cases): void {
  everywhere("answers 401 without one good Authorization header (RFC 6750 §3)", async (drivers) => {
    const { accessToken } = await drivers.signIn();
    const bearer = `Bearer ${accessToken}`;
    const headers: Record<string, string | string[]>[] = [
      {},
      { authorization: "" },
      { authorization: "Bearer" },
      { authorization: "Bearer " },
      { authorization: accessToken },
      { authorization: "Basic dXNlcjpwYXNz" },
      { authorization: `Basic ${accessToken}` },
      { authorization: `${bearer}, ${bearer}` },
      { authorization: `${bearer} trailing` },
      { "x-authorization": bearer },
      { cookie: `access_token=${accessToken}` },
    ];

    for (const each of headers) {
      const answer = await drivers.sendRaw("/mcp", mcpPost(each));
      expect(answer.status, JSON.stringify(Object.keys(each))).toBe(401);
      expect(answer.headers.get("www-authenticate")).toContain("resource_metadata=");
    }
    const inQuery = await drivers.sendRaw(`/mcp?access_token=${accessToken}`, mcpPost({}));
    expect(inQuery.status).toBe(401);
    expect(drivers.sentry.log.filter(({ path }) => path.startsWith("/api/"))).toEqual([]);
  });

  everywhere("does not let two Authorization headers through", async (drivers) => {
    const [first, second] = [await drivers.signIn(), await drivers.signIn()];
    const authorization = [`Bearer ${first.accessToken}`, `Bearer ${second.accessToken}`];

    const answer = await drivers.sendRaw("/mcp", mcpPost({ authorization }));

    expect([400, 401]).toContain(answer.status);
  }, { notOn: { vercel: "its emulator hands on the first one alone" } });

  whole("challenges an expired token with invalid_token (RFC 6750 §3.1)", async (drivers) => {
    const later = drivers.target.later;
    const there = drivers.at(later);
    const { accessToken } = await there.signIn();
    expect((await there.whoami(accessToken)).status).toBe(200);

    // One more: a token lives to the end of the second that it names.
    await later.advance(LIFETIMES.ACCESS_TOKEN_TTL_SECONDS + 1);

    expectChallenge(await there.whoami(accessToken));
  });

  everywhere(
    "keeps tokens short and in the characters that headers allow (RFC 6750 §2.1)",
    async (drivers) => {
      const { accessToken, refreshToken, code } = await drivers.signIn({
        path: "/mcp/org-a/storefront",
        skills: ["inspect", "seer", "triage", "project-management"],
      });

      expect(accessToken.length).toBeLessThanOrEqual(600);
      expect(refreshToken.length).toBeLessThanOrEqual(250);
      expect(code.length).toBeLessThanOrEqual(250);
      for (const token of [accessToken, refreshToken, code]) expect(token).toMatch(/^[\w.~+/-]+=*$/);
    },
  );
}

function forgeryCases({ everywhere, whole }: Cases): void {
  everywhere("answers every changed token with one and the same 401", async (drivers) => {
    const { accessToken, refreshToken, code } = await drivers.signIn();
    const positions = Array.from(
      { length: 16 },
      (_, at) => Math.floor(((at + 0.5) * accessToken.length) / 16),
    );
    // The key's id stands behind the prefix and one byte of version.
    const unknownKey = changedAt(changedAt(accessToken, 7), 9);
    const cut = [accessToken.slice(0, -1), accessToken.slice(0, 100), "smat_", `${accessToken}AAAA`];
    const forged = [
      ...positions.map((at) => changedAt(accessToken, at)),
      unknownKey,
      ...cut,
      refreshToken,
      code,
    ];

    const answers = [];
    for (const token of forged) answers.push(await drivers.whoami(token));

    for (const answer of answers) expectChallenge(answer);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(new Set(answers.map(({ headers }) => headers.get("www-authenticate"))).size).toBe(1);
    expect((await drivers.whoami(accessToken)).status).toBe(200);
  });

  whole("refuses the token of a deployment that has another key", async (drivers) => {
    const elsewhere = drivers.at(await serverWith(drivers, OTHER_KEY));
    const { accessToken } = await elsewhere.signIn();
    expect((await elsewhere.whoami(accessToken)).status).toBe(200);

    expectChallenge(await drivers.whoami(accessToken));
  });

  whole(
    "refuses the token of another BASE_URL with the same key and the same store",
    (drivers) =>
      withSharedStore(async (shared) => {
        const here = drivers.at(await drivers.target.another(shared));
        const there = drivers.at(await drivers.target.another(shared));
        const { accessToken } = await there.signIn();
        expect((await there.whoami(accessToken)).status).toBe(200);

        expectChallenge(await here.whoami(accessToken));
      }),
    { notOn: NO_SHARED_STORE },
  );

  whole("believes no JWT, unsigned or signed with what can be guessed (RFC 8725 §2.1)", async (drivers) => {
    const { sentry, baseUrl } = drivers;
    const claims = { iss: baseUrl, aud: `${baseUrl}/mcp`, sub: "1", exp: 4e9, scope: "inspect triage" };
    const keys = ["", "secret", baseUrl, sentry.environment.ENCRYPTION_KEY ?? ""];
    const tokens = [
      jwt({ alg: "none" }, claims),
      ...keys.map((key) => jwt({ alg: "HS256", typ: "at+jwt" }, claims, key)),
    ];

    for (const token of tokens) expectChallenge(await drivers.whoami(token));
  });

  everywhere("takes no token of Sentry's as Bearer, and does not ask Sentry about it", async (drivers) => {
    const sentryToken = await sentryTokenOf(drivers);
    drivers.sentry.clear();

    const answer = await drivers.whoami(sentryToken);

    expectChallenge(answer);
    expect(drivers.sentry.log).toEqual([]);
  });
}

function personCases({ everywhere }: Cases): void {
  everywhere("gives a session id of somebody else nothing", async (drivers) => {
    const { accessToken: ofAda } = await drivers.signIn({ approval: { user: "ada" } });
    const { accessToken: ofGrace } = await drivers.signIn({ approval: { user: "grace" } });
    const opened = await drivers.mcp(ofAda, "initialize", INITIALIZE, { era: "2025-06-18" });
    const session = opened.headers.get("mcp-session-id") ?? "made-up-session";
    const call = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "whoami" } });
    const headers = { "mcp-session-id": session, "mcp-protocol-version": "2025-06-18" };

    const asGrace = await post({ baseUrl: drivers.baseUrl, token: ofGrace }, call, headers);
    const asNobody = await post({ baseUrl: drivers.baseUrl }, call, headers);

    expect(asNobody.status).toBe(401);
    expect(JSON.stringify(asGrace.body)).not.toContain("ada@");
    // Where there are no sessions, her own answer; where there are, none.
    expect(asGrace.status === 200 ? textOf(asGrace) : "grace@").toContain("grace@");
    expect([200, 403, 404]).toContain(asGrace.status);
  });

  everywhere("mixes up nobody in 200 interleaved requests of two people", async (drivers) => {
    const tokens = [
      await drivers.signIn({ approval: { user: "ada" } }),
      await drivers.signIn({ approval: { user: "grace" } }),
    ];
    const answers: RpcAnswer[] = [];
    for (let wave = 0; wave < 5; wave++) {
      answers.push(
        ...await Promise.all(
          Array.from(
            { length: 40 },
            (_, at) => drivers.whoami(tokens[at % 2]?.accessToken, { era: ERAS[at % ERAS.length] }),
          ),
        ),
      );
    }

    answers.forEach((answer, at) => {
      expect(textOf(answer)).toContain(at % 2 === 0 ? "ada@" : "grace@");
      expect(textOf(answer)).not.toContain(at % 2 === 0 ? "grace@" : "ada@");
    });
  });
}

const INITIALIZE = {
  protocolVersion: "2025-06-18",
  capabilities: {},
  clientInfo: { name: "suite", version: "1" },
};

function jwt(header: object, claims: object, key?: string): string {
  const [head, body] = [header, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url")
  );
  const signature = key === undefined
    ? ""
    : createHmac("sha256", key).update(`${head}.${body}`).digest("base64url");
  return `${head}.${body}.${signature}`;
}
