import { describe, expect, it } from "vitest";
import { createApp } from "../../src/app.ts";
import { parseConfig } from "../../src/config.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { type Store, StoreUnavailable } from "../../src/store/store.ts";
import { silent } from "../mcp/fixture.ts";

const START_MS = 1_800_000_000_000;
const PATHS = ["/health", "/health?verbose", "/health/live", "/health/ready"];

/** A server whose store is there or away, slow or quick, and the reads that reach it. */
function server() {
  const { signal } = new AbortController();
  const lifecycle = { isDraining: false, closing: signal, cancelled: signal };
  const clock = { nowMs: START_MS };
  const now = () => clock.nowMs;
  const memory = createMemoryStore({ now });
  const engine = { reads: 0, get: (key: string) => memory.get(key) };
  const store: Store = {
    ...memory,
    get(key) {
      engine.reads += 1;
      return engine.get(key);
    },
  };
  const env = { SENTRY_AUTH_TOKEN: "sntryu_t", MCP_API_KEY: "k".repeat(16), BASE_URL: "https://mcp.example" };
  const config = parseConfig(env, { sandbox: false, listens: false, stores: ["memory"] });
  const fetch = () => Promise.reject(new Error("Nothing here asks Sentry"));
  const app = createApp({
    config,
    store,
    storeName: "memory",
    runtime: "test/1",
    fetch,
    lifecycle,
    now,
    log: silent,
  });
  const get = async (path: string, init: RequestInit = {}) =>
    await app.request(`http://10.0.0.7${path}`, init);
  return { get, lifecycle, clock, engine };
}

const refuse = () =>
  Promise.reject(new StoreUnavailable("Cannot reach redis://ada:hunter2@redis.internal:6379"));

describe("health", () => {
  it.each(PATHS)("%s is answered under any host, to GET and HEAD, and never kept", async (path) => {
    const { get } = server();

    for (const method of ["GET", "HEAD"]) {
      const answer = await get(path, { method });
      expect(answer.status).toBe(200);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect((await answer.text()) === "").toBe(method === "HEAD");
    }
  });

  it.each(PATHS)("%s takes no other method", async (path) => {
    const { get } = server();

    for (const method of ["POST", "PUT", "DELETE"]) {
      const answer = await get(path, { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.get("allow")).toBe("GET, HEAD");
    }
  });

  it("is bad as soon as the end was announced, except that the process lives", async () => {
    const { get, lifecycle, engine } = server();
    lifecycle.isDraining = true;

    const answers = await Promise.all(PATHS.map((path) => get(path)));

    expect(answers.map(({ status }) => status)).toEqual([503, 503, 200, 503]);
    expect(answers.map(({ headers }) => headers.get("cache-control"))).toEqual(Array(4).fill("no-store"));
    expect(answers[3]?.headers.get("retry-after")).toMatch(/^\d+$/);
    expect(await answers[3]?.json()).toEqual({
      error: "temporarily_unavailable",
      error_description: "The server is about to end",
    });
    expect(await answers[1]?.json()).toMatchObject({ status: "draining", runtime: "test/1" });
    expect(engine.reads).toBe(0);
  });
});

describe("readiness", () => {
  it("costs one read in five seconds, however many ask", async () => {
    const { get, clock, engine } = server();

    await Promise.all(Array.from({ length: 20 }, () => get("/health/ready")));
    clock.nowMs += 4999;
    await get("/health/ready");
    const readsInFiveSeconds = engine.reads;
    clock.nowMs += 1;
    await get("/health/ready");

    expect(readsInFiveSeconds).toBe(1);
    expect(engine.reads).toBe(2);
  });

  it("is 503 while the store is away, says when to ask again but not where it is, and comes back", async () => {
    const { get, clock, engine } = server();
    const there = engine.get;
    engine.get = refuse;

    const away = await get("/health/ready");
    engine.get = there;
    clock.nowMs += 5000;
    const back = await get("/health/ready");

    expect(away.status).toBe(503);
    expect(away.headers.get("retry-after")).toBe("5");
    expect(await away.json()).toEqual({
      error: "temporarily_unavailable",
      error_description: "The store does not answer",
    });
    expect(back.status).toBe(200);
  });

  it("is 503 before a probe gives up when the store never answers, and alive and healthy meanwhile", async () => {
    const { get, engine } = server();
    engine.get = () => new Promise(() => {});

    const answers = await Promise.all(
      ["/health/ready", "/health/ready", "/health", "/health/live"].map((path) => get(path)),
    );

    expect(answers.map(({ status }) => status)).toEqual([503, 503, 200, 200]);
    expect(engine.reads).toBe(1);
  });
});

describe("the verbose page", () => {
  const storeOf = async (answer: Response) => ((await answer.json()) as { store: unknown }).store;

  it("says of the store what the last look has found, and never looks itself", async () => {
    const { get, clock, engine } = server();
    const known = { name: "memory", consistency: "linearizable" };

    const before = await storeOf(await get("/health?verbose"));
    const readsBefore = engine.reads;
    await get("/health/ready");
    const after = await storeOf(await get("/health?verbose"));
    clock.nowMs += 5000;
    engine.get = refuse;
    await get("/health/ready");
    const away = await get("/health?verbose");

    expect(before).toEqual(known);
    expect(readsBefore).toBe(0);
    expect(after).toEqual({ ...known, reachable: true, checkedAt: "2027-01-15T08:00:00.000Z" });
    expect(away.status).toBe(200);
    expect(await storeOf(away)).toEqual({
      ...known,
      reachable: false,
      checkedAt: "2027-01-15T08:00:05.000Z",
    });
  });
});
