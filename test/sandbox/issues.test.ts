import { describe, expect, it } from "vitest";
import { each, startSandbox } from "./sandbox-client.ts";

const ISSUES = "/organizations/acme/issues/";

async function asAda() {
  const sandbox = startSandbox();
  const token = await sandbox.tokenOf("ada");
  const get = async (path: string) => (await sandbox.api(token, path)).body;
  const search = async (query: string, more = "") =>
    each(await get(`${ISSUES}?query=${encodeURIComponent(query)}&limit=100${more}`), "shortId");
  const put = (issue: string, body: unknown) =>
    sandbox.api(token, `${ISSUES}${issue}/`, { method: "PUT", body: JSON.stringify(body) });
  return { ...sandbox, token, get, search, put };
}

describe("searching issues", () => {
  it("finds the unresolved ones by default, newest first, 25 to a page, with all pages making the whole", async () => {
    const { api, token } = await asAda();
    const first = await api(token, ISSUES);
    expect(each(first.body, "shortId").slice(0, 2)).toEqual(["STOREFRONT-1", "CHECKOUT-1"]);
    expect(each(first.body, "status").every((status) => status === "unresolved")).toBe(true);
    expect(each(first.body, "id")).toHaveLength(25);
    const second = await api(token, `${ISSUES}?cursor=0:25:0`);
    expect(new Set([...each(first.body, "id"), ...each(second.body, "id")]).size).toBe(46);
    expect(second.link).toContain(`rel="next"; results="false"`);
  });

  it("has 54 issues in acme, of which feedback shows only where kinds are asked for", async () => {
    const { search } = await asAda();

    expect(await search("")).toHaveLength(52);
    expect(await search("issue.category:feedback")).toEqual(["STOREFRONT-15", "STOREFRONT-17"]);
    expect(await search("!issue.type:nothing")).toHaveLength(54);
  });

  it("takes start and end in place of a period, both or none", async () => {
    const { search, api, token } = await asAda();

    const early = await search("", "&start=2026-01-19T00:00:00&end=2026-01-20T00:00:00");

    expect(early).toContain("CHECKOUT-7");
    expect(early).not.toContain("CHECKOUT-1");
    expect((await api(token, `${ISSUES}?start=2026-01-19T00:00:00`)).status).toBe(400);
  });

  it.each([
    ["is:ignored", ["CHECKOUT-4", "MOBILE-2"]],
    ["is:resolved project:storefront", ["STOREFRONT-3", "STOREFRONT-11"]],
    ["is:escalating", ["CHECKOUT-1"]],
    ["assigned:me", ["STOREFRONT-1"]],
    ["assigned:#payments", ["CHECKOUT-1", "CHECKOUT-14"]],
    ["assigned:niko@example.test", ["CHECKOUT-7"]],
    ["is:unassigned level:fatal", ["MOBILE-5"]],
    ["level:[fatal, warning] !project:mobile", ["STOREFRONT-2", "CHECKOUT-9", "STOREFRONT-8"]],
    ["issue.priority:high project:checkout", ["CHECKOUT-1", "CHECKOUT-7", "CHECKOUT-11"]],
    ["issue.category:db_query", ["CHECKOUT-2", "CHECKOUT-23"]],
    ["release:checkout@1.8.1", ["CHECKOUT-1"]],
    ["release:latest error.type:*Overflow*", ["MOBILE-1"]],
    [`browser:"Firefox 131.0"`, ["CHECKOUT-1"]],
    ["has:coupon", ["CHECKOUT-3"]],
    ["has:url !has:coupon", ["STOREFRONT-1"]],
    [`"stack size"`, ["MOBILE-1"]],
    ["currency XTS", ["CHECKOUT-13"]],
    ["timesSeen:>900", ["STOREFRONT-1", "CHECKOUT-1"]],
    ["lastSeen:-30m", ["STOREFRONT-1", "CHECKOUT-1"]],
    ["age:-48h project:checkout", ["CHECKOUT-11"]],
    ["50010001500100015001000150010001", ["CHECKOUT-1"]],
    ["trace:7e577e577e577e577e577e577e577e57", ["CHECKOUT-1"]],
    ["environment:CANARY-umbra-environment", []],
    ["nothing-like-this", []],
  ])("understands %s", async (query, shortIds) => {
    expect(await (await asAda()).search(query)).toEqual(shortIds);
  });

  it.each([
    `title:"open`,
    "is:nonsense",
    "level:",
    "level:[error",
    "(is:unresolved)",
    "level:error OR level:fatal",
    `"a"b`,
    "timesSeen:>many",
  ])("answers 400 with a reason to %s", async (query) => {
    const { api, token } = await asAda();
    const answer = await api(token, `${ISSUES}?query=${encodeURIComponent(query)}`);
    expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringMatching(/\S/) } });
  });

  it("sorts, narrows by project and period, and refuses what is neither", async () => {
    const { search, api, token } = await asAda();
    expect((await search("", "&sort=freq"))[0]).toBe("CHECKOUT-1");
    expect((await search("", "&sort=user"))[0]).toBe("CHECKOUT-1");
    expect((await search("", "&sort=new"))[0]).toBe("CHECKOUT-11");
    expect(await search("", "&project=3002")).toHaveLength(25);
    expect(await search("", "&project=-1")).toHaveLength(52);
    expect(await search("", "&statsPeriod=1h")).toEqual([
      "STOREFRONT-1",
      "CHECKOUT-1",
      "STOREFRONT-12",
      "MOBILE-1",
    ]);
    for (const wrong of ["sort=best", "statsPeriod=long", "project=checkout", "limit=0"]) {
      expect((await api(token, `${ISSUES}?${wrong}`)).status).toBe(400);
    }
    expect((await api(token, `${ISSUES}?project=3021`)).status).toBe(403);
  });

  it("finds the same a year later", async () => {
    const { search, clock } = await asAda();
    const before = await search("", "&statsPeriod=24h");
    clock.nowMs += 365 * 86_400_000;
    expect(await search("", "&statsPeriod=24h")).toEqual(before);
  });
});

