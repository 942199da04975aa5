import { describe, expect, it } from "vitest";
import { createAuthenticate } from "../../src/http/authenticate.ts";
import { challenge } from "../../src/http/challenge.ts";
import { constraintOfPath } from "../../src/lib/resource-path.ts";
import { type Store, StoreUnavailable } from "../../src/store/store.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { createHarness, type Harness, refresh, signedIn } from "../oauth/harness.ts";

function doorOf(harness: Harness, changes: { sentryBearer?: boolean; store?: Store } = {}) {
  const config = { ...harness.config, sentryBearer: changes.sentryBearer ?? true };
  const authenticate = createAuthenticate({ ...harness, ...changes, config });
  const show = async (authorization: string | undefined, path = "/mcp", query = "") => {
    const headers = new Headers(authorization === undefined ? {} : { authorization });
    const request = new Request(`${harness.config.baseUrl}${path}${query}`, { method: "POST", headers });
    return authenticate(request, { constraint: constraintOfPath(path) ?? {}, resourcePath: path });
  };
  return {
    status: async (...args: Parameters<typeof show>) => {
      const answer = await show(...args);
      return "response" in answer ? answer.response.status : 200;
    },
    response: async (...args: Parameters<typeof show>) => {
      const answer = await show(...args);
      if ("caller" in answer) throw new Error("Expected a challenge, got a caller");
      return answer.response;
    },
    caller: async (...args: Parameters<typeof show>) => {
      const answer = await show(...args);
      if ("response" in answer) throw new Error("Expected a caller, got a challenge");
      return answer.caller;
    },
  };
}

const at = (path: string) => ({ resource: `https://mcp.example${path}` });

describe("without a good token", () => {
  it("says where to sign in for this very path (RFC 9728 §5.1)", async () => {
    const response = await doorOf(createHarness()).response(undefined, "/mcp/acme");

    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe(
      'Bearer resource_metadata="https://mcp.example/.well-known/oauth-protected-resource/mcp/acme", scope="inspect seer"',
    );
    expect(await response.json()).toMatchObject({ error: "unauthorized" });
  });

  it("answers every bad token alike, as invalid_token (RFC 6750 §3.1)", async () => {
    const harness = createHarness();
    const { tokens } = await signedIn(harness, { parameters: at("/mcp/acme") });
    const other = await signedIn(createHarness({ keys: ["o".repeat(32)] }));
    const elsewhere = await signedIn(createHarness({ baseUrl: "https://other.example" }));
    const { access_token: good, refresh_token } = tokens;
    const flipped = [6, 12, 40, 200, good.length - 1].map((place) =>
      good.slice(0, place) + (good[place] === "A" ? "B" : "A") + good.slice(place + 1)
    );
    const bad = [
      "Bearer",
      "Bearer ",
      "Basic YTpi",
      "Bearer x, Bearer y",
      `Bearer ${good}, Bearer ${good}`,
      `Bearer ${good} ${good}`,
      `Bearer ${good.slice(0, -4)}`,
      `Bearer ${refresh_token}`,
      `Bearer ${other.tokens.access_token}`,
      `Bearer ${elsewhere.tokens.access_token}`,
      `Bearer ${"c0ffee".repeat(10)}0000`,
      "Bearer eyJhbGciOiJub25lIn0.e30.",
      `Bearer ${"x".repeat(5000)}`,
      // Good, but for another resource.
      `Bearer ${good}`,
      ...flipped.map((token) => `Bearer ${token}`),
    ];

    const answers = new Set<string>();
    for (const authorization of bad) {
      const response = await doorOf(harness).response(authorization, "/mcp/other");
      answers.add(`${response.status} ${response.headers.get("www-authenticate")} ${await response.text()}`);
    }

    expect(answers.size).toBe(1);
    expect([...answers][0]).toContain('401 Bearer error="invalid_token"');
  });

  it("takes no token from the query", async () => {
    const harness = createHarness();
    const { tokens } = await signedIn(harness);

    expect(await doorOf(harness).status(undefined, "/mcp", `?access_token=${tokens.access_token}`)).toBe(401);
  });

  it("challenges under the loopback name that was asked", () => {
    const request = new Request("http://127.0.0.1:3000/mcp");
    const options = { config: { baseUrl: "http://localhost:3000", loopback: true }, presented: true };
    const response = challenge(request, { ...options, target: { constraint: {}, resourcePath: "/mcp" } });

    expect(response.headers.get("www-authenticate")).toContain(
      '"http://127.0.0.1:3000/.well-known/oauth-protected-resource/mcp"',
    );
  });
});

