import { describe, expect, it } from "vitest";
import { each, EVERY_SCOPE, startSandbox } from "./sandbox-client.ts";

const ISSUES = "/organizations/acme/issues/";

async function asAda() {
  const sandbox = startSandbox();
  const token = await sandbox.tokenOf("ada");
  const get = async (path: string) => (await sandbox.api(token, path)).body;
  const post = (path: string, body: object) =>
    sandbox.api(token, path, { method: "POST", body: JSON.stringify(body) });
  return { ...sandbox, token, get, post };
}

describe("an issue's activity", () => {
  it("has every type that Sentry records and one that it does not, newest first, ending with the first event", async () => {
    const { get } = await asAda();

    const { activity } = await get(`${ISSUES}CHECKOUT-25/activities/`) as { activity: unknown[] };

    const types = each(activity, "type");
    for (
      const type of [
        "set_resolved",
        "set_resolved_in_release",
        "set_resolved_in_commit",
        "set_regression",
        "set_unresolved",
        "set_ignored",
        "set_escalating",
        "set_priority",
        "assigned",
        "unassigned",
        "note",
        "merge",
        "unmerge_source",
        "unmerge_destination",
        "mark_reviewed",
        "folded_into_hologram",
      ]
    ) expect(types).toContain(type);
    expect([types[0], types.at(-1)]).toEqual(["note", "first_seen"]);
    const times = each(activity, "dateCreated").map(String);
    expect(times).toEqual(times.toSorted((a, b) => Date.parse(b) - Date.parse(a)));
    expect(new Set(each(activity, "id")).size).toBe(types.length);
  });

  it("survives what it speaks of: users, teams and projects that are gone", async () => {
    const { get } = await asAda();

    const { activity } = await get(`${ISSUES}CHECKOUT-25/activities/`) as { activity: unknown };

    expect(activity).toContainEqual(
      expect.objectContaining({
        type: "assigned",
        user: null,
        data: expect.objectContaining({ assignee: "2999" }),
      }),
    );
    expect(activity).toContainEqual(
      expect.objectContaining({
        type: "unmerge_destination",
        data: expect.objectContaining({ source: null }),
      }),
    );
  });

  it("grows by what people do, also over a restart", async () => {
    const { storage, token, post } = await asAda();
    await post(`${ISSUES}CHECKOUT-25/comments/`, { text: "once more" });

    const { body } = await startSandbox({ storage }).api(token, `${ISSUES}CHECKOUT-25/`);

    const { activity, numComments } = body as { activity: unknown; numComments: number };
    expect(numComments).toBe(3);
    expect(each(activity, "data")[0]).toEqual({ text: "once more" });
  });

  it("does not make Sentry's own priorities look like a person's", async () => {
    const { get } = await asAda();

    expect(await get(`${ISSUES}CHECKOUT-25/`)).toMatchObject({ priorityLockedAt: expect.any(String) });
    const byItself = await get(`${ISSUES}CHECKOUT-23/`);
    expect(byItself).toMatchObject({ priorityLockedAt: null, activity: [{ type: "set_priority" }, {}] });
  });
});

describe("comments", () => {
  it("are notes under another name, newest first and in pages", async () => {
    const { get, api, token, post } = await asAda();
    for (const text of ["one", "two"]) {
      expect(await post(`${ISSUES}CHECKOUT-5/comments/`, { text })).toMatchObject({
        status: 201,
        body: { type: "note" },
      });
    }

    const first = await api(token, `${ISSUES}CHECKOUT-5/comments/?per_page=1`);

    expect(each(first.body, "data")).toEqual([{ text: "two" }]);
    expect(first.link).toContain(`rel="next"; results="true"; cursor="0:1:0"`);
    expect(await get(`${ISSUES}CHECKOUT-5/notes/`)).toEqual(await get(`${ISSUES}CHECKOUT-5/comments/`));
  });

  it("are refused when empty, and when the same was just said by the same person", async () => {
    const { post, clock } = await asAda();
    await post(`${ISSUES}CHECKOUT-5/comments/`, { text: "seen" });

    const again = await post(`${ISSUES}CHECKOUT-5/comments/`, { text: "seen" });
    clock.nowMs += 3_600_001;
    const later = await post(`${ISSUES}CHECKOUT-5/comments/`, { text: "seen" });

    expect(again).toMatchObject({ status: 400, body: { detail: "You have already posted that comment." } });
    expect(later.status).toBe(201);
    expect(await post(`${ISSUES}CHECKOUT-5/comments/`, { text: " " })).toMatchObject({
      status: 400,
      body: { text: ["This field is required."] },
    });
  });
});

