import { describe, expect, it } from "vitest";
import type { ToolResult } from "../../src/tools/call.ts";
import { updateIssue } from "../../src/tools/update-issue.ts";
import { BASE, openSession, textOf } from "./session.ts";

type Session = Awaited<ReturnType<typeof openSession>>;

interface Bulk {
  readonly to: string;
  readonly wouldChange: readonly { id: string; from: string }[];
  readonly changed: readonly string[];
  readonly matching: readonly string[];
  readonly missing: readonly string[];
  readonly failed: readonly { id: string; problem: string }[];
  readonly withoutNote: readonly string[];
  readonly hasMore: boolean;
  readonly confirm?: string;
}

const ACME = { organizationSlug: "acme" };
const MIXED = { ...ACME, issueIds: ["CHECKOUT-5", "storefront-2", "4003", "CHECKOUT-999", "7777777"] };

function bulkOf({ structuredContent = {} }: ToolResult): Bulk {
  // The golden test holds it to the output schema.
  return structuredContent.bulk as Bulk;
}

async function change(session: Session, args: object): Promise<{ bulk: Bulk; text: string }> {
  const result = await session.call(updateIssue, args);
  if (result.isError) throw new Error(textOf(result));
  return { bulk: bulkOf(result), text: textOf(result) };
}

const statusOf = async (session: Session, issueId: string) => {
  const { structuredContent = {} } = await session.call(updateIssue, {
    ...ACME,
    issueId,
    priority: "medium",
  });
  return (structuredContent.now as { status: string }).status;
};

const writes = (session: Session) => session.sent.filter((request) => !request.startsWith("GET"));
const idsOf = (bulk: Bulk) => bulk.wouldChange.map(({ id }) => id);