describe("an issue", () => {
  it("has Sentry's members, by numeric and by short id", async () => {
    const { get } = await asAda();
    const issue = await get(`${ISSUES}checkout-1/`);
    expect(await get(`${ISSUES}5001/`)).toEqual(issue);
    expect(issue).toMatchObject({
      id: "5001",
      shortId: "CHECKOUT-1",
      permalink: "http://localhost:3000/sandbox/organizations/acme/issues/5001/",
      status: "unresolved",
      substatus: "escalating",
      priority: "high",
      count: "1843",
      userCount: 412,
      firstSeen: "2026-02-20T12:00:00Z",
      lastSeen: "2026-03-01T11:30:00Z",
      assignedTo: { type: "team", id: "2002", name: "payments" },
      project: { id: "3002", slug: "checkout", platform: "python-django" },
      firstRelease: { version: "checkout@1.8.1" },
      lastRelease: { version: "checkout@1.9.0" },
      numComments: 1,
    });
    expect(issue).toHaveProperty("stats.24h.length", 24);
  });

  it("is found by short and event id, and not in another organization", async () => {
    const { get, api, token } = await asAda();
    expect(await get("/organizations/acme/shortids/MOBILE-1/")).toMatchObject({
      groupId: "6001",
      projectSlug: "mobile",
    });
    expect(await get(`/organizations/acme/eventids/${"60010001".repeat(4)}/`)).toMatchObject({
      groupId: "6001",
    });
    for (
      const path of [
        "issues/VAULT-1/",
        "issues/8001/",
        "shortids/VAULT-1/",
        `eventids/${"80010001".repeat(4)}/`,
      ]
    ) {
      expect((await api(token, `/organizations/acme/${path}`)).status).toBe(404);
    }
  });

  it("has tags with values, and notes", async () => {
    const { get, api, token } = await asAda();
    expect(await get(`${ISSUES}CHECKOUT-1/tags/environment/`)).toMatchObject({
      key: "environment",
      totalValues: 1843,
      topValues: [{ value: "production", count: 1790 }, { value: "staging", count: 53 }],
    });
    expect((await api(token, `${ISSUES}CHECKOUT-1/tags/absent/`)).status).toBe(404);
    const note = await api(token, `${ISSUES}CHECKOUT-1/notes/`, { method: "POST", body: `{"text":"seen"}` });
    expect(note).toMatchObject({
      status: 201,
      body: { type: "note", data: { text: "seen" }, user: { id: "101" } },
    });
    expect(await get(`${ISSUES}CHECKOUT-1/notes/`)).toMatchObject([{ data: { text: "seen" } }, {
      user: { id: "103" },
    }]);
    expect(await get(`${ISSUES}CHECKOUT-1/`)).toMatchObject({ numComments: 2 });
  });
});

