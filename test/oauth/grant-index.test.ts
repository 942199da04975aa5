import { describe, expect, it } from "vitest";
import { createGrants, type GrantRecord } from "../../src/oauth/grant.ts";
import { createGrantIndex, type GrantSummary } from "../../src/oauth/grant-index.ts";
import type { Visit } from "../../src/oauth/grants-visit.ts";
import { pause } from "../../src/lib/pause.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { type Store, StoreUnavailable } from "../../src/store/store.ts";
import { countOf } from "./fake-sentry.ts";
import {
  authorizePath,
  createBrowser,
  createHarness,
  formOf,
  type Harness,
  locationOf,
  redeem,
  REDIRECT,
  register,
  signedIn,
  signIn,
} from "./harness.ts";

function createIndex(
  harness: Harness & { sleep?: (durationMs: number) => Promise<void> },
  sentryUrl = harness.config.sentry.url,
) {
  const grants = createGrants({ ...harness, codeSeconds: 300 });
  const config = { ...harness.config, sentry: { ...harness.config.sentry, url: sentryUrl } };
  return { grants, index: createGrantIndex({ ...harness, config, grants }) };
}

const summary = (grantId: string, changes: Partial<GrantSummary> = {}): GrantSummary => ({
  grantId,
  clientName: "Test client",
  redirectHost: "app.example",
  skills: ["inspect"],
  readOnly: false,
  constraint: {},
  createdAtMs: 1_800_000_000_000,
  ...changes,
});

/** As over a network: what was asked first is not always answered first. */
function slowStore(now: () => number): Store {
  const store = createMemoryStore({ now });
  return {
    ...store,
    get: (key) => pause(Math.random() * 4).then(() => store.get(key)),
    put: (key, value, options) => pause(Math.random() * 4).then(() => store.put(key, value, options)),
  };
}

function recordAt(nowMs: number): GrantRecord {
  return {
    v: 1,
    generation: 1,
    clientHash: "",
    createdAtMs: nowMs,
    rotatedAtMs: nowMs,
    idleExpiresAtMs: nowMs + 86_400_000,
    absoluteExpiresAtMs: nowMs + 86_400_000,
    sealed: "",
  };
}

const idsOf = (entries: readonly GrantSummary[]) => entries.map(({ grantId }) => grantId);
const visitOf = (user: string): Visit => ({ user, formToken: "", expiresAtMs: Infinity });
const numbered = (count: number) => Array.from({ length: count }, (_, at) => `g${at}`);

describe("the index of a user's grants", () => {
  it("takes all of a crowd that keeps coming, however often each is overtaken", async () => {
    const { index } = createIndex({ ...createHarness({ store: slowStore }), sleep: pause });
    const waiting = numbered(120).values();

    const crowd = Array.from({ length: 20 }, async () => {
      for (const id of waiting) await index.add("7", summary(id));
    });

    await expect(Promise.all(crowd)).resolves.toHaveLength(20);
  });

  it("loses none of twenty that are written at once", async () => {
    const { index } = createIndex(createHarness());

    await Promise.all(numbered(20).map((id) => index.add("7", summary(id))));

    expect(idsOf(await index.list("7")).toSorted()).toEqual(numbered(20).toSorted());
  });

  it("loses none when some come and others go at once", async () => {
    const { index } = createIndex(createHarness());
    for (const id of numbered(10)) await index.add("7", summary(id));

    await Promise.all([
      ...numbered(10).map((id) => index.remove("7", [id])),
      ...numbered(10).map((id) => index.add("7", summary(`new-${id}`))),
    ]);

    expect(idsOf(await index.list("7")).toSorted()).toEqual(numbered(10).map((id) => `new-${id}`).toSorted());
  });

  it("keeps the newest fifty, newest first, and lets what has ended go first", async () => {
    const harness = createHarness();
    const { grants, index } = createIndex(harness);
    for (const id of numbered(50)) {
      await grants.create(id, recordAt(harness.now()));
      await index.add("7", summary(id));
    }
    harness.clock.nowMs += 3_600_000;
    const late = { createdAtMs: harness.now() };
    await grants.revoke("g30", { pendingAtSentry: false });

    await index.add("7", summary("late", late));
    expect(idsOf(await index.list("7"))).toEqual([
      "late",
      ...numbered(50).filter((id) => id !== "g30").toReversed(),
    ]);

    await index.add("7", summary("later", late));
    const ids = idsOf(await index.list("7"));
    expect(ids).toHaveLength(50);
    expect(ids.slice(0, 2)).toEqual(["later", "late"]);
    expect(ids).not.toContain("g0");
  });

  it("knows a grant once, however often its callback is played", async () => {
    const { index } = createIndex(createHarness());
    await index.add("7", summary("a"));
    await index.add("7", summary("a"));

    expect(await index.list("7")).toHaveLength(1);
  });

  it("stays below what a store takes, whatever names the clients chose", async () => {
    const harness = createHarness();
    const { index } = createIndex(harness);
    const changes = {
      clientName: "\u{1f600}".repeat(64),
      redirectHost: `${"h".repeat(250)}.io`,
      constraint: { organizationSlug: "o".repeat(100), projectSlug: "p".repeat(100) },
    };
    const lengths: number[] = [];
    const put: Store["put"] = (key, value, options) => {
      lengths.push(value.length);
      return harness.store.put(key, value, options);
    };
    const watched = createGrantIndex({
      ...harness,
      store: { ...harness.store, put },
      grants: createIndex(harness).grants,
    });
    for (const id of numbered(60)) await watched.add("7", summary(id, changes));

    expect(Math.max(...lengths)).toBeLessThan(32_000);
    expect((await index.list("7"))[0]?.grantId).toBe("g59");
  });

  it("shows nothing to who has the store, and opens for its owner alone", async () => {
    const values = new Map<string, string>();
    const harness = createHarness({
      store: (now) => {
        const store = createMemoryStore({ now });
        return {
          ...store,
          get: async (key) => {
            const [first] = values.values();
            // Everybody is given the first user's entry.
            return key.startsWith("u:") && first !== undefined ? { value: first, version: "1" } : null;
          },
          put: async (key, value) => {
            values.set(key, value);
            return "1";
          },
        };
      },
    });
    const { index } = createIndex(harness);
    await index.add("7", summary("a", { clientName: "Secret plan" }));

    const [[key = "", value = ""] = []] = values;
    expect(key).toMatch(/^u:[\w-]{22}$/);
    expect(value).toMatch(/^[\w-]+$/);
    expect(await index.list("7")).toHaveLength(1);
    expect(await index.list("8")).toEqual([]);
  });

  it("takes the same id at another Sentry for another person", async () => {
    const harness = createHarness();
    await createIndex(harness).index.add("7", summary("a"));

    expect(await createIndex(harness, "https://other.example").index.list("7")).toEqual([]);
  });
});

