import { describe, expect, it } from "vitest";
import { each, startSandbox } from "./sandbox-client.ts";

/** CHECKOUT-22. */
const WITHOUT_EVENTS = "5022";

type Entry = { type: string; data: { values: { type?: string; stacktrace?: { frames: unknown[] } }[] } };

async function asAda() {
  const { api, tokenOf } = startSandbox();
  const token = await tokenOf("ada");
  const get = async (path: string) => (await api(token, `/organizations/acme/${path}`)).body;
  const entries = async (issue: string) => {
    const { entries } = await get(`issues/${issue}/events/latest/`) as { entries: Entry[] };
    return new Map(entries.map((entry) => [entry.type, entry.data]));
  };
  return { api, token, get, entries };
}

describe("events", () => {
  it("are found as latest, recommended, oldest and by id, and know their neighbours", async () => {
    const { get, api, token } = await asAda();
    const ids = each(await get("issues/CHECKOUT-1/events/"), "id");
    expect(ids).toHaveLength(5);
    const event = (name: string) => get(`issues/CHECKOUT-1/events/${name}/`);
    expect(await event("latest")).toMatchObject({ id: ids[0], nextEventID: null, previousEventID: ids[1] });
    expect(await event("recommended")).toMatchObject({ id: ids[1], nextEventID: ids[0] });
    expect(await event("oldest")).toMatchObject({ id: ids[4], previousEventID: null });
    expect(await event(String(ids[2]))).toMatchObject({ eventID: ids[2], groupID: "5001" });
    const missing = await api(token, `/organizations/acme/issues/CHECKOUT-1/events/${"0".repeat(32)}/`);
    expect(missing).toMatchObject({ status: 404, body: { detail: "Event not found" } });
  });

  it("carry an exception chain with own and library frames, locals, breadcrumbs and request", async () => {
    const { entries, get } = await asAda();
    const chain = (await entries("CHECKOUT-1")).get("exception");
    expect(each(chain?.values, "type")).toEqual([
      "ConnectionRefusedError",
      "CartCacheUnavailable",
      "PaymentNotStarted",
    ]);
    expect(chain?.values[2]?.stacktrace?.frames.at(-1)).toMatchObject({
      function: "start_payment",
      inApp: true,
      lineNo: 29,
      vars: { cart_id: "'c-20881'" },
      context: expect.arrayContaining([[29, expect.stringContaining("raise PaymentNotStarted")]]),
    });
    expect([...(await entries("CHECKOUT-1")).keys()]).toEqual(["exception", "breadcrumbs", "request"]);
    expect(await get("issues/CHECKOUT-1/events/latest/")).toMatchObject({
      dateCreated: "2026-03-01T11:30:00Z",
      release: { version: "checkout@1.9.0" },
      tags: expect.arrayContaining([{ key: "environment", value: "production" }]),
      user: { id: "s-7731" },
      contexts: { runtime: { name: "CPython" }, trace: { op: "http.server" } },
    });
  });

  it("come in the other kinds: message, spans with evidence, threads with a deep stack", async () => {
    const { entries, get } = await asAda();
    expect([...(await entries("STOREFRONT-2")).keys()]).toEqual(["message"]);
    expect([...(await entries("CHECKOUT-2")).keys()]).toContain("spans");
    expect(await get("issues/CHECKOUT-2/events/latest/")).toMatchObject({
      occurrence: { type: 1006, evidenceData: { numRepeatingSpans: "12" } },
    });
    const crash = await entries("MOBILE-1");
    expect(crash.get("exception")?.values[0]?.stacktrace?.frames).toHaveLength(120);
    expect(crash.get("threads")?.values).toHaveLength(4);
  });

  it("belong to a trace", async () => {
    const { get } = await asAda();
    expect(await get("trace/7e577e577e577e577e577e577e577e57/")).toMatchObject([
      {
        op: "ui.action.click",
        children: [{ children: [{ project_slug: "checkout", errors: [{ short_id: "CHECKOUT-1" }] }] }],
      },
    ]);
    expect(await get(`trace/${"0b5c".repeat(8)}/`)).toEqual([]);
  });

  it("are whole and stable for every issue of the world", async () => {
    const { api, tokenOf } = startSandbox();
    const token = await tokenOf("ada");
    for (const organization of ["acme", "bergwerk", "umbra"]) {
      const { body } = await api(token, `/organizations/${organization}/issues/?query=&limit=100`);
      for (const id of each(body, "id")) {
        const path = `/organizations/${organization}/issues/${String(id)}/events/latest/`;
        const event = await api(token, path);
        expect(event.status).toBe(id === WITHOUT_EVENTS ? 404 : 200);
        expect(event.body).toEqual((await api(token, path)).body);
        expect((await api(token, `/organizations/${organization}/issues/${String(id)}/`)).status).toBe(200);
      }
    }
  });
});
