import { describe, expect, it } from "vitest";
import { createLog } from "../../src/lib/log.ts";
import { createSentryClient } from "../../src/sentry/client.ts";
import { createSentryService, type Limits } from "../../src/sentry/service.ts";

const BASE = "https://sentry.example.test/base";

/** A client whose Sentry answers from the list, then with the last of it. */
function clientWith(
  answers: readonly (() => Response | Promise<Response>)[],
  options: { limits?: Partial<Limits>; renew?: () => Promise<string | undefined>; signal?: AbortSignal } = {},
) {
  const requests: Request[] = [];
  const waitedMs: number[] = [];
  const logged: string[] = [];
  const clock = { nowMs: 0 };
  const service = createSentryService({
    url: `${BASE}/`,
    regionUrls: ["https://eu.example.test"],
    fetch: async (request) => {
      requests.push(request);
      const answer = answers[Math.min(requests.length, answers.length) - 1];
      if (!answer) throw new Error("no answer planned");
      return answer();
    },
    now: () => clock.nowMs,
    log: createLog({ level: "debug", write: (line) => logged.push(line), now: () => 0 }),
    version: "1.2.3",
    limits: options.limits,
    sleep: async (milliseconds) => void waitedMs.push(milliseconds),
  });
  const client = createSentryClient({
    service,
    credential: { id: "c", token: "first-token", renew: options.renew },
    signal: options.signal ?? new AbortController().signal,
  });
  return { client, requests, waitedMs, logged, clock };
}

const json = (value: unknown, init?: ResponseInit) => () => Response.json(value, init);
const status = (code: number, headers?: HeadersInit) => () => new Response("{}", { status: code, headers });
const READ = { base: BASE, path: ["organizations", "acme"] };

