import { describe, expect, it } from "vitest";
import { createLog } from "../../src/lib/log.ts";
import { createSentryAccess } from "../../src/sentry/access.ts";
import { getEvent } from "../../src/sentry/event.ts";
import { getIssue, searchIssues } from "../../src/sentry/issue.ts";
import { createSentryService } from "../../src/sentry/service.ts";

const BASE = "https://sentry.example.test";
const PAGE = new Response("<h1>Not Found</h1>", { status: 404 });
const NOT_FOUND = Response.json({ detail: "The requested resource does not exist" }, { status: 404 });
const ISSUE = { id: "17", shortId: "WEB-1", project: { id: "2", slug: "web" } };
const SEARCH = { query: "is:unresolved", sort: "recommended", period: "14d", limit: 5 };

/** An old Sentry whose answers go by the path and query below the API's root; `open` begins a new request. */
function oldSentry(answer: (path: string) => unknown, options: { regionUrls?: readonly string[] } = {}) {
  const sent: string[] = [];
  let nowMs = 0;
  const service = createSentryService({
    url: BASE,
    regionUrls: options.regionUrls ?? [],
    fetch: async (request) => {
      const path = request.url.slice(`${BASE}/api/0/`.length);
      sent.push(path);
      const found = answer(path);
      return found instanceof Response ? found.clone() : Response.json(found);
    },
    now: () => nowMs,
    log: createLog({ level: "error", write: () => {}, now: () => 0 }),
    version: "0",
  });
  return {
    open: () =>
      createSentryAccess({
        service,
        credential: { id: "c", token: "the-token" },
        constraint: {},
        signal: new AbortController().signal,
      }),
    /** What was sent since the last look. */
    sent: () => sent.splice(0),
    waitMinutes: (minutes: number) => (nowMs += minutes * 60_000),
  };
}

describe("an older Sentry without sort=recommended", () => {
  const withoutRecommended = (path: string) =>
    path.includes("sort=recommended") ? Response.json({ detail: "Invalid sort" }, { status: 400 }) : [ISSUE];

  it("is searched by date, and by date at once the next time", async () => {
    const sentry = oldSentry(withoutRecommended);

    const first = await searchIssues(sentry.open().organization("acme"), SEARCH);
    const sentAtFirst = sentry.sent();
    const second = await searchIssues(sentry.open().organization("ACME"), SEARCH);

    expect([first.sort, first.items[0]?.id, second.sort]).toEqual(["date", "17", "date"]);
    expect(sentAtFirst).toHaveLength(2);
    expect(sentry.sent()).toEqual([expect.stringContaining("sort=date")]);
  });

  it("is asked again after some minutes, and each organization for itself", async () => {
    const sentry = oldSentry(withoutRecommended);
    await searchIssues(sentry.open().organization("acme"), SEARCH);
    sentry.sent();

    await searchIssues(sentry.open().organization("bergwerk"), SEARCH);
    sentry.waitMinutes(11);
    await searchIssues(sentry.open().organization("acme"), SEARCH);

    expect(sentry.sent().filter((path) => path.includes("sort=recommended"))).toHaveLength(2);
  });

  it("is not suspected when the query itself is wrong", async () => {
    const sentry = oldSentry(() => Response.json({ detail: "Invalid query" }, { status: 400 }));

    for (let time = 0; time < 2; time++) {
      await expect(searchIssues(sentry.open().organization("acme"), SEARCH)).rejects.toMatchObject({
        kind: "invalid",
        detail: "Invalid query",
      });
    }

    expect(sentry.sent().filter((path) => path.includes("sort=recommended"))).toHaveLength(2);
  });
});

describe("an older Sentry that takes no short ids below /issues/", () => {
  for (const [name, refusal] of [["its own 404", NOT_FOUND], ["a page", PAGE]] as const) {
    it(`gets the numeric id after ${name}, and at once the next time`, async () => {
      const sentry = oldSentry((path) => {
        if (path.includes("/issues/WEB-1/")) return refusal;
        if (path.includes("/shortids/")) return { groupId: "17", shortId: "WEB-1" };
        return path.includes("/events/") ? { eventID: "e", projectID: "2" } : ISSUE;
      });
      const both = async () => {
        const organization = sentry.open().organization("acme");
        return Promise.all([getIssue(organization, "WEB-1"), getEvent(organization, "WEB-1", "latest")]);
      };

      const [issue, event] = await both();
      const sentAtFirst = sentry.sent();
      await both();

      expect([issue.id, event.id]).toEqual(["17", "e"]);
      expect(sentAtFirst.filter((path) => path.includes("/shortids/"))).toHaveLength(1);
      expect(sentry.sent()).toEqual([
        "organizations/acme/shortids/WEB-1/",
        "organizations/acme/issues/17/",
        "organizations/acme/issues/17/events/latest/",
      ]);
    });
  }

  it("is not suspected when there is no such issue", async () => {
    const sentry = oldSentry(() => NOT_FOUND);

    for (let time = 0; time < 2; time++) {
      await expect(getIssue(sentry.open().organization("acme"), "WEB-9")).rejects.toThrow(
        `Sentry has no "organizations/acme/issues/WEB-9"`,
      );
    }

    expect(sentry.sent().filter((path) => path.includes("/issues/"))).toHaveLength(2);
  });

  it("is not suspected when the issue is there and has no events", async () => {
    const sentry = oldSentry((path) => {
      if (path.includes("/events/")) return NOT_FOUND;
      return path.includes("/shortids/") ? { groupId: 17 } : ISSUE;
    });

    await expect(getEvent(sentry.open().organization("acme"), "WEB-1", "latest")).rejects.toMatchObject({
      kind: "not_found",
    });
    sentry.sent();
    await getIssue(sentry.open().organization("acme"), "WEB-1");

    expect(sentry.sent()).toEqual(["organizations/acme/issues/WEB-1/"]);
  });
});

it("an older Sentry without regions is asked for them once", async () => {
  const sentry = oldSentry((path) => (path.startsWith("users/") ? PAGE : [{ id: "1", slug: "acme" }]), {
    regionUrls: ["https://eu.example.test"],
  });

  await sentry.open().organizations({});
  await sentry.open().organizations({});

  expect(sentry.sent().filter((path) => path.startsWith("users/"))).toHaveLength(1);
});
