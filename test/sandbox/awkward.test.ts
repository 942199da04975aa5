import { describe, expect, it } from "vitest";
import { each, startSandbox } from "./sandbox-client.ts";

type Frame = Record<string, unknown>;
type Value = { type: string; mechanism: Record<string, unknown>; stacktrace: { frames: Frame[] } | null };
type Entry = { type?: string; data: { values: Value[]; images?: unknown[] } } | null;

async function asAda() {
  const { api, tokenOf } = startSandbox();
  const token = await tokenOf("ada");
  const issue = async (shortId: string, organization = "acme") =>
    (await api(token, `/organizations/${organization}/issues/${shortId}/`)).body as Record<string, unknown>;
  const event = async (shortId: string, organization = "acme") => {
    const { body } = await api(token, `/organizations/${organization}/issues/${shortId}/events/latest/`);
    const { entries } = body as { entries: Entry[] };
    const values = (type: string) => entries.find((entry) => entry?.type === type)?.data.values ?? [];
    return { body: body as Record<string, unknown>, entries, values };
  };
  return { api, token, issue, event };
}

describe("awkward issues", () => {
  it.each([
    ["STOREFRONT-14", "acme", "javascript", 5],
    ["CHECKOUT-16", "acme", "java", 3],
    ["CHECKOUT-17", "acme", "ruby", 3],
    ["CHECKOUT-18", "acme", "php", 2],
    ["CHECKOUT-19", "acme", "csharp", 3],
    ["CHECKOUT-20", "acme", "python", 4],
    ["STOLLEN-5", "bergwerk", "go", 3],
  ])("%s of %s chains exceptions of %s, the cause first", async (shortId, organization, platform, links) => {
    const { event, issue } = await asAda();

    const { values, body } = await event(shortId, organization);

    const chain = values("exception");
    expect(body["platform"]).toBe(platform);
    expect(chain.map(({ mechanism }) => mechanism["exception_id"])).toEqual(
      Array.from({ length: links }, (_, index) => links - 1 - index),
    );
    expect(await issue(shortId, organization)).toMatchObject({ metadata: { type: chain.at(-1)?.type } });
    expect(chain.at(-1)?.stacktrace?.frames.some((frame) => frame["inApp"] === true)).toBe(true);
  });

  it("hold minified frames without source, an archived replay and a release with slashes and other scripts", async () => {
    const { event } = await asAda();

    const { body, values } = await event("STOREFRONT-13");

    const frames = values("exception")[0]?.stacktrace?.frames ?? [];
    expect(frames).toHaveLength(4);
    expect(
      frames.every(({ lineNo, context }) => lineNo === 1 && Array.isArray(context) && context.length === 0),
    ).toBe(true);
    expect(each(body["errors"], "type")).toEqual(["js_no_source", "js_invalid_source"]);
    expect(body).toMatchObject({ release: { version: "shop/feature/größe wählen@2.5.0-β+🛒" } });
    expect(body["tags"]).toContainEqual({ key: "replayId", value: "a2c417ed".repeat(4) });
  });

  it("hold native stacks with addresses, images, registers and frames without a name", async () => {
    const { event } = await asAda();

    const { entries, values } = await event("MOBILE-11");

    const frames = values("exception")[0]?.stacktrace?.frames ?? [];
    expect(frames.every((frame) => /^0x[0-9a-f]+$/.test(String(frame["instructionAddr"])))).toBe(true);
    expect(frames.filter((frame) => frame["function"] === null)).toHaveLength(1);
    expect(frames.at(-1)).toMatchObject({
      trust: "context",
      lineNo: 48,
      package: expect.stringContaining(".so"),
    });
    const meta = entries.find((entry) => entry?.type === "debugmeta");
    expect(each(meta?.data.images, "debug_status")).toEqual(["missing", "found"]);
    expect((await event("MOBILE-12")).body["platform"]).toBe("rust");
  });

  it("hold slowness, regressions and feedback with their evidence", async () => {
    const { issue, event } = await asAda();

    for (
      const [shortId, type, occurrence] of [
        ["STOREFRONT-16", "performance_render_blocking_asset_span", 1004],
        ["CHECKOUT-23", "performance_slow_db_query", 1001],
        ["CHECKOUT-24", "performance_p95_endpoint_regression", 1018],
        ["STOREFRONT-15", "feedback", 6001],
      ] as const
    ) {
      expect(await issue(shortId)).toMatchObject({ issueType: type });
      expect((await event(shortId)).body).toMatchObject({
        occurrence: { type: occurrence, evidenceDisplay: expect.arrayContaining([expect.anything()]) },
      });
    }
    expect((await event("STOREFRONT-15")).body).toMatchObject({
      contexts: {
        feedback: { associated_event_id: "40010001".repeat(4), contact_email: "mira@example.test" },
      },
    });
  });

  it("lack members or have null in them, and hold kinds and entries that nobody knows", async () => {
    const { issue, event, api, token } = await asAda();

    const sparse = await issue("CHECKOUT-21");
    const { body, entries } = await event("CHECKOUT-21");

    expect(sparse).toMatchObject({
      issueType: "hologram_flicker",
      type: "hologram",
      culprit: null,
      metadata: null,
      count: null,
    });
    expect(sparse).not.toHaveProperty("issueCategory");
    expect(sparse).not.toHaveProperty("lastRelease");
    expect(body).toMatchObject({ title: null, dateCreated: null, contexts: null, user: null, release: null });
    expect(body).not.toHaveProperty("dateReceived");
    expect(entries.map((entry) => entry?.type)).toContain("hologram");
    expect(entries).toContain(null);
    const { body: list } = await api(token, "/organizations/acme/issues/?query=issue:CHECKOUT-21");
    expect(list).toMatchObject([{ culprit: null, level: null }]);
  });

  it("are monstrous: 500 frames, contexts of 3 MB, 200 tags", async () => {
    const { event } = await asAda();

    const { body, values } = await event("CHECKOUT-15");

    expect(values("exception")[0]?.stacktrace?.frames).toHaveLength(500);
    expect(JSON.stringify(body["contexts"]).length).toBeGreaterThan(3_000_000);
    expect(body["tags"]).toHaveLength(200);
  });

  it("know nothing of a project that was deleted", async () => {
    const { api, token } = await asAda();

    for (
      const path of [
        "/projects/acme/kiosk/",
        "/organizations/acme/issues/KIOSK-1/",
        "/organizations/acme/issues/9001/",
        "/organizations/acme/shortids/KIOSK-1/",
        `/organizations/acme/eventids/${"90010001".repeat(4)}/`,
      ]
    ) expect((await api(token, path)).status).toBe(404);
  });
});
