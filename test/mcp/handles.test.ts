import { describe, expect, it } from "vitest";
import { openWorld } from "./world.ts";

const WANTED = { organizationSlug: "acme", issueIds: ["STOREFRONT-2"], status: "resolved" };
const handleIn = (answer: string) => /"confirm":"([\w-]+)"/.exec(answer)?.[1] ?? "none";

describe("a handle of one instance", () => {
  it("opens in another for the same brought token, and for no other", async () => {
    const { mint, startInstance } = await openWorld();
    const env = { SENTRY_CLIENT_ID: "id", SENTRY_CLIENT_SECRET: "s", ENCRYPTION_KEY: "k".repeat(32) };
    const [one, other] = [startInstance(env), startInstance(env)];
    const [ada, grace] = [`Sentry-Bearer ${await mint("ada")}`, `Sentry-Bearer ${await mint("grace")}`];
    const confirm = handleIn(await one(ada, "update_issue", WANTED));

    const stolen = await other(grace, "update_issue", { confirm });
    const own = await other(ada, "update_issue", { confirm });

    expect(stolen).toContain("confirm is not a handle of this session");
    expect(own).toContain("Changed 1 issue to: resolved");
  });

  it("opens in another that shares the same Sentry token without a key of its own", async () => {
    const { mint, startInstance } = await openWorld();
    const env = { SENTRY_AUTH_TOKEN: await mint("ada"), MCP_API_KEY: "a-key-of-the-network" };
    const elsewhere = { ...env, SENTRY_AUTH_TOKEN: await mint("ada") };
    const [one, other, foreign] = [startInstance(env), startInstance(env), startInstance(elsewhere)];
    const door = "Bearer a-key-of-the-network";
    const confirm = handleIn(await one(door, "update_issue", WANTED));

    const refused = await foreign(door, "update_issue", { confirm });
    const done = await other(door, "update_issue", { confirm });

    expect(refused).toContain("confirm is not a handle of this session");
    expect(done).toContain("Changed 1 issue to: resolved");
  });
});
