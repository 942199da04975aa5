import { describe, expect, it } from "vitest";
import { startSandbox } from "./sandbox-client.ts";

const AUTOFIX = "/organizations/acme/issues/STOREFRONT-4/autofix/";

async function signedIn(user = "ada", scopes?: readonly string[]) {
  const sandbox = startSandbox();
  const token = await sandbox.tokenOf(user, scopes);
  const look = async (path = AUTOFIX) => (await sandbox.api(token, path)).body;
  const start = (body: object = {}, path = AUTOFIX) =>
    sandbox.api(token, path, { method: "POST", body: JSON.stringify(body) });
  return { ...sandbox, look, start };
}

describe("a run of Seer", () => {
  it("is null before anybody has started one", async () => {
    const { look } = await signedIn();

    expect(await look()).toEqual({ autofix: null });
  });

  it("gets on with every look and is completed at the third", async () => {
    const { start, look } = await signedIn();

    const started = await start({ user_context: "Look at the basket" });
    const looks = [await look(), await look(), await look()];

    expect(started).toMatchObject({ status: 202, body: { run_id: 90_001 } });
    expect(looks).toMatchObject([
      { autofix: { run_id: 90_001, status: "processing" } },
      { autofix: { status: "processing" } },
      { autofix: { status: "completed" } },
    ]);
    expect(JSON.stringify(looks[2])).toContain("Look at the basket");
  });

  it("reaches a solution only when it is asked to", async () => {
    const { start, look } = await signedIn();
    const finished = async () => JSON.stringify([await look(), await look(), await look()][2]);

    await start();
    const toTheCause = await finished();
    await start({ stopping_point: "solution" });
    const toTheSolution = await finished();

    expect(toTheCause).not.toContain("one_line_summary");
    expect(toTheSolution).toContain("one_line_summary");
  });

  it("has the older shape, of steps, in bergwerk", async () => {
    const { start, look } = await signedIn();
    const path = "/organizations/bergwerk/issues/STOLLEN-2/autofix/";

    await start({}, path);

    expect(await look(path)).toMatchObject({
      autofix: { status: "PROCESSING", steps: [{ status: "PROCESSING" }] },
    });
  });

  it("is forgotten by a reset, and the world's own runs stay", async () => {
    const sandbox = await signedIn();
    await sandbox.start();

    await sandbox.switchOn("reset");
    const token = await sandbox.tokenOf("ada");

    expect((await sandbox.api(token, AUTOFIX)).body).toEqual({ autofix: null });
    expect((await sandbox.api(token, AUTOFIX.replace("STOREFRONT-4", "CHECKOUT-2"))).body).toMatchObject({
      autofix: { run_id: 51_002, status: "error" },
    });
  });
});

describe("Seer refuses", () => {
  it.each([
    ["an unknown stopping point", { stopping_point: "world_peace" }, 400],
    ["a context of more than 1,000 characters", { user_context: "x".repeat(1001) }, 400],
    ["a context that is no text", { user_context: 7 }, 400],
    ["a run that the issue never had", { run_id: 12 }, 404],
  ])("%s", async (_name, body, status) => {
    const { start } = await signedIn();

    expect((await start(body)).status).toBe(status);
  });

  it("to start without event:write, and still shows what there is", async () => {
    const { start, look } = await signedIn("ada", ["org:read", "event:read"]);

    expect((await start()).status).toBe(403);
    expect(await look()).toEqual({ autofix: null });
  });

  it("projects in which it is switched off, other teams' projects and other organizations", async () => {
    const ada = await signedIn();
    const grace = await signedIn("grace");

    expect((await ada.start({}, AUTOFIX.replace("STOREFRONT-4", "MOBILE-1"))).status).toBe(403);
    expect((await grace.start({}, AUTOFIX.replace("STOREFRONT-4", "CHECKOUT-1"))).status).toBe(403);
    expect((await grace.start({}, AUTOFIX.replace("acme", "umbra"))).status).toBe(404);
  });

  it("with 402 and a bare string when the budget is used up", async () => {
    const { start } = await signedIn();

    const { status, body } = await start({}, AUTOFIX.replace("STOREFRONT-4", "STOREFRONT-2"));

    expect([status, body]).toEqual([402, "No budget for Seer Autofix."]);
  });
});
