import { describe, expect, it } from "vitest";
import { each, startSandbox } from "./sandbox-client.ts";

const EVENTS = "/organizations/acme/issues/CHECKOUT-25/events/";

async function asAda() {
  const { api, tokenOf } = startSandbox();
  const token = await tokenOf("ada");
  const search = async (query: string, more = "") =>
    each((await api(token, `${EVENTS}?query=${encodeURIComponent(query)}${more}`)).body, "id");
  return { api, token, search };
}

describe("an issue's events", () => {
  it("come in pages of a hundred that make the whole", async () => {
    const { api, token } = await asAda();

    const first = await api(token, EVENTS);
    const second = await api(token, `${EVENTS}?cursor=0:100:0`);

    expect(new Set([...each(first.body, "id"), ...each(second.body, "id")]).size).toBe(200);
    expect(first.link).toContain(`rel="next"; results="true"; cursor="0:100:0"`);
    expect(second.link).toContain(`rel="next"; results="false"`);
  });

  it.each([
    ["carrier:green", 50],
    ["!carrier:green", 150],
    ["carrier:[green, ochre]", 100],
    ["carrier:green OR carrier:ochre", 100],
    ["carrier:green AND environment:staging", 50],
    [`carrier:green "no carrier"`, 50],
    ["carrier:gr*n release:checkout@1.8.0", 50],
    ["has:carrier", 150],
    ["error.type:QuoteMissing user.id:s-1000", 200],
    ["level:fatal", 0],
    ["nothing-like-this", 0],
    ["timestamp:>2026-02-27T00:00:00Z", 2],
    ["50250007502500075025000750250007", 1],
  ])("are found by %s", async (query, count) => {
    const { search } = await asAda();
    const pages = [
      await search(query, "&statsPeriod=90d"),
      await search(query, "&statsPeriod=90d&cursor=0:100:0"),
    ];

    expect(pages.flat()).toHaveLength(count);
  });

  it("are found by environment and time", async () => {
    const { search } = await asAda();

    expect(await search("", "&environment=staging")).toHaveLength(100);
    expect(await search("", "&statsPeriod=3d")).toHaveLength(4);
    expect(await search("", "&start=2026-02-26T12:00:00&end=2026-02-28T12:00:00")).toHaveLength(4);
    expect(await search("", "&start=2026-02-27T11:30:00%2B01:00&end=2026-02-27T11:00:00Z")).toEqual([
      "50250001".repeat(4),
    ]);
  });

  it.each([
    "start=2026-02-26T12:00:00",
    "start=soon&end=2026-02-26T12:00:00",
    "start=2026-02-27T12:00:00&end=2026-02-26T12:00:00",
    "statsPeriod=long",
    "query=%22open",
  ])("are refused with a reason for %s", async (parameters) => {
    const { api, token } = await asAda();

    const answer = await api(token, `${EVENTS}?${parameters}`);

    expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringMatching(/\S/) } });
  });

  it("are whole only when asked for", async () => {
    const { api, token } = await asAda();

    for (
      const [full, isWhole] of [["1", true], ["true", true], ["0", false], ["false", false], [
        "",
        false,
      ]] as const
    ) {
      const { body } = await api(token, `${EVENTS}?full=${full}&per_page=1`);
      expect(each(body, "entries")[0] !== undefined).toBe(isWhole);
    }
  });

  it("know their neighbours across pages", async () => {
    const { api, token } = await asAda();
    const [before, id, after] = [100, 101, 102].map((n) => `5025${String(n).padStart(4, "0")}`.repeat(4));

    const { body } = await api(token, `${EVENTS}${id}/`);

    expect(body).toMatchObject({ id, nextEventID: before, previousEventID: after });
  });

  it("can all be gone while the issue is there", async () => {
    const { api, token } = await asAda();
    const path = "/organizations/acme/issues/CHECKOUT-22/";

    expect(await api(token, path)).toMatchObject({ status: 200, body: { count: "12" } });
    expect(await api(token, `${path}events/`)).toMatchObject({ status: 200, body: [] });
    for (const name of ["latest", "oldest", "recommended"]) {
      expect(await api(token, `${path}events/${name}/`)).toMatchObject({
        status: 404,
        body: { detail: "Event not found" },
      });
    }
  });
});
