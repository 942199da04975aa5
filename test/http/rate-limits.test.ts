import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import type { Peer } from "../../src/http/client-address.ts";
import { oauthRoutes } from "../../src/http/oauth-routes.ts";
import { createRateLimits } from "../../src/http/rate-limits.ts";
import { createHarness } from "../oauth/harness.ts";

function limited(rateLimitPerMinute: number | undefined) {
  const harness = createHarness();
  const config = { rateLimitPerMinute, trustProxyHops: 0 };
  const rateLimits = createRateLimits({ config, now: harness.now });
  const app = new Hono().route("/", oauthRoutes({ ...harness, rateLimits }));
  const send = async (path: string, peerAddress?: string, init: RequestInit = {}) =>
    await app.request(`https://mcp.example${path}`, init, { peerAddress } satisfies Peer);
  const count = async (times: number, request: () => Promise<Response>) => {
    const statuses: number[] = [];
    for (let n = 0; n < times; n++) statuses.push((await request()).status);
    return statuses.filter((status) => status !== 429).length;
  };
  return { count, harness, send };
}

const post = { method: "POST" };

describe("limits of sign-in", () => {
  it.each([
    ["/oauth/register", post, 6],
    ["/oauth/token", post, 12],
    ["/oauth/revoke", post, 12],
    ["/oauth/authorize", {}, 12],
    ["/oauth/callback", {}, 12],
  ])("at %s hold one address and not its neighbour", async (path, init, allowed) => {
    const { count, send } = limited(60);

    expect(await count(allowed + 5, () => send(path, "192.0.2.1", init))).toBe(allowed);
    expect(await count(1, () => send(path, "192.0.2.2", init))).toBe(1);
  });

  it("answer 429 as JSON with Retry-After, readable for a page of any origin", async () => {
    const { send } = limited(10);
    const headers = { origin: "https://page.example" };
    await send("/oauth/register", "192.0.2.1", post);

    const response = await send("/oauth/register", "192.0.2.1", { ...post, headers });

    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("60");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("access-control-expose-headers")).toContain("Retry-After");
    expect(await response.json()).toMatchObject({ error: "too_many_requests" });
  });

  it("do not count preflights", async () => {
    const { count, send } = limited(10);

    expect(await count(20, () => send("/oauth/register", "192.0.2.1", { method: "OPTIONS" }))).toBe(20);
    expect(await count(1, () => send("/oauth/register", "192.0.2.1", post))).toBe(1);
  });

  it("are wider where nobody knows the addresses", async () => {
    const { count, send } = limited(10);

    expect(await count(30, () => send("/oauth/register", undefined, post))).toBe(20);
  });

  it("are none when switched off", async () => {
    const { count, send } = limited(undefined);

    expect(await count(300, () => send("/oauth/token", "192.0.2.1", post))).toBe(300);
  });

  it("write nothing to the store", async () => {
    const { count, harness, send } = limited(10);
    const keys: string[] = [];
    const { get } = harness.store;
    harness.store.get = (key) => {
      keys.push(key);
      return get(key);
    };

    await count(50, () => send("/oauth/token", "192.0.2.1", post));

    expect(keys).toEqual([]);
  });
});