describe("SentryClient.send()", () => {
  it("keeps the base path, encodes segments and never lets a redirect be followed", async () => {
    const { client, requests } = clientWith([json({})]);

    await client.send({
      ...READ,
      path: ["organizations", "a b"],
      query: { project: ["1", "2"], query: "a:b c" },
    });

    expect(requests[0]?.url).toBe(`${BASE}/api/0/organizations/a%20b/?project=1&project=2&query=a%3Ab+c`);
    expect(requests[0]?.redirect).toBe("manual");
    expect(requests[0]?.headers.get("authorization")).toBe("Bearer first-token");
    expect(requests[0]?.headers.get("user-agent")).toBe("sentry-mcp-edge/1.2.3");
  });

  for (const segment of ["", ".", "..", "a/b", "a\\b", "a\nb", "../x", "\ud800"]) {
    it(`refuses ${JSON.stringify(segment)} in a path`, async () => {
      const { client, requests } = clientWith([json({})]);

      await expect(client.send({ ...READ, path: ["organizations", segment] })).rejects.toThrow(
        "Sentry address",
      );
      expect(requests).toEqual([]);
    });
  }

  it("sends no token to a host that is neither configured nor a region", async () => {
    const { client, requests } = clientWith([json({})]);

    for (
      const base of ["https://evil.example.test", `${BASE}.evil.test`, "http://sentry.example.test/base"]
    ) {
      await expect(client.send({ ...READ, base })).rejects.toMatchObject({ kind: "invalid" });
    }
    expect(requests).toEqual([]);
  });

  it("asks an identical read once, and again after a write", async () => {
    const { client, requests } = clientWith([json({})]);

    await Promise.all([client.send(READ), client.send(READ)]);
    await client.send({ ...READ, method: "PUT", body: {} });
    await client.send(READ);

    expect(requests.map(({ method }) => method)).toEqual(["GET", "PUT", "GET"]);
  });

  for (const code of [429, 500, 502, 503]) {
    it(`repeats a read after ${code}, and gives up after three attempts`, async () => {
      const once = clientWith([status(code), json({ ok: 1 })]);
      const always = clientWith([status(code)]);

      expect((await once.client.send(READ)).data).toEqual({ ok: 1 });
      await expect(always.client.send(READ)).rejects.toMatchObject({ status: code });
      expect(always.requests).toHaveLength(3);
    });
  }

  it("repeats a read after a network error, and keeps the platform's words in the log", async () => {
    const refuse = () => Promise.reject(new TypeError("connect ECONNREFUSED 10.0.0.7:443"));
    const once = clientWith([refuse, json({})]);
    const always = clientWith([refuse]);

    await once.client.send(READ);
    const error: unknown = await always.client.send(READ).catch((e: unknown) => e);

    expect(error).toMatchObject({ kind: "unavailable", message: "Sentry cannot be reached" });
    expect(always.logged.join()).toContain("ECONNREFUSED");
  });

  it("waits as long as Retry-After says, in seconds or as a date (RFC 9110 §10.2.3)", async () => {
    const seconds = clientWith([status(429, { "retry-after": "3" }), json({})]);
    const date = clientWith([
      status(503, { "retry-after": "Sun, 01 Mar 2026 10:00:04 GMT", date: "Sun, 01 Mar 2026 10:00:00 GMT" }),
      json({}),
    ]);

    await seconds.client.send(READ);
    await date.client.send(READ);

    expect([...seconds.waitedMs, ...date.waitedMs]).toEqual([3000, 4000]);
  });

  it("keeps some distance even when Retry-After says at once", async () => {
    const { client, waitedMs } = clientWith([status(429, { "retry-after": "0" }), json({})]);

    await client.send(READ);

    expect(waitedMs[0]).toBeGreaterThanOrEqual(250);
  });

  it("does not wait for a Retry-After that is too long, but tells it", async () => {
    const { client, requests } = clientWith([status(429, { "retry-after": "120" })]);

    await expect(client.send(READ)).rejects.toMatchObject({ kind: "rate_limited", retryAfterSeconds: 120 });
    expect(requests).toHaveLength(1);
  });

  it("never repeats a write, and says that it may have happened", async () => {
    const down = clientWith([status(503)]);
    const lost = clientWith([() => Promise.reject(new TypeError("reset"))]);
    const write = { ...READ, method: "PUT", body: {} } as const;

    await expect(down.client.send(write)).rejects.toThrow("answered 503; the change may have been made");
    await expect(lost.client.send(write)).rejects.toThrow("may have been made");
    expect([down.requests.length, lost.requests.length]).toEqual([1, 1]);
  });

  it("goes on with a newer token after 401, asked for once", async () => {
    let renewals = 0;
    const renew = async () => (renewals++, "second-token");
    const { client, requests } = clientWith([status(401), status(401), json({ ok: 1 })], { renew });

    const answers = await Promise.all([client.send(READ), client.send({ ...READ, path: ["auth"] })]);

    expect(answers.map(({ data }) => data)).toEqual([{ ok: 1 }, { ok: 1 }]);
    expect(renewals).toBe(1);
    expect(requests.at(-1)?.headers.get("authorization")).toBe("Bearer second-token");
  });

  it("asks for no newer token when Sentry refuses the person (single sign-on, two factors)", async () => {
    let renewals = 0;
    const renew = async () => (renewals++, "second-token");
    const body = { detail: { code: "sso-required", message: "Must login via SSO" } };
    const { client } = clientWith([json(body, { status: 401 })], { renew });

    await expect(client.send(READ)).rejects.toMatchObject({
      kind: "forbidden",
      detail: "Must login via SSO",
    });
    expect(renewals).toBe(0);
  });

  it("is unauthorized when there is no newer token, or it is refused as well", async () => {
    const none = clientWith([status(401)]);
    const same = clientWith([status(401)], { renew: async () => "first-token" });
    const refused = clientWith([status(401)], { renew: async () => "second-token" });

    for (const { client } of [none, same, refused]) {
      await expect(client.send(READ)).rejects.toMatchObject({ kind: "unauthorized" });
    }
    expect([none, same, refused].map(({ requests }) => requests.length)).toEqual([1, 1, 2]);
  });

  const details: [unknown, string][] = [
    [{ detail: "Nope" }, "Nope"],
    [{ detail: { code: "sso-required", message: "Must login via SSO" } }, "Must login via SSO"],
    [{ statsPeriod: ["Invalid period"], sort: "bad" }, "statsPeriod: Invalid period; sort: bad"],
    [{ error: "broken" }, "broken"],
  ];
  for (const [body, detail] of details) {
    it(`finds Sentry's own words in ${JSON.stringify(body)}`, async () => {
      const { client } = clientWith([json(body, { status: 400 })]);

      await expect(client.send(READ)).rejects.toMatchObject({ kind: "invalid", detail });
    });
  }

  it("stops reading a body that is too large, and ends the call", async () => {
    const { client, requests } = clientWith([json("x".repeat(2 * 1024 * 1024))], {
      limits: { bodyBytes: 1024 * 1024 },
    });

    await expect(client.send(READ)).rejects.toThrow("larger than 1 MiB");
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([true]);
  });

  it("sends nothing when the request's time is spent", async () => {
    const { client, requests } = clientWith([json({})], { limits: { budgetMs: 0 } });

    await expect(client.send({ ...READ, method: "PUT" })).rejects.toThrow("Sentry did not answer in time");
    expect(requests).toEqual([]);
  });

  it("gives up on a Sentry that says nothing, and on a body that never ends", async () => {
    const silent = clientWith([() => new Promise<Response>(() => {})], {
      limits: { attemptMs: 5, attempts: 1 },
    });
    const drip = () =>
      new Response(new ReadableStream({ start: (body) => body.enqueue(new Uint8Array([91])) }));
    const dripping = clientWith([drip], { limits: { attemptMs: 5, attempts: 1 } });

    await expect(silent.client.send(READ)).rejects.toThrow("did not answer in time");
    await expect(dripping.client.send(READ)).rejects.toThrow("did not answer in time");
  });

  it("ends with the request it works for", async () => {
    const abort = new AbortController();
    const { client } = clientWith([() => new Promise<Response>(() => {})], { signal: abort.signal });

    const call = client.send(READ);
    abort.abort(new Error("cancelled"));

    await expect(call).rejects.toThrow("cancelled");
  });

  it("has only so many calls under way", async () => {
    let running = 0;
    let most = 0;
    const slow = async () => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      return Response.json({});
    };
    const { client } = clientWith([slow], { limits: { concurrency: 2 } });

    await Promise.all(Array.from({ length: 9 }, (_, n) => client.send({ ...READ, path: [String(n)] })));

    expect(most).toBe(2);
  });

  it("reads the cursor of the next page, when there is one", async () => {
    const link = (results: boolean) =>
      `<https://x/?a=1,2>; rel="previous"; results="false"; cursor="0:0:1", ` +
      `<https://x/>; rel="next"; results="${results}"; cursor="0:25:0"`;
    const more = clientWith([json([], { headers: { link: link(true) } })]);
    const last = clientWith([json([], { headers: { link: link(false) } })]);

    expect((await more.client.send(READ)).cursor).toBe("0:25:0");
    expect((await last.client.send(READ)).cursor).toBeUndefined();
  });
});

