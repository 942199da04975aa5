import { describe, expect, it } from "vitest";
import { each, EVERY_SCOPE, startSandbox } from "./sandbox-client.ts";

const ISSUES = "/organizations/acme/issues/";
const COMMIT = "b0a7".repeat(10);

async function as(user: string) {
  const sandbox = startSandbox();
  const token = await sandbox.tokenOf(user);
  const get = async (path: string) => (await sandbox.api(token, path)).body;
  const change = async (query: string, body: object) => {
    const response = await sandbox.send(`/api/0${ISSUES}?${query}`, {
      method: "PUT",
      headers: { Authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    const answer: unknown = text ? JSON.parse(text) : undefined;
    return { status: response.status, body: answer };
  };
  const search = async (query: string) =>
    each(await get(`${ISSUES}?query=${encodeURIComponent(query)}&limit=100`), "shortId");
  return { ...sandbox, token, get, change, search };
}

describe("changing many issues", () => {
  it("by id changes exactly those and answers with what was changed", async () => {
    const { change, search } = await as("ada");

    const before = await search("is:resolved");

    const answer = await change("id=5005&id=5006&id=4004", { status: "resolved" });

    const since = (await search("is:resolved")).filter((shortId) => !before.includes(shortId));
    expect(answer).toEqual({ status: 200, body: { status: "resolved", statusDetails: {}, inbox: null } });
    expect(new Set(since)).toEqual(new Set(["CHECKOUT-5", "CHECKOUT-6", "STOREFRONT-4"]));
  });

  it("by query changes what the search finds", async () => {
    const { change, search } = await as("ada");
    const found = await search("is:unresolved project:mobile");

    const answer = await change("query=is:unresolved project:mobile", {
      priority: "low",
      assignedTo: "team:2003",
    });

    expect(answer).toMatchObject({
      status: 200,
      body: { priority: "low", assignedTo: { type: "team", name: "devices" } },
    });
    expect(await search("is:unresolved project:mobile issue.priority:low assigned:#devices")).toEqual(found);
  });

  it("with ids that name nothing falls back to the search, unresolved ones if there is none", async () => {
    const { change, search } = await as("ada");

    const answer = await change("id=8001&query=project:mobile level:fatal", { priority: "low" });
    const all = await change("id=8001", { status: "ignored" });

    expect([answer.status, all.status]).toEqual([200, 200]);
    expect(await search("project:mobile level:fatal !issue.priority:low")).toEqual([]);
    expect(await search("is:unresolved")).toEqual([]);
  });

  it("is 204 when nothing is found, 500 for what is no number, 403 for projects of others", async () => {
    const { change } = await as("grace");

    expect(await change("query=nothing-like-this", { status: "resolved" })).toEqual({
      status: 204,
      body: undefined,
    });
    expect((await change("id=CHECKOUT-1", { status: "resolved" })).status).toBe(500);
    expect((await change("id=5001&project=3002", { status: "resolved" })).status).toBe(403);
  });

  it("never touches what the caller cannot open", async () => {
    const { change, api, tokenOf } = await as("grace");

    await change("id=5001&id=4004", { status: "resolved" });

    const ada = await tokenOf("ada");
    expect((await api(ada, `${ISSUES}5001/`)).body).toMatchObject({ status: "unresolved" });
    expect((await api(ada, `${ISSUES}4004/`)).body).toMatchObject({ status: "resolved" });
  });

  it("needs event:write and an organization of the region", async () => {
    const { api, tokenOf } = await as("ada");
    const token = await tokenOf(
      "ada",
      EVERY_SCOPE.map((scope) => scope.replace("event:admin", "event:read")),
    );
    const put = { method: "PUT", body: `{"status":"resolved"}` };

    expect((await api(token, `${ISSUES}?id=5001`, put)).status).toBe(403);
    expect((await api(token, `${ISSUES}?id=5001`, { ...put, region: "de" })).status).toBe(404);
  });

  it("is all or nothing when one issue cannot take the change", async () => {
    const { change, get } = await as("ada");

    const answer = await change("id=4004&id=5005", { status: "ignored", assignedTo: "team:2001" });

    expect(answer).toMatchObject({ status: 400, body: { assignedTo: [expect.any(String)] } });
    expect(await get(`${ISSUES}4004/`)).toMatchObject({ status: "unresolved" });
  });

  it("by a release or commit works within one project only, and shows the activity of a single issue", async () => {
    const { change } = await as("ada");

    const mixed = await change("id=4004&id=5005", { status: "resolvedInNextRelease" });
    const two = await change("id=5005&id=5006", {
      status: "resolved",
      statusDetails: { inRelease: "latest" },
    });
    const one = await change("id=5008", { status: "resolved", statusDetails: { inNextRelease: true } });

    expect(mixed).toMatchObject({
      status: 400,
      body: { detail: "Cannot set resolved for multiple projects." },
    });
    expect(two).toMatchObject({ status: 200, body: { statusDetails: { inRelease: "checkout@1.9.0" } } });
    expect(two.body).not.toHaveProperty("activity");
    expect(one.body).toMatchObject({
      activity: [{ type: "set_resolved_in_release" }, { type: "first_seen" }],
    });
  });
});

describe("resolving an issue", () => {
  it.each([
    [{ inCommit: { commit: COMMIT, repository: "acme/checkout" } }, { inCommit: { id: COMMIT } }, {
      type: "set_resolved_in_commit",
      data: { commit: { id: COMMIT, repository: { name: "acme/checkout" } } },
    }],
    [{ inRelease: "checkout@1.8.1" }, { inRelease: "checkout@1.8.1" }, {
      type: "set_resolved_in_release",
      data: { version: "checkout@1.8.1" },
    }],
    [{ inNextRelease: true }, { inNextRelease: true }, {
      type: "set_resolved_in_release",
      data: { version: "", current_release_version: "checkout@1.9.0" },
    }],
  ])("with %j says so in its details and its activity", async (statusDetails, details, activity) => {
    const { api, token } = await as("ada");
    const body = JSON.stringify({ status: "resolved", statusDetails });

    const answer = await api(token, `${ISSUES}CHECKOUT-5/`, { method: "PUT", body });

    expect(answer).toMatchObject({ status: 200, body: { status: "resolved", statusDetails: details } });
    expect(answer.body).toMatchObject({ activity: { 0: activity } });
  });

  it.each([
    [{ inCommit: { commit: COMMIT, repository: "acme/none" } }, {
      inCommit: { repository: [expect.any(String)] },
    }],
    [{ inCommit: { commit: "0".repeat(40), repository: "acme/checkout" } }, {
      inCommit: { commit: [expect.any(String)] },
    }],
    [{ inCommit: { commit: "5701".repeat(10), repository: "bergwerk/shaft" } }, {
      inCommit: { repository: [expect.any(String)] },
    }],
    [{ inCommit: {} }, { inCommit: { commit: [expect.any(String)], repository: [expect.any(String)] } }],
    [{ inUpcomingRelease: true }, { inUpcomingRelease: [expect.any(String)] }],
  ])("with %j is 400", async (statusDetails, problem) => {
    const { api, token } = await as("ada");
    const body = JSON.stringify({ status: "resolved", statusDetails });

    const answer = await api(token, `${ISSUES}CHECKOUT-5/`, { method: "PUT", body });

    expect(answer).toMatchObject({ status: 400, body: { statusDetails: problem } });
  });
});