describe("changing an issue", () => {
  it.each([
    [{ status: "resolved" }, { status: "resolved", substatus: null, statusDetails: {} }],
    [{ status: "resolvedInNextRelease" }, { status: "resolved", statusDetails: { inNextRelease: true } }],
    [
      { status: "resolved", statusDetails: { inRelease: "latest" } },
      { status: "resolved", statusDetails: { inRelease: "checkout@1.9.0", actor: { id: "101" } } },
    ],
    [{ status: "ignored" }, { status: "ignored", substatus: "archived_until_escalating" }],
    [
      { status: "ignored", substatus: "archived_forever" },
      { status: "ignored", substatus: "archived_forever", statusDetails: {} },
    ],
    [
      { status: "ignored", ignoreDuration: 30 },
      { substatus: "archived_until_condition_met", statusDetails: { ignoreUntil: "2026-03-01T12:30:00Z" } },
    ],
    [
      { status: "ignored", statusDetails: { ignoreCount: 5, ignoreWindow: 60 } },
      { substatus: "archived_until_condition_met", statusDetails: { ignoreCount: 5, ignoreWindow: 60 } },
    ],
    [{ assignedTo: "user:103" }, { assignedTo: { type: "user", id: "103", name: "Niko Brandt" } }],
    [{ assignedTo: "me" }, { assignedTo: { type: "user", id: "101" } }],
    [{ assignedTo: "" }, { assignedTo: null }],
    [{ priority: "low" }, { priority: "low", priorityLockedAt: "2026-03-01T12:00:00Z" }],
  ])("with %j makes it %j, now and afterwards", async (body, expected) => {
    const { put, get } = await asAda();
    expect(await put("CHECKOUT-1", body)).toMatchObject({ status: 200, body: expected });
    expect(await get(`${ISSUES}CHECKOUT-1/`)).toMatchObject(expected);
  });

  it.each([
    [{ status: "gone" }, { status: [`"gone" is not a valid choice.`] }],
    [{ status: "unresolved", substatus: "archived_forever" }, { substatus: [expect.any(String)] }],
    [{ status: "resolved", statusDetails: { inRelease: "checkout@9" } }, {
      statusDetails: { inRelease: [expect.any(String)] },
    }],
    [{ status: "ignored", ignoreCount: -1 }, { ignoreCount: ["A valid integer is required."] }],
    [{ assignedTo: "user:999" }, { assignedTo: ["Actor does not exist"] }],
    [{ assignedTo: "team:2021" }, { assignedTo: ["Actor does not exist"] }],
    [{ assignedTo: "team:2001" }, { assignedTo: ["Cannot assign to a team without access to the project"] }],
    [{ assignedTo: { id: 1 } }, { assignedTo: ["Not a valid string."] }],
    [{ priority: "urgent" }, { priority: [`"urgent" is not a valid choice.`] }],
    [["resolved"], { nonFieldErrors: [expect.any(String)] }],
  ])("with %j is 400 and changes nothing", async (body, problem) => {
    const { put, get } = await asAda();
    const before = await get(`${ISSUES}CHECKOUT-1/`);
    expect(await put("CHECKOUT-1", body)).toMatchObject({ status: 400, body: problem });
    expect(await get(`${ISSUES}CHECKOUT-1/`)).toEqual(before);
  });

  it("shows in searches and in the activity, and survives a restart", async () => {
    const { put, search, storage, token } = await asAda();
    await put("CHECKOUT-1", { status: "resolved", priority: "low" });
    expect(await search("is:resolved issue.priority:low")).toEqual(["CHECKOUT-1"]);
    const { body } = await startSandbox({ storage }).api(token, `${ISSUES}CHECKOUT-1/`);
    const { activity } = body as { activity: unknown };
    expect(each(activity, "type")).toEqual(["set_priority", "set_resolved", "note", "first_seen"]);
  });
});