describe("update_issue for many", () => {
  it("first shows what would change, what matches already and what is not there, and changes nothing", async () => {
    const session = await openSession();

    const { bulk } = await change(session, { ...MIXED, status: "resolved" });

    expect(idsOf(bulk)).toEqual(["CHECKOUT-5", "STOREFRONT-2"]);
    expect(bulk.wouldChange[0]?.from).toBe("unresolved, ongoing");
    expect(bulk.matching).toEqual(["STOREFRONT-3"]);
    expect(bulk.missing).toEqual(["CHECKOUT-999", "7777777"]);
    expect(writes(session)).toEqual([]);
  });

  it("changes exactly what it showed when the handle comes back, project by project", async () => {
    const session = await openSession();
    const preview = await change(session, { ...MIXED, status: "resolved", priority: "low" });

    const { bulk } = await change(session, { confirm: preview.bulk.confirm });

    expect(bulk.changed.toSorted()).toEqual(["CHECKOUT-5", "STOREFRONT-2", "STOREFRONT-3"]);
    expect(bulk.failed).toEqual([]);
    expect(writes(session).map((request) => request.replace("/us", "")).toSorted()).toEqual([
      "PUT /api/0/organizations/acme/issues/?id=4002&project=3001&query=issue.id:[4002]",
      "PUT /api/0/organizations/acme/issues/?id=4003&project=3001&query=issue.id:[4003]",
      "PUT /api/0/organizations/acme/issues/?id=5005&project=3002&query=issue.id:[5005]",
    ]);
    expect(await statusOf(session, "CHECKOUT-5")).toBe("resolved");
    expect(await statusOf(session, "CHECKOUT-6")).not.toBe("resolved");
  });

  it("finds issues by a search, in one project and one period", async () => {
    const session = await openSession();

    const args = {
      ...ACME,
      query: "is:unresolved level:warning",
      projectSlugOrId: "checkout",
      period: "90d",
    };
    const { bulk } = await change(session, { ...args, assignedTo: "me" });

    expect(idsOf(bulk).length).toBeGreaterThan(0);
    expect(idsOf(bulk).every((id) => id.startsWith("CHECKOUT-"))).toBe(true);
    expect(bulk.to).toBe("assigned to `me`");
  });

  it("takes at most 100 of a search and says that there are more", async () => {
    const session = await openSession();
    await session.fault({
      path: "/issues/?",
      times: 1,
      status: 200,
      headers: { link: '<https://x.test>; rel="next"; results="true"; cursor="0:100:0"' },
      body: [{ id: "5005", shortId: "CHECKOUT-5", status: "unresolved", project: { id: "3002" } }],
    });

    const { text } = await change(session, { ...ACME, query: "is:unresolved", status: "ignored" });

    expect(session.sent.at(-1)).toContain("limit=100");
    expect(text).toContain("The search finds more issues; these are the 100 seen last.");
  });

  it("gives no handle when nothing is left to do", async () => {
    const session = await openSession();

    const { bulk, text } = await change(session, { ...ACME, issueIds: ["STOREFRONT-3"], status: "resolved" });

    expect(bulk.confirm).toBeUndefined();
    expect(text).toContain("Already so, left alone (1): `STOREFRONT-3`");
  });

  it("leaves alone what came to match since the preview", async () => {
    const session = await openSession();
    const { bulk: { confirm } } = await change(session, { ...MIXED, status: "resolved" });
    await session.call(updateIssue, { ...ACME, issueId: "CHECKOUT-5", status: "resolved" });

    const { bulk } = await change(session, { confirm });

    expect(bulk.changed).toEqual(["STOREFRONT-2"]);
    expect(bulk.matching).toEqual(["CHECKOUT-5"]);
  });

  it("changes nothing else when all of the issues are gone", async () => {
    const session = await openSession();
    const { bulk: { confirm } } = await change(session, {
      ...ACME,
      issueIds: ["CHECKOUT-5"],
      status: "resolved",
    });
    await session.fault({ path: "group=5005", status: 200, body: [] });
    await session.fault({ path: "/issues/5005/", status: 404, body: { detail: "gone" } });

    const { bulk } = await change(session, { confirm });

    expect(bulk).toMatchObject({ changed: [], missing: ["5005"] });
    expect(writes(session)).toEqual([]);
  });

  it("hits nothing more when an issue goes after it was read again", async () => {
    const session = await openSession();
    const gone = { id: "5999", shortId: "CHECKOUT-999", status: "unresolved", project: { id: "3002" } };
    await session.fault({ path: "group=5999", status: 200, body: [gone] });
    const { bulk: { confirm } } = await change(session, { ...ACME, issueIds: ["5999"], status: "resolved" });

    const { bulk } = await change(session, { confirm });

    expect(bulk).toMatchObject({ changed: [], missing: ["CHECKOUT-999"] });
    expect(writes(session)).toHaveLength(1);
    expect(await statusOf(session, "CHECKOUT-5")).not.toBe("resolved");
  });

  it("leaves alone an issue that Sentry now counts to another project", async () => {
    const session = await openSession();
    const { bulk: { confirm } } = await change(session, {
      ...ACME,
      issueIds: ["CHECKOUT-5"],
      status: "resolved",
    });
    const moved = { id: "5005", shortId: "CHECKOUT-5", status: "unresolved", project: { id: "3001" } };
    await session.fault({ path: "group=5005", status: 200, body: [moved] });

    const { bulk } = await change(session, { confirm });

    expect(bulk).toMatchObject({ changed: [], missing: ["CHECKOUT-5"] });
    expect(writes(session)).toEqual([]);
  });

  it("tells what failed, and changes the rest", async () => {
    const session = await openSession();
    const { bulk: { confirm } } = await change(session, { ...MIXED, assignedTo: "team:web" });

    const { bulk, text } = await change(session, { confirm });

    expect(bulk.changed).toEqual(["STOREFRONT-2"]);
    expect(bulk.failed.map(({ id }) => id)).toEqual(["CHECKOUT-5"]);
    expect(text).toMatch(/Failed, `.*Cannot assign to a team without access.*` \(1\): `CHECKOUT-5`/);
  });

  it("adds the reason to each that changes, and tells where it could not", async () => {
    const session = await openSession();
    const args = { ...MIXED, status: "resolved", reason: "Fixed by hand" };
    const { bulk: { confirm } } = await change(session, args);
    await session.fault({ path: "/issues/4002/notes/", method: "POST", status: 500 });

    const { bulk, text } = await change(session, { confirm });

    expect(bulk.changed.toSorted()).toEqual(["CHECKOUT-5", "STOREFRONT-2"]);
    expect(bulk.withoutNote).toEqual(["STOREFRONT-2"]);
    expect(text).toContain("resolved; the reason as a comment");
    expect(writes(session).filter((request) => request.startsWith("POST"))).toHaveLength(2);
  });

  it("tells how it gets on, project by project", async () => {
    const session = await openSession();
    const { bulk: { confirm } } = await change(session, { ...MIXED, status: "resolved" });

    const told: string[] = [];
    await session.call(updateIssue, { confirm }, { progress: (message) => void told.push(message) });

    expect(told).toEqual(["1 of 2 issues done", "2 of 2 issues done"]);
  });

  it("keeps the answer for 100 issues with long titles within 12 KB", async () => {
    const session = await openSession();
    const body = Array.from({ length: 100 }, (_, index) => ({
      id: String(7_400_000_000 + index * 7919),
      shortId: `A-RATHER-LONG-SLUG-${index}ZZ`,
      title: "every title of these is long ".repeat(20),
      status: "unresolved",
      substatus: "escalating",
      project: { id: "4505000000000001" },
    }));
    await session.fault({ path: "/issues/?", status: 200, body });

    const result = await session.call(updateIssue, { ...ACME, query: "x", status: "resolved" });

    const sizeOf = (text: string) => new TextEncoder().encode(text).length;
    expect(bulkOf(result).wouldChange).toHaveLength(100);
    expect(sizeOf(textOf(result))).toBeLessThanOrEqual(12 * 1024);
    expect(sizeOf(JSON.stringify(result.structuredContent))).toBeLessThanOrEqual(14 * 1024);
  });

  it("gives a handle that fits into a call, however long the reason", async () => {
    const session = await openSession();
    const reason = "\u{1f4a5}".repeat(500);

    const preview = await change(session, {
      ...MIXED,
      status: "resolved",
      inRelease: "v".repeat(250),
      reason,
    });
    const tooLong = await session.call(updateIssue, { ...MIXED, status: "resolved", reason: `${reason}!` });

    const shown = /```\n([\w-]+)\n```/.exec(preview.text)?.[1];
    expect(shown).toBe(preview.bulk.confirm);
    expect((await session.call(updateIssue, { confirm: shown })).isError).toBeUndefined();
    expect(textOf(tooLong)).toContain("reason: at most 1000 characters for many issues");
  });

  it("asks Sentry for a hundred issues with one request for each way to name them", async () => {
    const session = await openSession();
    session.service.regions.set("acme", `${BASE}/us`, { expiresAtMs: Infinity });
    const numbers = Array.from({ length: 12 }, (_, index) => `CHECKOUT-${index + 5}`);

    await change(session, { ...ACME, issueIds: [...numbers, "4001", "4002"], priority: "low" });

    expect(session.sent).toHaveLength(2);
  });
});

