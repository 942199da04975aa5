import { describe, expect, it } from "vitest";
import { analyzeIssueWithSeer } from "../../src/tools/analyze-issue-with-seer.ts";
import { openSession, textOf } from "./session.ts";

/** Was never analyzed. */
const NEW = { organizationSlug: "acme", issueId: "CHECKOUT-4" };
const FINISHED = { organizationSlug: "acme", issueId: "CHECKOUT-1" };
const FAILED = { organizationSlug: "acme", issueId: "CHECKOUT-2" };

const AUTOFIX = "/autofix/";
const endless = (more: object = {}) => ({
  path: AUTOFIX,
  method: "GET",
  body: { autofix: { run_id: 7, status: "processing", blocks: [], ...more } },
});

/** A session, what its client is told, and one call after the other. */
async function watched() {
  const session = await openSession();
  const told: string[] = [];
  const analyze = async (args: object, progress?: (message: string) => void) =>
    textOf(await session.call(analyzeIssueWithSeer, args, progress && { progress }));
  const writes = () => session.sent.filter((request) => request.startsWith("POST"));
  const looks = () =>
    session.sent.filter((request) => request.startsWith("GET") && request.includes(AUTOFIX));
  return { ...session, told, tell: (message: string) => void told.push(message), analyze, writes, looks };
}

const totalOf = (waitedMs: readonly number[]) => waitedMs.reduce((sum, ms) => sum + ms, 0);

describe("an issue without a run", () => {
  it("gets one, which is followed to its end, the first look after 1 s", async () => {
    const { analyze, writes, waitedMs } = await watched();

    const text = await analyze(NEW);

    expect(text).toContain("Run `90001` · completed");
    expect(text).toContain("Started now: the issue had no run.");
    expect(writes()).toHaveLength(1);
    expect(waitedMs).toEqual([1000, 3000, 4000]);
  });

  it("is told of the progress by whoever asked for it", async () => {
    const { analyze, told, tell } = await watched();

    await analyze(NEW, tell);

    expect(told).toEqual([
      "Seer is at work",
      "Seer: Read the stack trace",
      "Seer: Look for changes to the code",
    ]);
  });

  it("is analyzed in the older shape as well", async () => {
    const { analyze, told, tell } = await watched();

    const text = await analyze({ organizationSlug: "bergwerk", issueId: "STOLLEN-2" }, tell);

    expect(text).toContain("A value is used before it was checked.");
    expect(told).toContain("Seer: Read the stack trace...");
  });
});

describe("a run that goes on", () => {
  it("is left after 14 s when nobody asked for progress, with its id to read on", async () => {
    const { analyze, fault, waitedMs } = await watched();
    await fault(endless());

    const text = await analyze(NEW);

    expect(text).toContain("Run `7` · running");
    expect(text).toContain("Read on with `runId` `7`");
    expect(totalOf(waitedMs)).toBe(13_000);
  });

  it("is followed for four and a half minutes when the client is told how it gets on", async () => {
    const { analyze, fault, waitedMs, told, tell } = await watched();
    await fault(endless());

    await analyze(NEW, tell);

    expect(totalOf(waitedMs)).toBeGreaterThan(260_000);
    expect(totalOf(waitedMs)).toBeLessThanOrEqual(270_000);
    expect(told).toHaveLength(waitedMs.length + 1);
  });

  it("is read on by its id, and no other is started", async () => {
    const { analyze, writes } = await watched();
    const first = await analyze(NEW);

    const second = await analyze({ ...NEW, runId: "90001" });

    expect(second).toContain("Run `90001` · completed");
    expect(second).not.toContain("Started now");
    expect(first).toContain("Started now");
    expect(writes()).toHaveLength(1);
  });

  it("is not disturbed by an instruction, which it says", async () => {
    const { analyze, fault, writes } = await watched();
    await fault(endless());

    const text = await analyze({ ...NEW, instruction: "Look at the basket" });

    expect(text).toContain("The `instruction` was not used");
    expect(writes()).toEqual([]);
  });

  it("survives looks that fail, and is shown as it was seen last", async () => {
    const { analyze, fault, waitedMs } = await watched();
    await fault({
      ...endless({ blocks: [{ todos: [{ content: "Read", status: "in_progress" }] }] }),
      times: 1,
    });
    await fault({ path: AUTOFIX, method: "GET", status: 503 });

    const text = await analyze({ ...NEW, runId: "7" });

    expect(text).toContain("Sentry did not answer the last look");
    expect(text).toContain("[>] Read");
    expect(waitedMs.filter((ms) => ms >= 1000).slice(0, 3)).toEqual([1000, 3000, 4000]);
  });

  it("tells at once when Sentry refuses to show it any more", async () => {
    const { analyze, fault, looks } = await watched();
    await fault({ ...endless(), times: 1 });
    await fault({ path: AUTOFIX, method: "GET", status: 403 });

    const text = await analyze({ ...NEW, runId: "7" });

    expect(text).toContain("Sentry refused permission");
    expect(looks()).toHaveLength(2);
  });
});