describe("with an access token", () => {
  it("acts with the grant's Sentry token, skills and constraint", async () => {
    const harness = createHarness();
    const { tokens } = await signedIn(harness);
    const caller = await doorOf(harness).caller(`bearer ${tokens.access_token}`);

    expect(caller).toMatchObject({
      signedIn: true,
      skills: ["inspect", "seer"],
      readOnly: false,
      constraint: {},
      constraintVerified: true,
    });
    expect(harness.sentry.isValid(caller.credential.token)).toBe(true);
    expect(caller.credential.id).toMatch(/^grant:/);
  });

  it("knows the user again after another sign-in, which is another grant", async () => {
    const harness = createHarness();
    const [first, second] = [await signedIn(harness), await signedIn(harness)];
    const door = doorOf(harness);

    const before = await door.caller(`Bearer ${first.tokens.access_token}`);
    const after = await door.caller(`Bearer ${second.tokens.access_token}`);

    expect(before.user).toBe(after.user);
    expect(before.user).not.toBe("");
    expect(before.credential.id).not.toBe(after.credential.id);
  });

  it("is let in wherever the path confines as tightly as the grant, and nowhere else", async () => {
    const harness = createHarness({
      verification: (constraint) => ({
        outcome: "verified",
        constraint: { ...constraint, organizationId: "42" },
      }),
    });
    const tokenFor = async (path: string) =>
      `Bearer ${(await signedIn(harness, { parameters: at(path) })).tokens.access_token}`;
    const door = doorOf(harness);
    const paths = ["/mcp", "/mcp/acme", "/mcp/acme/checkout", "/mcp/acme/other", "/mcp/other"];
    const openTo = async (token: string) => {
      const statuses = await Promise.all(paths.map((path) => door.status(token, path)));
      return paths.filter((_, place) => statuses[place] === 200);
    };

    expect(await openTo(await tokenFor("/mcp"))).toEqual(paths);
    expect(await openTo(await tokenFor("/mcp/acme"))).toEqual([
      "/mcp/acme",
      "/mcp/acme/checkout",
      "/mcp/acme/other",
    ]);
    expect(await openTo(await tokenFor("/mcp/acme/checkout"))).toEqual(["/mcp/acme/checkout"]);
  });

  it("is confined by whichever is narrower, and keeps what was verified", async () => {
    const harness = createHarness({
      verification: (constraint) => ({
        outcome: "verified",
        constraint: { ...constraint, organizationId: "42" },
      }),
    });
    const { tokens } = await signedIn(harness, { parameters: at("/mcp/acme") });
    const door = doorOf(harness);

    expect(await door.caller(`Bearer ${tokens.access_token}`, "/mcp/ACME")).toMatchObject({
      constraint: { organizationSlug: "acme", organizationId: "42" },
      constraintVerified: true,
    });
    expect(await door.caller(`Bearer ${tokens.access_token}`, "/mcp/acme/checkout")).toMatchObject({
      constraint: { organizationSlug: "acme", organizationId: "42", projectSlug: "checkout" },
      constraintVerified: false,
    });
  });

  it("ends with the token", async () => {
    const harness = createHarness();
    const { tokens } = await signedIn(harness);
    const door = doorOf(harness);
    expect(await door.status(`Bearer ${tokens.access_token}`)).toBe(200);

    harness.clock.nowMs += 1_800_000;

    expect(await door.status(`Bearer ${tokens.access_token}`)).toBe(401);
  });

  it("reads no store to let a request in", async () => {
    const harness = createHarness();
    const { tokens } = await signedIn(harness);
    const failing = { ...harness.store, get: () => Promise.reject(new StoreUnavailable("Down")) };

    expect(await doorOf(harness, { store: failing }).status(`Bearer ${tokens.access_token}`)).toBe(200);
  });
});

describe("isLive()", () => {
  it("sees a revocation within ten seconds, and at once when asked afresh", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness);
    const caller = await doorOf(harness).caller(`Bearer ${tokens.access_token}`);
    expect(await caller.isLive({ fresh: false })).toBe(true);

    await harness.post("/oauth/revoke", { client_id: clientId, token: tokens.access_token });

    expect(await caller.isLive({ fresh: false })).toBe(true);
    harness.clock.nowMs += 10_000;
    expect(await caller.isLive({ fresh: false })).toBe(false);

    const other = await doorOf(harness).caller(`Bearer ${tokens.access_token}`);
    expect(await other.isLive({ fresh: true })).toBe(false);
  });

  it("is asked anew for every request, though the token has been opened before", async () => {
    const harness = createHarness();
    const { clientId, tokens } = await signedIn(harness, { parameters: at("/mcp/acme") });
    const door = doorOf(harness);
    const first = await door.caller(`Bearer ${tokens.access_token}`, "/mcp/acme");
    expect(await first.isLive({ fresh: false })).toBe(true);

    await harness.post("/oauth/revoke", { client_id: clientId, token: tokens.access_token });
    harness.clock.nowMs += 10_000;

    const second = await door.caller(`Bearer ${tokens.access_token}`, "/mcp/acme");
    expect(await second.isLive({ fresh: false })).toBe(false);
    expect(await second.isLive({ fresh: true })).toBe(false);
    expect(await door.status(`Bearer ${tokens.access_token}`, "/mcp/other")).toBe(401);
  });

  it("is no when the record is gone, except where a store may show it later", async () => {
    const harness = createHarness();
    const { tokens } = await signedIn(harness);
    const empty = createMemoryStore({ now: harness.now });
    const liveOn = async (store: Store) =>
      (await doorOf(harness, { store }).caller(`Bearer ${tokens.access_token}`)).isLive({ fresh: true });

    expect(await liveOn(empty)).toBe(false);
    expect(await liveOn({ ...empty, consistency: "best-effort" })).toBe(true);
  });

  it("lets reading go on without the store, and writing not", async () => {
    const harness = createHarness();
    const { tokens } = await signedIn(harness);
    const failing = { ...harness.store, get: () => Promise.reject(new StoreUnavailable("Down")) };
    const caller = await doorOf(harness, { store: failing }).caller(`Bearer ${tokens.access_token}`);

    expect(await caller.isLive({ fresh: false })).toBe(true);
    await expect(caller.isLive({ fresh: true })).rejects.toThrow(StoreUnavailable);
  });
});