describe("a handle of update_issue", () => {
  const wanted = { ...ACME, issueIds: ["CHECKOUT-5"], status: "resolved" };
  const acme = { organizationSlug: "acme" };

  async function handleOf(options: Parameters<typeof openSession>[0] = {}): Promise<string> {
    return (await change(await openSession(options), wanted)).bulk.confirm ?? "";
  }

  const strangers: [string, Parameters<typeof openSession>[0], Parameters<typeof openSession>[0]][] = [
    ["another user", {}, { credentialId: "grace" }],
    ["a session confined more narrowly", {}, { constraint: acme }],
    ["a session that is not confined", { constraint: acme }, {}],
    ["a session of another project", { constraint: acme }, {
      constraint: { ...acme, projectSlug: "storefront" },
    }],
  ];
  for (const [name, made, used] of strangers) {
    it(`does not open for ${name}`, async () => {
      const session = await openSession(used);

      const result = await session.call(updateIssue, { confirm: await handleOf(made) });

      expect(textOf(result)).toContain("confirm is not a handle of this session");
      expect(session.sent).toEqual([]);
    });
  }

  it("opens in another instance with the same key, and any number of times", async () => {
    const confirm = await handleOf();
    const session = await openSession();

    const first = await change(session, { confirm });
    const second = await change(session, { confirm });

    expect(first.bulk.changed).toEqual(["CHECKOUT-5"]);
    expect(second.bulk).toMatchObject({ changed: [], matching: ["CHECKOUT-5"] });
  });

  it("opens for fourteen minutes, and not for sixteen", async () => {
    const [early, late] = [await openSession(), await openSession()];
    const confirm = await handleOf();
    early.wait(14);
    late.wait(16);

    const inTime = await early.call(updateIssue, { confirm });
    const tooLate = await late.call(updateIssue, { confirm });

    expect(inTime.isError).toBeUndefined();
    expect(textOf(tooLate)).toContain("older than 15 minutes");
  });

  it("does not open when a character of it is changed", async () => {
    const session = await openSession();
    const confirm = await handleOf();
    const other = confirm.replace(/.(?=.{10}$)/, (character) => (character === "A" ? "B" : "A"));

    const result = await session.call(updateIssue, { confirm: other });

    expect(result.isError).toBe(true);
    expect(session.sent).toEqual([]);
  });

  for (
    const beside of [{ status: "resolved" }, { issueIds: ["CHECKOUT-6"] }, { query: "" }, { reason: "more" }]
  ) {
    it(`is refused beside ${Object.keys(beside)[0]}`, async () => {
      const session = await openSession();

      const result = await session.call(updateIssue, { confirm: await handleOf(), ...beside });

      expect(result.isError).toBe(true);
      expect(writes(session)).toEqual([]);
    });
  }
});

