import { describe, expect, it } from "vitest";
import { each, startSandbox } from "./sandbox-client.ts";

const STOREFRONT_REPLAY = "5e9a".repeat(8);
const CHECKOUT_PROFILE = "9f0f".repeat(8);

async function as(user: "ada" | "grace") {
  const sandbox = startSandbox();
  const token = await sandbox.tokenOf(user);
  return {
    get: (path: string) => sandbox.api(token, path),
    status: async (path: string) => (await sandbox.api(token, path)).status,
  };
}

/** One of each kind, of checkout, where grace has no access. */
const OF_CHECKOUT: readonly [path: string, whenClosed: number][] = [
  [`/organizations/acme/replays/${"c4ec".repeat(8)}/`, 404],
  [`/projects/acme/checkout/profiling/profiles/${CHECKOUT_PROFILE}/`, 403],
  ["/organizations/acme/monitors/nightly-invoices/", 403],
  ["/organizations/acme/monitors/nightly-invoices/checkins/", 403],
  ["/projects/acme/checkout/uptime/601/", 403],
  ["/projects/acme/checkout/uptime/601/checks/", 403],
  ["/organizations/acme/releases/checkout@1.9.0/", 404],
  ["/projects/acme/checkout/releases/checkout@1.9.0/", 403],
  ["/organizations/acme/detectors/611/", 403],
  ["/organizations/acme/alert-rules/811/", 403],
  ["/projects/acme/checkout/rules/801/", 403],
];

describe("replays, profiles, monitors, releases, dashboards and alerts", () => {
  for (const [path, whenClosed] of OF_CHECKOUT) {
    it(`lets those see ${path} who can open the project`, async () => {
      const [ada, grace] = await Promise.all([as("ada"), as("grace")]);

      const statuses = [await ada.status(path), await grace.status(path)];

      expect(statuses).toEqual([200, whenClosed]);
    });

    it(`does not find ${path} below another organization`, async () => {
      const { status } = await as("ada");
      const elsewhere = path.replace("/acme/checkout/", "/umbra/vault/").replace("/acme/", "/umbra/");

      expect(await status(elsewhere)).toBe(404);
    });
  }

  it("asks for scopes", async () => {
    const sandbox = startSandbox();
    const token = await sandbox.tokenOf("ada", ["event:read"]);

    const answers = await Promise.all(OF_CHECKOUT.map(([path]) => sandbox.api(token, path)));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]));
  });

  it("takes a replay's id with dashes, and says nothing of an archived one but its project", async () => {
    const { get, status } = await as("grace");

    const dashed = await status("/organizations/acme/replays/5e9a5e9a-5e9a-5e9a-5e9a-5e9a5e9a5e9a/");
    const { body } = await get(`/organizations/acme/replays/${"a2c417ed".repeat(4)}/`);

    expect(dashed).toBe(200);
    expect(body).toMatchObject({
      data: { project_id: "3001", is_archived: true, started_at: null, releases: null },
    });
  });

  it("finds the replays of open projects only", async () => {
    const { status } = await as("grace");

    expect(await status(`/organizations/acme/replays/${STOREFRONT_REPLAY}/`)).toBe(200);
    expect(await status(`/organizations/acme/replays/${"ff91a703".repeat(4)}/`)).toBe(404);
  });

  it("shows check-ins newest first, by pages", async () => {
    const { get } = await as("ada");

    const { body, link } = await get("/organizations/acme/monitors/nightly-invoices/checkins/?per_page=3");

    expect(each(body, "status")).toEqual(["error", "missed", "timeout"]);
    expect(link).toContain('rel="next"; results="true"');
  });

  it("names the projects of a release that the caller can open", async () => {
    const [ada, grace] = await Promise.all([as("ada"), as("grace")]);

    const both = await ada.get("/organizations/acme/releases/shop@7/");
    const one = await grace.get("/organizations/acme/releases/shop@7/");

    expect(both.body).toMatchObject({ projects: [{ slug: "storefront" }, { slug: "checkout" }] });
    expect(one.body).toMatchObject({ projects: [{ slug: "storefront" }] });
  });

  it("lists the detectors that are asked for, of open projects", async () => {
    const [ada, grace] = await Promise.all([as("ada"), as("grace")]);
    const path = "/organizations/acme/detectors/?id=611&id=612&id=619";

    expect(each((await ada.get(path)).body, "id")).toEqual(["611", "612"]);
    expect(each((await grace.get(path)).body, "id")).toEqual(["612"]);
  });

  it("shows dashboards and alerts of the organization to all of its members", async () => {
    const { status } = await as("grace");

    expect(await status("/organizations/acme/dashboards/901/")).toBe(200);
    expect(await status("/organizations/acme/workflows/701/")).toBe(200);
    expect(await status("/organizations/acme/dashboards/909/")).toBe(404);
    expect(await status("/organizations/acme/workflows/709/")).toBe(404);
  });
});