describe("renew()", () => {
  async function afterRotation() {
    const harness = createHarness({ accessTokenSeconds: 3600 });
    // Half of this is less than two access tokens' lives, so that a refresh soon finds it due.
    harness.sentry.lifetimeSeconds = 7000;
    const { clientId, tokens } = await signedIn(harness);
    const door = doorOf(harness);
    const before = await door.caller(`Bearer ${tokens.access_token}`);
    harness.clock.nowMs += 3_550_000;
    await refresh(harness, clientId, tokens.refresh_token);
    return { harness, door, before, authorization: `Bearer ${tokens.access_token}`, clientId, tokens };
  }

  it("finds the token that a refresh has put in the place of this one, and remembers it", async () => {
    const { harness, door, before, authorization } = await afterRotation();
    expect(harness.sentry.isValid(before.credential.token)).toBe(false);

    const renewed = await before.credential.renew?.();

    expect(harness.sentry.isValid(renewed ?? "")).toBe(true);
    expect((await door.caller(authorization)).credential.token).toBe(renewed);
  });

  it("has none when Sentry refuses the newest", async () => {
    const { door, before, authorization } = await afterRotation();
    await before.credential.renew?.();

    expect(await (await door.caller(authorization)).credential.renew?.()).toBeUndefined();
  });

  it("has none once the grant is revoked", async () => {
    const { harness, before, clientId, tokens } = await afterRotation();
    await harness.post("/oauth/revoke", { client_id: clientId, token: tokens.access_token });

    expect(await before.credential.renew?.()).toBeUndefined();
  });
});

describe("with a token of Sentry's own", () => {
  it("may do everything, confined to the path, until Sentry says otherwise", async () => {
    const caller = await doorOf(createHarness()).caller("Sentry-Bearer sntryu_brought", "/mcp/acme");

    expect(caller).toMatchObject({
      credential: { token: "sntryu_brought" },
      signedIn: false,
      skills: ["inspect", "seer", "triage", "project-management"],
      readOnly: false,
      constraint: { organizationSlug: "acme" },
      constraintVerified: false,
    });
    expect(caller.credential.id).not.toContain("brought");
    expect(await caller.isLive({ fresh: true })).toBe(true);
  });

  it("may be given fewer skills and reading only by the URL", async () => {
    const door = doorOf(createHarness());
    const skillsAt = async (query: string) => (await door.caller("Sentry-Bearer t", "/mcp", query)).skills;

    expect(await skillsAt("?skills=triage,%20inspect")).toEqual(["inspect", "triage"]);
    expect(await skillsAt("?skills=inspect&skills=seer&disable-skills=seer")).toEqual(["inspect"]);
    expect(await skillsAt("?disable-skills=triage,project-management")).toEqual(["inspect", "seer"]);
    expect((await door.caller("Sentry-Bearer t", "/mcp", "?readonly=1")).readOnly).toBe(true);
    expect((await door.caller("Sentry-Bearer t", "/mcp", "?readonly=0")).readOnly).toBe(false);
  });

  it.each([
    ["?skills=inspect,nonsense", /"nonsense": expected any of inspect, seer, triage, project-management/],
    ["?disable-skills=Inspect", /"Inspect"/],
    ["?skills=", /no skill/],
    ["?skills=seer&disable-skills=seer", /no skill/],
    ["?readonly=maybe", /"maybe" of "readonly"/],
  ])("is told what is wrong with %s, because a limit that is ignored is none", async (query, says) => {
    const response = await doorOf(createHarness()).response("Sentry-Bearer t", "/mcp", query);

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { message: expect.stringMatching(says) } });
  });

  it("is refused where the operator has closed this door", async () => {
    expect(await doorOf(createHarness(), { sentryBearer: false }).status("Sentry-Bearer sntryu_brought"))
      .toBe(401);
  });
});
