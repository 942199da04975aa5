import { describe, expect, it } from "vitest";
import { SentryError } from "../../src/sentry/error.ts";
import { findProjects } from "../../src/tools/find-projects.ts";
import { getIssueDetails } from "../../src/tools/get-issue-details.ts";
import { searchIssues } from "../../src/tools/search-issues.ts";
import { updateIssue } from "../../src/tools/update-issue.ts";
import { whoami } from "../../src/tools/whoami.ts";
import { BASE, openSession, textOf } from "./session.ts";

describe("callTool()", () => {
  const wrong: [string, object, string][] = [
    ["a missing argument beside a wrong one", { limit: "ten" }, "`organizationSlug` is missing"],
    ["a wrong type", { organizationSlug: "acme", limit: "ten" }, '`limit`: expected number, received "ten"'],
    ["a value out of range", { organizationSlug: "acme", limit: 101 }, "`limit`"],
    ["a value of no list", { organizationSlug: "acme", sort: "oldest" }, '`sort`: expected ("date" | "freq"'],
    [
      "a broken slug",
      { organizationSlug: "a/b" },
      "`organizationSlug`: expected the slug or id of an organization",
    ],
    ["a broken period", { organizationSlug: "acme", period: "yesterday" }, "`period`: expected a span"],
  ];
  for (const [name, args, says] of wrong) {
    it(`names the argument and what would be right for ${name}`, async () => {
      const session = await openSession();

      const result = await session.call(searchIssues, args);

      expect(result.isError).toBe(true);
      expect(textOf(result)).toContain(says);
      expect(session.sent).toEqual([]);
    });
  }

  it("ignores arguments that it does not know, and takes null for absent", async () => {
    const session = await openSession();

    const result = await session.call(findProjects, {
      organizationSlug: "acme",
      regionUrl: "x",
      query: null,
    });

    expect(result.isError).toBeUndefined();
  });

  it("leaves a refused token to the transport", async () => {
    const session = await openSession();
    await session.fault({ path: "/auth/", status: 401, body: { detail: "Invalid token" } });

    await expect(session.call(whoami, {})).rejects.toMatchObject({ kind: "unauthorized" });
  });

  const faults: [string, object, RegExp][] = [
    ["down", { status: 500 }, /Sentry answered 500.*\. This is on Sentry's side/],
    ["rate limiting", { status: 429, headers: { "retry-after": "40" } }, /rate limit is reached.*Wait 40 s/],
    ["answering HTML", { status: 200, body: "<html>" }, /not JSON\. Whoever runs this server/],
    [
      "redirecting",
      { status: 302, headers: { location: "https://evil.example.test" } },
      /answered 302 where data/,
    ],
    ["answering broken JSON", { status: 200, body: '{"slug":' }, /not JSON/],
  ];
  for (const [name, fault, says] of faults) {
    it(`says what to try when Sentry is ${name}`, async () => {
      const session = await openSession();
      await session.fault({ path: "/projects/", ...fault });

      const result = await session.call(findProjects, { organizationSlug: "acme" });

      expect(result.isError).toBe(true);
      expect(textOf(result)).toMatch(says);
    });
  }

  it("tells a permission that is missing from what does not exist", async () => {
    const reader = await openSession({ scopes: ["org:read", "project:read", "event:read"] });
    const grace = await openSession({ user: "grace" });

    const refused = await reader.call(updateIssue, {
      organizationSlug: "acme",
      issueId: "CHECKOUT-1",
      status: "resolved",
    });
    const unseen = await grace.call(findProjects, { organizationSlug: "umbra" });

    expect(textOf(refused)).toMatch(/refused permission.*does not allow this/);
    expect(textOf(unseen)).toMatch(/has no "organizations\/umbra"/);
  });
});

describe("get_issue_details", () => {
  it("takes a link, also one to an event, below a base path", async () => {
    const session = await openSession();
    const event = "50010002500100025001000250010002";

    const issueUrl = `${BASE}/organizations/acme/issues/5001/events/${event}/?project=3002`;
    const result = await session.call(getIssueDetails, { issueUrl });

    expect(textOf(result)).toContain(`## Event \`${event}\``);
  });

  it("finds the issue of an event id", async () => {
    const session = await openSession();
    const eventId = "60010001600100016001000160010001";

    const result = await session.call(getIssueDetails, { organizationSlug: "acme", eventId });

    expect(textOf(result)).toContain("# Issue `MOBILE-1`");
  });

  it("still tells the issue when its event cannot be read", async () => {
    const session = await openSession();
    await session.fault({ path: "/events/latest/", status: 500 });

    const result = await session.call(getIssueDetails, { organizationSlug: "acme", issueId: "CHECKOUT-1" });

    expect(result.isError).toBeUndefined();
    expect(textOf(result)).toContain("The event could not be read: Sentry answered 500");
  });

  it("asks for all that needs only the issue's id at once, and for the rest in one more step", async () => {
    const session = await openSession();
    session.service.regions.set("acme", `${BASE}/us`, { expiresAtMs: Infinity });

    await session.call(getIssueDetails, { organizationSlug: "acme", issueId: "CHECKOUT-1" });

    const event = "/us/api/0/projects/acme/checkout/events/50010001500100015001000150010001";
    expect(session.sent.toSorted()).toEqual([
      "GET /us/api/0/organizations/acme/issues/CHECKOUT-1/",
      "GET /us/api/0/organizations/acme/issues/CHECKOUT-1/events/latest/",
      "GET /us/api/0/organizations/acme/issues/CHECKOUT-1/external-issues/",
      "GET /us/api/0/organizations/acme/issues/CHECKOUT-1/tags/?limit=3",
      `GET ${event}/committers/`,
      `GET ${event}/owners/`,
    ]);
  });

  for (
    const [path, heading] of [
      ["/tags/", "## Tags over all events"],
      ["/external-issues/", "Linked issues"],
      ["/committers/", "## Suspect commits"],
      ["/owners/", "Code owners"],
    ] as const
  ) {
    it(`leaves out "${heading}", and nothing else, when Sentry fails at ${path}`, async () => {
      const args = { organizationSlug: "acme", issueId: "CHECKOUT-1" };
      const whole = textOf(await (await openSession()).call(getIssueDetails, args));
      const session = await openSession();
      await session.fault({ path, status: 500 });

      const result = await session.call(getIssueDetails, args);

      expect(result.isError).toBeUndefined();
      expect(whole).toContain(heading);
      expect(textOf(result)).not.toContain(heading);
      expect(textOf(result)).toContain("## Exception 3 of 3");
    });
  }

  it("leaves a token that is refused beside the issue to the transport", async () => {
    const session = await openSession();
    await session.fault({ path: "/committers/", status: 401, body: { detail: "Invalid token" } });

    const call = session.call(getIssueDetails, { organizationSlug: "acme", issueId: "CHECKOUT-1" });

    await expect(call).rejects.toMatchObject({ kind: "unauthorized" });
  });

  it("never shows cookies, authorization or passwords", async () => {
    const session = await openSession();

    const result = await session.call(getIssueDetails, {
      organizationSlug: "acme",
      issueId: "CHECKOUT-1",
      frames: "all",
    });

    expect(textOf(result)).not.toContain("must-not-be-shown");
  });

  for (
    const issueUrl of [
      "https://evil.example.test/organizations/acme/issues/1/",
      "not a url",
      `${BASE}/settings/`,
    ]
  ) {
    it(`refuses ${issueUrl} as a link before anything is sent`, async () => {
      const session = await openSession();

      const result = await session.call(getIssueDetails, { issueUrl });

      expect(result.isError).toBe(true);
      expect(textOf(result)).toContain("issueUrl");
      expect(session.sent).toEqual([]);
    });
  }
});

describe("update_issue", () => {
  it("assigns to whoever is signed in", async () => {
    const session = await openSession();

    const result = await session.call(updateIssue, {
      organizationSlug: "acme",
      issueId: "MOBILE-2",
      assignedTo: "me",
    });

    expect(result.structuredContent).toMatchObject({
      changes: [{ field: "assignee", from: "nobody", to: "user `Ada Lindqvist`" }],
    });
  });

  it("sends nothing when everything matches", async () => {
    const session = await openSession();

    const args = {
      organizationSlug: "acme",
      issueId: "CHECKOUT-1",
      assignedTo: "team:payments",
      priority: "high",
    };
    const result = await session.call(updateIssue, args);

    expect(result.structuredContent).toMatchObject({ changes: [] });
    expect(session.sent.filter((request) => !request.startsWith("GET"))).toEqual([]);
  });

  it("stands by a change whose comment failed", async () => {
    const session = await openSession();
    await session.fault({ path: "/notes/", method: "POST", status: 500 });

    const args = { organizationSlug: "acme", issueId: "CHECKOUT-5", status: "resolved", reason: "done" };
    const result = await session.call(updateIssue, args);

    expect(result.isError).toBeUndefined();
    expect(result.structuredContent).toMatchObject({ note: "failed", changes: [{ field: "status" }] });
  });

  const modes: [object, string][] = [
    [{ status: "ignored" }, "ignored, until it escalates"],
    [{ status: "ignored", ignoreMode: "forever" }, "ignored, forever"],
    [{ status: "ignored", ignoreDurationMinutes: 90 }, "ignored, until 2026-03-02 11:00 UTC"],
    [{ status: "ignored", ignoreMode: "untilUserCount", ignoreUserCount: 5 }, "ignored, until 5 more users"],
    [{ status: "resolved" }, "resolved"],
  ];
  for (const [args, status] of modes) {
    it(`makes ${JSON.stringify(args)} "${status}"`, async () => {
      const session = await openSession();

      const result = await session.call(updateIssue, {
        organizationSlug: "acme",
        issueId: "CHECKOUT-5",
        ...args,
      });

      expect(result.structuredContent).toMatchObject({ now: { status } });
    });
  }

  const refused: [object, string][] = [
    [{}, "Nothing to do"],
    [{ status: "resolved", ignoreMode: "forever" }, `ignoreMode goes only with status "ignored"`],
    [{ ignoreCount: 5 }, `ignoreCount goes only with status "ignored"`],
    [{ status: "ignored", ignoreMode: "forDuration" }, "ignoreDurationMinutes is missing"],
    [{ status: "ignored", ignoreMode: "forever", ignoreCount: 2 }, "ignoreCount does not go with ignoreMode"],
    [{ status: "ignored", ignoreWindowMinutes: 5 }, "ignoreCount is missing"],
    [{ assignedTo: "team:nobody-knows" }, `no team "nobody-knows"`],
    [{ assignedTo: "somebody" }, "`assignedTo`: expected"],
  ];
  for (const [args, says] of refused) {
    it(`refuses ${JSON.stringify(args)} and changes nothing`, async () => {
      const session = await openSession();

      const result = await session.call(updateIssue, {
        organizationSlug: "acme",
        issueId: "CHECKOUT-5",
        ...args,
      });

      expect(textOf(result)).toContain(says);
      expect(session.sent.filter((request) => !request.startsWith("GET"))).toEqual([]);
    });
  }
});

it("search_issues accepts every order it offers", async () => {
  for (const sort of ["date", "freq", "new", "user", "recommended"]) {
    const result = await (await openSession()).call(searchIssues, { organizationSlug: "acme", sort });
    expect(textOf(result), sort).toContain("10 issues");
  }
});

it("SentryError never carries the token", async () => {
  const session = await openSession();
  await session.fault({ path: "/projects/", status: 500, body: { detail: "down" } });

  const error: unknown = await session.access().organization("acme").projectDetails("checkout").catch((
    e: unknown,
  ) => e);

  expect(error).toBeInstanceOf(SentryError);
  expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain(session.credential.token);
});
