import { describe, expect, it } from "vitest";
import { each, startSandbox } from "./sandbox-client.ts";

const ISSUES = "/organizations/acme/issues/";

async function asAda() {
  const { api, tokenOf } = startSandbox();
  const token = await tokenOf("ada");
  const get = async (path: string) => (await api(token, path)).body;
  return { api, token, get };
}

describe("tags", () => {
  it("show at most ten values each, nine where keys are named, and as many as asked for", async () => {
    const { get } = await asAda();
    type Tag = { key: string; topValues: unknown[]; uniqueValues: number };
    const counts = async (query: string) => {
      const tags = await get(`${ISSUES}CHECKOUT-25/tags/${query}`) as Tag[];
      return Object.fromEntries(tags.map(({ key, topValues }) => [key, topValues.length]));
    };

    expect(await counts("")).toMatchObject({ carrier: 4, user: 10 });
    expect(await counts("?key=user&key=level")).toEqual({ user: 9, level: 1 });
    expect(await counts("?limit=2")).toMatchObject({ carrier: 2, user: 2 });
    expect(await get(`${ISSUES}CHECKOUT-25/tags/user/`)).toMatchObject({
      uniqueValues: 1500,
      totalValues: 1500,
    });
  });

  it("list all values of one in pages, with counts and times, in the order asked for", async () => {
    const { api, token, get } = await asAda();
    const values = (query: string) => get(`${ISSUES}CHECKOUT-25/tags/carrier/values/${query}`);

    const users = await api(token, `${ISSUES}CHECKOUT-25/tags/user/values/?per_page=100&cursor=0:1400:0`);

    expect(users.body).toHaveLength(100);
    expect(users.link).toContain(`rel="next"; results="false"`);
    expect(users.body).toMatchObject({
      0: { value: "id:s-2400", query: "user.id:s-2400", id: "s-2400", email: null },
    });
    expect(each(await values("?sort=count"), "count")).toEqual([90, 70, 30, 10]);
    expect(each(await values("?sort=date"), "value")[0]).toBe("blue");
    expect(await values("?sort=count")).toMatchObject({
      3: { value: "", name: "(empty)", firstSeen: expect.any(String) },
    });
    expect((await api(token, `${ISSUES}CHECKOUT-25/tags/absent/values/`)).status).toBe(404);
  });

  it("can be two hundred with values of thousands of characters", async () => {
    const { get } = await asAda();

    const tags = await get(`${ISSUES}CHECKOUT-15/tags/`) as { topValues: { value: string }[] }[];

    expect(tags).toHaveLength(200);
    expect(Math.max(...tags.flatMap(({ topValues }) => topValues.map(({ value }) => value.length)))).toBe(
      5000,
    );
  });
});

describe("statistics", () => {
  it("come by hours of a day and by days of a month, as in the issue", async () => {
    const { get } = await asAda();
    const { stats } = await get(`${ISSUES}CHECKOUT-1/`) as { stats: Record<string, [number, number][]> };

    const hours = await get(`${ISSUES}CHECKOUT-1/stats/`);
    const days = await get(`${ISSUES}CHECKOUT-1/stats/?resolution=1d`);
    const since = stats["24h"]?.[20]?.[0];

    expect(hours).toEqual(stats["24h"]);
    expect(days).toEqual(stats["30d"]);
    expect(await get(`${ISSUES}CHECKOUT-1/stats/?since=${since}`)).toEqual(stats["24h"]?.slice(20));
  });
});