describe("a run that has ended", () => {
  it("is read at once, and costs two requests", async () => {
    const { analyze, sent, waitedMs } = await watched();

    const text = await analyze(FINISHED);

    expect(text).toContain("The gateway client gives up after 2 s");
    expect(sent.filter((request) => request.includes("/issues/"))).toHaveLength(2);
    expect(waitedMs).toEqual([]);
  });

  it("is followed by another when an instruction is given, which Seer gets", async () => {
    const { analyze } = await watched();

    const text = await analyze({ ...FINISHED, instruction: "Look at the basket" });

    expect(text).toContain("Started now in place of run `51001`: an `instruction` was given.");
    expect(text).toContain("Do what was asked: Look at the basket");
  });

  it("is not shown in place of the one that was just started", async () => {
    const { analyze, fault } = await watched();
    const old = { autofix: { run_id: 51_001, status: "completed", blocks: [] } };
    await fault({ path: AUTOFIX, method: "GET", body: old, times: 3 });

    const text = await analyze({ ...FINISHED, restart: true });

    expect(text).toContain("Run `90001`");
    expect(text).not.toContain("Run `51001` ·");
  });

  it("is started anew only when it is asked to, even when it failed", async () => {
    const { analyze, writes } = await watched();

    const untouched = await analyze(FAILED);
    const before = writes().length;
    const again = await analyze({ ...FAILED, restart: true });

    expect(untouched).toContain("It failed (timeout): `restart: true` or an `instruction` starts it anew.");
    expect(before).toBe(0);
    expect(again).toContain("Started now in place of run `51002`");
  });
});

describe("what Seer writes", () => {
  it("fits into 12,000 characters, however long it is", async () => {
    const { analyze, fault } = await watched();
    const long = "`x` ".repeat(5000);
    const many = Array.from({ length: 50 }, () => long);
    const data = {
      one_line_description: long,
      five_whys: many,
      reproduction_steps: many,
      relevant_repo: long,
      no_code_fix_reason: long,
      one_line_summary: long,
      steps: many.map((description) => ({ title: long, description })),
    };
    const artifacts = [{ key: "root_cause", data }, { key: "solution", data }];
    const pr = { pr_url: `https://git.example.test/${"x".repeat(400)}`, repo_name: long, title: long };
    await fault(endless({
      status: "failed",
      failure_reason: long,
      blocks: [{ artifacts, todos: many.map((content) => ({ content, status: "completed" })) }],
      pending_user_input: { input_type: long, data: { questions: many } },
      repo_pr_states: Object.fromEntries(many.map((_, index) => [`r${index}`, pr])),
    }));

    const text = await analyze(NEW);

    expect(text.length).toBeLessThanOrEqual(12_000);
    expect(text).toContain("characters more; the issue's page in Sentry has all of it.");
    expect(text).toContain("47 more in Sentry");
  });
});