describe("a sign-in and the index", () => {
  it("shows all of twenty sign-ins that end at once", async () => {
    const harness = createHarness();
    const codes = await Promise.all(numbered(20).map(() => signIn(harness)));

    expect(codes.filter(({ code }) => code !== "")).toHaveLength(20);
    expect(await harness.server.grantsDesk.list(visitOf("7"))).toHaveLength(20);
  });

  it("tells what was agreed, and when the client was last refreshed", async () => {
    const harness = createHarness();
    const started = await signIn(harness, {
      parameters: { resource: "https://mcp.example/mcp/acme/web", scope: "inspect" },
      form: (form) => form.set("readonly", "1"),
    });
    const [fresh] = await harness.server.grantsDesk.list(visitOf("7"));
    expect(fresh).toEqual({
      grantId: expect.stringMatching(/^[\w-]{22}$/),
      clientName: "Test client",
      redirectHost: new URL(REDIRECT).host,
      skills: ["inspect"],
      readOnly: true,
      constraint: { organizationSlug: "acme", projectSlug: "web" },
      createdAtMs: harness.now(),
      refreshedAtMs: undefined,
    });

    harness.clock.nowMs += 60_000;
    await redeem(harness, started);

    const [redeemed] = await harness.server.grantsDesk.list(visitOf("7"));
    expect(redeemed?.refreshedAtMs).toBe(harness.now());
  });

  /** A store that fails at the first matching write, as if the process had ended there. */
  const failingAt = (prefix: string) => (now: () => number): Store => {
    const store = createMemoryStore({ now });
    return {
      ...store,
      put: async (key, value, options) => {
        if (key.startsWith(prefix)) throw new StoreUnavailable("Cannot reach the store");
        return store.put(key, value, options);
      },
    };
  };

  for (const prefix of ["u:", "g:"]) {
    it(`leaves no half grant when the store fails at ${prefix}, and says so on a page`, async () => {
      const harness = createHarness({ store: failingAt(prefix) });
      const { client_id } = await register(harness);
      const browser = createBrowser(harness);
      const { path } = await authorizePath(client_id);
      const toSentry = locationOf(await browser.submit(formOf(await (await browser.get(path)).text())));

      const response = await browser.get(`/oauth/callback?${await harness.sentry.approve(toSentry.href)}`);
      const text = await response.text();

      expect(response.status).toBe(503);
      expect(response.headers.get("content-type")).toMatch(/^text\/html/);
      expect(text).toContain("The store of this server does not answer");
      expect(text).toContain(`${REDIRECT}?error=temporarily_unavailable`);
      expect(text).not.toContain("code=");
      expect(harness.sentry.calls.at(-1)?.path).toBe("/base/oauth/revoke/");
      expect(await harness.server.grantsDesk.list(visitOf("7"))).toEqual([]);
    });
  }

  it("asks Sentry for nothing while the store does not answer", async () => {
    const harness = createHarness({
      store: (now) => ({
        ...createMemoryStore({ now }),
        get: () => Promise.reject(new StoreUnavailable("Cannot reach the store")),
      }),
    });
    const { client_id } = await register(harness);
    const browser = createBrowser(harness);
    const { path } = await authorizePath(client_id);
    const toSentry = locationOf(await browser.submit(formOf(await (await browser.get(path)).text())));

    const response = await browser.get(`/oauth/callback?${await harness.sentry.approve(toSentry.href)}`);

    expect(response.status).toBe(503);
    expect(countOf(harness.sentry, "authorization_code")).toBe(0);
  });

  it("drops a grant from the list once its client has revoked it", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    await harness.post("/oauth/revoke", { client_id: clientId, token: tokens.refresh_token });

    expect(await harness.server.grantsDesk.list(visitOf("7"))).toEqual([]);
  });
});