describe("user reports", () => {
  it("name who wrote them, by address where no name was given", async () => {
    const { get } = await asAda();

    const reports = await get(`${ISSUES}CHECKOUT-1/user-reports/`);

    expect(each(reports, "name")).toEqual(["Jonas Wiik", "", "ines@example.test"]);
    expect(reports).toMatchObject([
      {
        eventID: "50010001".repeat(4),
        event: { id: "50010001".repeat(4) },
        dateCreated: "2026-03-01T11:00:00Z",
      },
      { user: null },
      { comments: "", eventID: "e".repeat(32) },
    ]);
    expect(await get(`${ISSUES}CHECKOUT-5/user-reports/`)).toEqual([]);
    expect(await get(`${ISSUES}CHECKOUT-1/events/latest/`)).toMatchObject({
      userReport: { name: "Jonas Wiik" },
    });
  });

  it("come in pages, and a project's with their issues", async () => {
    const { api, token, get } = await asAda();

    const first = await api(token, `${ISSUES}STOREFRONT-13/user-reports/`);
    const rest = await get(`${ISSUES}STOREFRONT-13/user-reports/?cursor=0:100:0`);

    expect(new Set([...each(first.body, "id"), ...each(rest, "id")]).size).toBe(112);
    expect(first.link).toContain(`rel="next"; results="true"`);
    const feedback = await get("/projects/acme/storefront/user-feedback/?per_page=1");
    expect(feedback).toMatchObject([{ issue: { shortId: "STOREFRONT-13" } }]);
  });
});

describe("what hangs on an issue", () => {
  const parts = [
    "activities/",
    "comments/",
    "user-reports/",
    "tags/",
    "tags/level/values/",
    "attachments/",
    "stats/",
  ];

  it.each(parts)("is under the issue's own rules: %s", async (part) => {
    const { api, tokenOf } = startSandbox();
    const ada = await tokenOf("ada");
    const grace = await tokenOf("grace");
    const weak = await tokenOf("ada", EVERY_SCOPE.filter((scope) => !scope.startsWith("event")));
    const statusOf = async (token: string, path: string, region?: string) =>
      (await api(token, `${path}${part}`, region ? { region } : {})).status;

    expect(await statusOf(ada, `${ISSUES}CHECKOUT-1/`)).toBe(200);
    expect(await statusOf(ada, `${ISSUES}5001/`, "us")).toBe(200);
    expect(await statusOf(ada, `${ISSUES}5001/`, "de")).toBe(404);
    expect(await statusOf(grace, `${ISSUES}CHECKOUT-1/`)).toBe(403);
    expect(await statusOf(grace, "/organizations/umbra/issues/VAULT-1/")).toBe(404);
    expect(await statusOf(weak, `${ISSUES}CHECKOUT-1/`)).toBe(403);
    expect(await statusOf(ada, `${ISSUES}VAULT-1/`)).toBe(404);
  });

  it("names itself a canary in umbra", async () => {
    const { api, tokenOf } = startSandbox();
    const token = await tokenOf("ada");

    for (const part of ["activities/", "comments/", "user-reports/", "tags/", "attachments/"]) {
      const { body } = await api(token, `/organizations/umbra/issues/VAULT-1/${part}`);
      expect(JSON.stringify(body)).toContain("CANARY-umbra-");
    }
    for (const number of [4, 5]) {
      const { body } = await api(token, `/organizations/umbra/issues/VAULT-${number}/events/latest/`);
      expect(body).toMatchObject({ occurrence: { subtitle: `CANARY-umbra-subtitle-${number}` } });
    }
  });
});