describe("SentryClient.pause()", () => {
  it("waits, and lets the same read be sent again", async () => {
    const { client, requests, waitedMs } = clientWith([json({ done: false }), json({ done: true })]);

    await client.send(READ);
    await client.pause(3000, { renewsBudget: false });
    const { data } = await client.send(READ);

    expect(data).toEqual({ done: true });
    expect(requests).toHaveLength(2);
    expect(waitedMs).toEqual([3000]);
  });

  it("begins the budget of the request anew only when it is told to", async () => {
    const { client, clock, requests } = clientWith([json({})], { limits: { budgetMs: 18_000 } });

    clock.nowMs = 17_000;
    await client.pause(2000, { renewsBudget: true });
    clock.nowMs = 19_000;
    await client.send(READ);
    await client.pause(2000, { renewsBudget: false });
    clock.nowMs = 36_000;

    await expect(client.send(READ)).rejects.toThrow("did not answer in time");
    expect(requests).toHaveLength(1);
  });

  it("ends with the request", async () => {
    const client = new AbortController();
    const service = createSentryService({
      url: BASE,
      regionUrls: [],
      fetch: () => Promise.reject(new Error("nothing is sent")),
      now: Date.now,
      log: createLog({ level: "error", write: () => {}, now: Date.now }),
      version: "0",
    });
    const { pause } = createSentryClient({
      service,
      credential: { id: "c", token: "t" },
      signal: client.signal,
    });

    const paused = pause(60_000, { renewsBudget: true });
    client.abort(new Error("the client has gone"));

    await expect(paused).rejects.toThrow("the client has gone");
  });
});
