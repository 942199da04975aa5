import { setTimeout as pause } from "node:timers/promises";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fleet, startFleet } from "../support/fleet.ts";
import {
  type GrantInHand,
  inParallel,
  type Losses,
  noLosses,
  refreshUntilAnswered,
  takeGrant,
} from "../support/grant-in-hand.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { callTool, type RpcAnswer } from "../support/rpc.ts";
import { type SandboxServer, startSandbox } from "../support/sandbox-server.ts";
import { approveAll, beginSignIn, redeemCode, signIn } from "../support/sign-in.ts";

const RUNTIMES = ["node", "bun", "deno"] as const;
const BUN = RUNTIMES.indexOf("bun");

const GRANTS = 30;
const CLIENTS = 10;
/** Two for each instance. */
const COPIES = 2 * RUNTIMES.length;
const CODES = 6;

const REVOCATION_CACHE_SECONDS = 2;
/** Several times what a store may take before clients are told. */
const OUTAGE_LIMIT_MS = 20_000;

describe("three instances that share one Redis", () => {
  let sandbox: SandboxServer;
  let redis: RedisServer;
  let fleet: Fleet;
  let baseUrl: string;
  const grants: GrantInHand[] = [];

  beforeAll(async () => {
    [sandbox, redis] = await Promise.all([startSandbox(), startRedis({ persistent: true })]);
    fleet = await startFleet(RUNTIMES, {
      ...sandbox.environment,
      REDIS_URL: redis.url,
      REVOCATION_CACHE_SECONDS: String(REVOCATION_CACHE_SECONDS),
    });
    baseUrl = fleet.baseUrl;
  });
  afterAll(async () => {
    await fleet?.stop();
    await redis?.stop();
    await sandbox?.stop();
  });

  it("take a sign-in each step at another instance", async () => {
    const since = fleet.front.passed.length;

    grants.push(await takeGrant(baseUrl));

    const steps = fleet.front.passed.slice(since).filter(({ path }) =>
      /^\/oauth\/(authorize|consent|callback|token)/.test(path)
    );
    expect(steps.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /oauth/authorize",
      "POST /oauth/authorize",
      "GET /oauth/callback",
      "POST /oauth/token",
    ]);
    expect(new Set(steps.map(({ instance }) => instance)).size).toBe(RUNTIMES.length);
    steps.forEach(({ instance }, at) => expect(instance).not.toBe(steps[at - 1]?.instance));
    expect((await whoami(grants[0])).status).toBe(200);
  });

  for (const mode of ["auto", "legacy"] as const) {
    it(`hear at another instance what a user answers to a question of one, in mode ${mode}`, async () => {
      const authorization = `Sentry-Bearer ${await sandbox.mintToken("ada")}`;
      const client = new Client({ name: "asked", version: "1" }, {
        capabilities: { elicitation: { form: {} } },
        versionNegotiation: { mode },
      });
      client.setRequestHandler("elicitation/create", () => ({
        action: "accept",
        content: { organizationSlug: "acme" },
      }));
      const requestInit = { headers: { authorization } };
      await client.connect(new StreamableHTTPClientTransport(new URL(`${baseUrl}/mcp`), { requestInit }));
      const since = fleet.front.passed.length;

      const answers = [];
      for (let call = 0; call < RUNTIMES.length; call++) {
        answers.push(JSON.stringify(await client.callTool({ name: "find_projects", arguments: {} })));
      }

      expect(answers).toEqual(answers.map(() => expect.stringContaining("storefront")));
      const posts = fleet.front.passed.slice(since).filter(({ method }) => method === "POST");
      expect(posts).toHaveLength(2 * RUNTIMES.length);
      for (let at = 0; at < posts.length; at += 2) {
        expect(posts[at + 1]?.instance).not.toBe(posts[at]?.instance);
      }
      await client.close();
    });
  }

  it("let one win of those that redeem a code at once, and end what came of it if one was late", async () => {
    const winners: GrantInHand[] = [];
    for (let code = 0; code < CODES; code++) {
      const { clientId, redeem } = await arriveWithCode(baseUrl);

      const answers = await Promise.allSettled(Array.from({ length: COPIES }, redeem));

      const tokens = answers.flatMap((answer) => answer.status === "fulfilled" ? [answer.value] : []);
      const refusals = answers.flatMap((answer) => answer.status === "rejected" ? [answer.reason] : []);
      for (const refusal of refusals) expect(String(refusal)).toContain("invalid_grant");
      expect(tokens).toHaveLength(1);
      for (const { access_token: accessToken, refresh_token: refreshToken } of tokens) {
        winners.push({ clientId, accessToken, refreshToken });
      }
    }

    const ends = await Promise.allSettled(winners.map((winner) => refreshOnce(winner, noLosses())));
    const ended = ends.filter(({ status }) => status === "rejected").length;
    await expect.poll(() => grantsLogged("code.replayed").size).toBe(ended);
  });

  it("give racing copies of a client one successor", async () => {
    await inParallel(Array.from({ length: GRANTS - grants.length }), CLIENTS, async () => {
      grants.push(await takeGrant(baseUrl));
    });

    for (const grant of grants) {
      const copies = Array.from({ length: COPIES }, () => ({ ...grant }));
      await Promise.all(copies.map((copy) => refreshOnce(copy, noLosses())));
      expect(new Set(copies.map(({ refreshToken }) => refreshToken)).size).toBe(1);
      Object.assign(grant, copies[0]);
    }

    await expect.poll(() => fleet.logged("grant.raced").length).toBeGreaterThanOrEqual(1);
  });

  it("lose nobody while one of them is killed, and while Redis is", async () => {
    const losses = noLosses();
    const traffic = startTraffic(losses);

    await traffic.goesOn();
    await fleet.kill(BUN);
    await traffic.goesOn();
    await fleet.restart(BUN);
    const awayBefore = losses.away;
    await redis.kill();
    const [read] = await Promise.all([
      whoami(grants[0]),
      expect.poll(() => losses.away, { timeout: OUTAGE_LIMIT_MS }).toBeGreaterThan(awayBefore),
    ]);
    await redis.start();
    await traffic.goesOn();
    const lost = await traffic.end();

    expect(lost).toEqual([]);
    expect(outcome(read)).toBe("200");
  });

  it("refuse everywhere what was revoked at one: a write at once, a read in time", async () => {
    // Sentry would refuse a token that was revoked there, too.
    await sandbox.fault({ path: "/oauth/revoke/", status: 503 });
    const writer = await signIn({ baseUrl, skills: ["inspect", "triage"] });
    const reader = await signIn({ baseUrl });
    const write = (priority: string) => () =>
      callTool({ baseUrl, token: writer.access_token }, "update_issue", {
        organizationSlug: "acme",
        issueId: "STOREFRONT-2",
        priority,
      });
    const read = () => callTool({ baseUrl, token: reader.access_token }, "whoami");
    const allowed = [...await atEach(read), ...await atEach(write("low"))];

    await revoke(writer.clientId, writer.refresh_token);
    const writes = await atEach(write("high"));
    await revoke(reader.clientId, reader.refresh_token);
    await pause(REVOCATION_CACHE_SECONDS * 1000);
    const reads = await atEach(read);

    expect(allowed.map(outcome)).toEqual(allowed.map(() => "200"));
    expect(writes.map(outcome)).toEqual(writes.map(() => "401"));
    expect(reads.map(outcome)).toEqual(reads.map(() => "401"));
  });

  it("have kept every grant, have taken no code twice, and have shared the work", async () => {
    await inParallel(grants, CLIENTS, async (grant) => {
      await refreshOnce(grant, noLosses());
      expect(outcome(await whoami(grant))).toBe("200");
    });

    const redeemed = fleet.logged("code.redeemed");
    expect(redeemed.length).toBeGreaterThan(GRANTS + CODES);
    expect(grantsLogged("code.redeemed").size).toBe(redeemed.length);
    const { passed } = fleet.front;
    for (const instance of RUNTIMES.keys()) {
      const served = passed.filter((answer) => answer.instance === instance).length;
      expect(served).toBeGreaterThanOrEqual(passed.length / 5);
    }
  });

  function whoami(grant: GrantInHand | undefined): Promise<RpcAnswer> {
    return callTool({ baseUrl, token: grant?.accessToken }, "whoami");
  }

  function refreshOnce(grant: GrantInHand, losses: Losses): Promise<void> {
    return refreshUntilAnswered(grant, { baseUrl, losses, signal: new AbortController().signal });
  }

  function grantsLogged(event: string): Set<string | undefined> {
    return new Set(fleet.logged(event).map(({ grant }) => grant));
  }

  /** Clients that go round refreshing the grants that they own. */
  function startTraffic(losses: Losses) {
    const ending = new AbortController();
    let refreshes = 0;
    const clients = Array.from({ length: CLIENTS }, async (_, client) => {
      const own = grants.filter((_, at) => at % CLIENTS === client);
      while (!ending.signal.aborted) {
        for (const grant of own) {
          await refreshUntilAnswered(grant, { baseUrl, losses, signal: ending.signal });
          refreshes += 1;
        }
      }
    });
    const settled = Promise.allSettled(clients);
    return {
      /** Until each client has had a few more turns, on average. */
      async goesOn(): Promise<void> {
        const enough = refreshes + 3 * CLIENTS;
        await expect.poll(() => refreshes, { timeout: 30_000 }).toBeGreaterThan(enough);
      },
      /** @returns Why clients have given up. */
      async end(): Promise<unknown[]> {
        ending.abort();
        return (await settled).flatMap((end) => end.status === "rejected" ? [end.reason] : []);
      },
    };
  }

  /** The same request to each of the instances. */
  async function atEach(request: () => Promise<RpcAnswer>): Promise<RpcAnswer[]> {
    const since = fleet.front.passed.length;
    const answers: RpcAnswer[] = [];
    for (const _ of RUNTIMES) answers.push(await request());
    expect(new Set(fleet.front.passed.slice(since).map(({ instance }) => instance)).size).toBe(
      RUNTIMES.length,
    );
    return answers;
  }

  async function revoke(clientId: string, token: string): Promise<void> {
    const body = new URLSearchParams({ client_id: clientId, token });
    const { status } = await fetch(`${baseUrl}/oauth/revoke`, { method: "POST", body });
    expect(status).toBe(200);
  }
});

/** A person has agreed, and the client holds the code. */
async function arriveWithCode(baseUrl: string) {
  const attempt = await beginSignIn({ baseUrl });
  const landed = await approveAll(attempt.browser, attempt.authorizeUrl);
  const code = new URL(landed.url).searchParams.get("code") ?? "";
  return { clientId: attempt.clientId, redeem: () => redeemCode({ ...attempt, code }) };
}

/** The status, or what the model is told instead. */
function outcome({ status, body }: RpcAnswer): string {
  return body.result?.isError ? JSON.stringify(body.result.content) : String(status);
}