describe("update_issue resolves", () => {
  const repository = "acme/checkout";
  const commit = "b0a7".repeat(10);
  const resolutions: [object, string][] = [
    [{ inRelease: "checkout@1.9.0" }, "resolved, in release `checkout@1.9.0`"],
    [{ inRelease: "latest" }, "resolved, in release `checkout@1.9.0`"],
    [{ commit, repository }, `resolved, in commit \`${commit}\``],
  ];
  for (const [how, status] of resolutions) {
    it(`by ${JSON.stringify(how).slice(0, 40)}`, async () => {
      const session = await openSession();

      const args = { ...ACME, issueId: "CHECKOUT-5", status: "resolved", ...how };
      const result = await session.call(updateIssue, args);

      expect(result.structuredContent).toMatchObject({ now: { status } });
    });
  }

  for (const how of [{ inRelease: "checkout@1.9.0" }, { commit, repository }]) {
    it(`by ${Object.keys(how)[0]}, and the same again is no change`, async () => {
      const session = await openSession();
      const args = { ...ACME, issueId: "CHECKOUT-5", status: "resolved", ...how };
      await session.call(updateIssue, args);

      const result = await session.call(updateIssue, args);

      expect(result.structuredContent).toMatchObject({ changes: [] });
    });
  }

  const refused: [object, string][] = [
    [{ status: "resolved", inRelease: "checkout@0.0.0" }, "Unable to find a release"],
    [{ status: "ignored", inRelease: "1" }, `inRelease goes only with status "resolved"`],
    [{ commit, repository }, `commit goes only with status "resolved"`],
    [{ status: "resolved", inRelease: "1".repeat(300) }, "inRelease: at most 250 characters"],
    [{ status: "resolved", commit }, "commit and repository go together"],
    [{ status: "resolved", commit, repository, inRelease: "latest" }, "inRelease does not go with commit"],
    [{ status: "resolved", issueIds: ["CHECKOUT-6"] }, "Pass one of issueId and issueIds"],
    [{ status: "resolved", query: "x" }, "Pass one of issueId and query"],
  ];
  for (const [args, says] of refused) {
    it(`not with ${JSON.stringify(args).slice(0, 60)}`, async () => {
      const session = await openSession();

      const result = await session.call(updateIssue, { ...ACME, issueId: "CHECKOUT-5", ...args });

      expect(textOf(result)).toContain(says);
    });
  }
});
