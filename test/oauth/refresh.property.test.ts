import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createGrantWatch } from "../../src/http/grant-watch.ts";
import { readAccessToken } from "../../src/oauth/access-token.ts";
import { createGrants } from "../../src/oauth/grant.ts";
import { readTicket } from "../../src/oauth/ticket.ts";
import { createHarness, refresh, signedIn, tokensOf } from "./harness.ts";
import { createUnreliableStore } from "./unreliable-store.ts";

const GRACE_SECONDS = 120;

describe("refresh tokens of a client and of a thief", () => {
  const step = fc.record({
    who: fc.constantFrom("client", "client", "thief", "theft"),
    copies: fc.integer({ min: 1, max: 3 }),
    lost: fc.boolean(),
    pauseSeconds: fc.oneof(fc.integer({ min: 0, max: GRACE_SECONDS }), fc.integer({ min: 0, max: 2000 })),
  });

  /** What RFC 9700 §4.14.2 and our grace say, with nothing but numbers. */
  function createModel(now: () => number) {
    const model = {
      turn: 1,
      turnedAtMs: now(),
      ended: false,
      /** Whether a token of that turn is good; moves on as the server has to. */
      present(turn: number): boolean {
        const inGrace = turn === model.turn - 1 && now() - model.turnedAtMs <= GRACE_SECONDS * 1000;
        if (model.ended) return false;
        if (turn === model.turn) Object.assign(model, { turn: turn + 1, turnedAtMs: now() });
        else if (!inGrace) model.ended = true;
        return !model.ended;
      },
    };
    return model;
  }

  it("work for the client until a theft shows, and for the thief no longer than the grace after that", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const harness = createHarness({ refreshGraceSeconds: GRACE_SECONDS });
        const { clientId, tokens } = await signedIn(harness);
        const model = createModel(harness.now);
        const held = { client: tokens.refresh_token, thief: "" };
        let thefts = 0;

        const turnOf = async (text: string) =>
          (await readTicket("refresh", text, clientId, harness.sealer))?.generation ?? -1;
        const present = async (who: "client" | "thief") => {
          const good = model.present(await turnOf(held[who]));
          const response = await refresh(harness, clientId, held[who]);
          expect(response.status).toBe(good ? 200 : 400);
          return good ? (await tokensOf(response)).refresh_token : undefined;
        };

        for (const { who, copies, lost, pauseSeconds } of steps) {
          harness.clock.nowMs += pauseSeconds * 1000;
          if (who === "theft") held.thief = held.client;
          if (who === "theft" || held[who] === "") continue;
          const [first, ...others] = await Promise.all(Array.from({ length: copies }, () => present(who)));
          for (const other of others) expect(other).toBe(first);
          if (who === "thief") thefts++;
          // Whoever has lost an answer asks again soon.
          const answer = lost ? await present(who) : first;
          held[who] = answer ?? held[who];
          if (answer !== undefined) expect(await turnOf(answer)).toBe(model.turn);
        }

        // The client is served, or somebody else has used its tokens.
        const alive = (await present("client")) ?? "";
        if (alive === "") expect(thefts).toBeGreaterThan(0);
        held.client = alive === "" ? held.client : alive;
        // Once the client has taken a turn of its own, the grace is all that is left to the thief.
        held.client = (await present("client")) ?? held.client;
        harness.clock.nowMs += (GRACE_SECONDS + 1) * 1000;
        if (held.thief !== "" && held.thief !== held.client) expect(await present("thief")).toBeUndefined();
        const read = await readTicket("refresh", held.client, clientId, harness.sealer);
        const record = (await createGrants({ ...harness, codeSeconds: 300 }).read(read?.grantId ?? ""))
          ?.record;
        expect(record?.revoked ?? false).toBe(model.ended);
      }),
    );
  });
});

describe("a sign-in over a store and a Sentry that fail", () => {
  const fault = fc.constantFrom(false, false, true, "after" as const);
  const step = fc.record({
    pauseSeconds: fc.integer({ min: 0, max: 9000 }),
    puts: fc.array(fault, { maxLength: 8 }),
    gets: fc.array(fc.boolean(), { maxLength: 3 }),
    sentryFails: fc.integer({ min: 0, max: 2 }),
    uses: fc.boolean(),
  });

  it("is never lost: the client repeats what was not answered, and goes on", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        const stores: ReturnType<typeof createUnreliableStore>[] = [];
        const harness = createHarness({
          store: (now) => {
            const unreliable = createUnreliableStore(now);
            stores.push(unreliable);
            return unreliable.store;
          },
        });
        const [unreliable] = stores;
        if (!unreliable) throw new Error("The harness has made no store");
        // So short that most steps rotate Sentry's tokens.
        harness.sentry.lifetimeSeconds = 7200;
        const { clientId, tokens } = await signedIn(harness);
        const watch = createGrantWatch({ ...harness, sleep: async () => {} });
        let held = tokens;

        const untilAnswered = async () => {
          for (let attempt = 0; attempt < 20; attempt++) {
            const response = await refresh(harness, clientId, held.refresh_token);
            if (response.status === 200) return tokensOf(response);
            expect(response.status).toBeGreaterThanOrEqual(500);
            harness.clock.nowMs += 2000;
          }
          throw new Error("Expected an answer after twenty attempts");
        };
        const use = async () => {
          const token = await readAccessToken(held.access_token, harness.sealer, harness.now);
          if (!token) return;
          const { credential, isLive } = watch(token);
          const works = async (text = "") => harness.sentry.isValid(text);
          expect((await works(credential.token)) || (await works(await credential.renew?.()))).toBe(true);
          expect(await isLive({ fresh: false })).toBe(true);
        };

        for (const { pauseSeconds, puts, gets, sentryFails, uses } of steps) {
          harness.clock.nowMs += pauseSeconds * 1000;
          const [putFaults, getFaults] = [[...puts], [...gets]];
          unreliable.state.failsPut = () => putFaults.shift() ?? false;
          unreliable.state.failsGet = () => getFaults.shift() ?? false;
          // Before it rotates anything: an answer that is lost after that is lost for good.
          const down = () => new Response("down", { status: 502 });
          harness.sentry.nextAnswers.splice(0, Infinity, ...Array.from({ length: sentryFails }, () => down));
          held = await untilAnswered();
          unreliable.state.failsGet = () => false;
          if (uses) await use();
        }
        unreliable.state.failsPut = () => false;
        harness.sentry.nextAnswers.length = 0;
        await use();
        held = await untilAnswered();
        await use();
      }),
    );
  });
});
