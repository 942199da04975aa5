import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Channel } from "../../src/channel/channel.ts";
import { createMemoryChannel } from "../../src/channel/memory.ts";
import type { VerifyConstraint } from "../../src/constraint/verified-constraints.ts";
import { rpc } from "../mcp/fixture.ts";
import type { RpcMessage } from "../support/rpc.ts";
import { sseInstance as instance } from "./sse-instance.ts";

/** A channel that counts who listens. */
function countingChannel() {
  const channel = createMemoryChannel();
  const listening = new Set<AbortSignal>();
  return {
    channel: {
      ...channel,
      subscribe(topic, { signal }) {
        listening.add(signal);
        signal.addEventListener("abort", () => listening.delete(signal));
        return channel.subscribe(topic, { signal });
      },
    } satisfies Channel,
    listening,
  };
}

const textOf = ({ result }: { result?: RpcMessage["result"] }) => result?.content?.[0]?.text;
const call = (name: string, args = {}, id: number | string = 1) =>
  rpc("tools/call", { name, arguments: args }, id);

describe("HTTP+SSE (MCP 2024-11-05)", () => {
  it("opens a stream that says where to post, and answers there what was posted", async () => {
    const client = await instance().open();

    const begun = await client.initialize();
    const listed = await client.call("tools/list", {}, 2);
    const called = await client.call("tools/call", { name: "look", arguments: { text: "here" } }, 3);

    expect(client.response.headers.get("content-type")).toBe("text/event-stream");
    expect(client.response.headers.get("cache-control")).toBe("no-store, no-transform");
    expect(client.response.headers.get("x-accel-buffering")).toBe("no");
    expect(client.endpoint.pathname).toBe("/sse/message");
    expect(begun.result).toMatchObject({ protocolVersion: "2024-11-05", serverInfo: { name: "fixture" } });
    expect(listed.result?.tools?.map(({ name }) => name)).toContain("look");
    expect(textOf(called)).toBe('{"text":"here"}');
  });

  it("answers a post with 202 and no body, whatever kind of message it is", async () => {
    const client = await instance().open();
    await client.initialize();

    const messages = [
      rpc("ping"),
      { jsonrpc: "2.0", method: "notifications/initialized" },
      { jsonrpc: "2.0", id: "never asked", result: {} },
    ];
    const posted = await Promise.all(messages.map((message) => client.post(message)));

    expect(posted.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(await Promise.all(posted.map((response) => response.text()))).toEqual(["", "", ""]);
    expect(await client.message()).toEqual({ jsonrpc: "2.0", id: 1, result: {} });
  });

  it("shows a call's progress before its answer", async () => {
    const { open, release } = instance();
    const client = await open();

    await client.post(rpc("tools/call", { name: "climb", arguments: {}, _meta: { progressToken: "p" } }));
    const told = [await client.message(), await client.message()];
    release();

    expect(told.map(({ params }) => params?.message)).toEqual(["at the foot", "half way up"]);
    expect(textOf(await client.message())).toBe("climbed in sight");
  });

  it("serves a client that goes on without initialize, as one does whose stream was opened anew", async () => {
    const client = await instance().open();

    expect(textOf(await client.call("tools/call", { name: "look", arguments: {} }))).toBe("{}");
  });

  it("keeps to the tool set of the stream's URL", async () => {
    const full = await (await instance().open("/sse?toolset=full")).call("tools/list");
    const basic = await (await instance().open("/sse?toolset=basic")).call("tools/list");

    expect(full.result?.tools).not.toEqual(basic.result?.tools);
  });

  it.each(["DELETE", "HEAD", "PUT", "POST"])("%s at the stream's path is 405", async (method) => {
    const response = await instance().fetch("/sse", { method, headers: { authorization: "Bearer ada" } });

    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET");
  });

  it.each([
    ["no JSON", "{", 400],
    ["no JSON-RPC", "{}", 400],
    ["a batch", JSON.stringify([rpc("ping")]), 400],
    ["five megabytes", `"${"x".repeat(5 * 2 ** 20)}"`, 413],
  ])("%s is refused", async (_, body, status) => {
    const client = await instance().open();

    expect((await client.post(body)).status).toBe(status);
  });

  it("takes JSON alone", async () => {
    const client = await instance().open();

    const response = await client.post(rpc("ping"), { headers: { "content-type": "text/plain" } });

    expect(response.status).toBe(415);
  });
});

describe("who opens a stream, and who posts", () => {
  it("is asked at each, for the resource that the stream is", async () => {
    const { fetch, open, targets } = instance();
    const client = await open("/sse/acme/checkout");

    const strangers = [await fetch("/sse"), await fetch("/sse/message", { method: "POST" })];
    await client.post(rpc("ping"));

    expect(strangers.map(({ status }) => status)).toEqual([401, 401]);
    const own = {
      constraint: { organizationSlug: "acme", projectSlug: "checkout" },
      resourcePath: "/sse/acme/checkout",
    };
    const bare = { constraint: {}, resourcePath: "/sse" };
    expect(targets).toEqual([own, bare, bare, own]);
  });

  it("has to be the same", async () => {
    const client = await instance().open();

    const response = await client.post(rpc("ping"), { headers: { authorization: "Bearer grace" } });

    expect(response.status).toBe(404);
  });

  it.each<[what: string, change: (endpoint: URL) => void]>([
    ["another path", ({ searchParams }) => searchParams.set("path", "/sse")],
    ["a path of the other transport", ({ searchParams }) => searchParams.set("path", "/mcp/acme")],
    ["a path that is none", ({ searchParams }) => searchParams.set("path", "/sse/../acme")],
    ["no path", ({ searchParams }) => searchParams.delete("path")],
    ["no id", ({ searchParams }) => searchParams.delete("sessionId")],
    ["a guessed id", ({ searchParams }) => searchParams.set("sessionId", crypto.randomUUID())],
    ["an id of a megabyte", ({ searchParams }) => searchParams.set("sessionId", "a".repeat(2 ** 20))],
  ])("reaches no stream with %s", async (_, change) => {
    const { open, post } = instance();
    const { endpoint } = await open("/sse/acme");

    change(endpoint);
    const response = await post(endpoint, rpc("ping"));

    expect(response.status).toBe(404);
  });

  it("cannot take up the stream of another", async () => {
    const { open } = instance();
    const hers = await open("/sse", "grace");
    const sessionId = hers.endpoint.searchParams.get("sessionId") ?? "";

    const own = await open(`/sse?${new URLSearchParams({ sessionId }).toString()}`, "ada");
    await own.post(rpc("ping", {}, "mine"));
    await hers.post(rpc("ping", {}, "hers"));

    expect(own.endpoint.searchParams.get("sessionId")).not.toBe(sessionId);
    expect(await own.message()).toMatchObject({ id: "mine" });
    expect(await hers.message()).toMatchObject({ id: "hers" });
  });

  it("learns that the stream has ended, however often it asks", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const client = await instance().open();
    client.leave();
    const statuses = async (count: number) => {
      const posting = Promise.all(Array.from({ length: count }, (_, n) => client.post(call("look", {}, n))));
      await expect.poll(() => vi.getTimerCount()).toBe(count);
      vi.advanceTimersByTime(2000);
      return new Set((await posting).map(({ status }) => status));
    };

    expect(await statuses(32)).toEqual(new Set([404]));
    expect(await statuses(32)).toEqual(new Set([404]));
  });

  it("is told at the stream that its organization or project is out of reach", async () => {
    const verify: VerifyConstraint = async () => ({
      outcome: "refused",
      status: 404,
      message: "No organization acme",
    });

    const response = await instance({ verify }).fetch("/sse/acme", {
      headers: { authorization: "Bearer ada" },
    });

    expect(response.status).toBe(404);
    expect(await response.text()).toContain("No organization acme");
  });

  it("calls with what the token of the post may, not with what the stream's could", async () => {
    const grant = (bearer: string) => ({ user: "ada", readOnly: bearer === "newer" });
    const client = await instance({ grant }).open("/sse", "older");

    await client.post(call("change"), { headers: { authorization: "Bearer newer" } });
    const answer = await client.message();
    const older = await client.call("tools/call", { name: "change", arguments: {} }, 2);

    expect(answer.result?.isError).toBe(true);
    expect(textOf(older)).toBe("changed");
  });

  it("is counted", async () => {
    const { open, fetch } = instance({ rateLimitPerMinute: 10 });
    const client = await open();

    const statuses = [];
    for (let n = 0; n < 11; n++) statuses.push((await client.post(rpc("ping", {}, n))).status);

    expect(statuses.filter((status) => status === 202)).toHaveLength(9);
    expect(statuses.at(-1)).toBe(429);
    expect((await fetch("/sse", { headers: { authorization: "Bearer ada" } })).status).toBe(429);
  });
});

describe("a call whose token has ended", () => {
  it("is answered with 401 at its post and not in the stream, so that it may be sent again", async () => {
    const grant = (bearer: string) => ({ user: "ada", isLive: async () => bearer !== "revoked" });
    const client = await instance({ grant }).open();

    const refused = await client.post(call("look"), { headers: { authorization: "Bearer revoked" } });
    const answer = await client.call("tools/call", { name: "look", arguments: { text: "again" } });

    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toContain("/.well-known/oauth-protected-resource/sse");
    expect(textOf(answer)).toBe('{"text":"again"}');
  });

  it("is answered in the stream when its post has been accepted", async () => {
    let end = () => {};
    const live = new Promise<boolean>((resolve) => {
      end = () => resolve(false);
    });
    const client = await instance({ grant: () => ({ isLive: () => live }) }).open();

    const posted = await client.post(call("look"));
    end();
    const answer = await client.message();

    expect(posted.status).toBe(202);
    expect(answer.result?.isError).toBe(true);
    expect(textOf(answer)).toContain("sign in again");
  });

  it("leads to a new sign-in when a skill is missing", async () => {
    const client = await instance({ grant: () => ({ skills: ["inspect"] }) }).open();

    const response = await client.post(call("change"));

    expect(response.status).toBe(403);
    expect(response.headers.get("www-authenticate")).toContain('error="insufficient_scope"');
  });
});

describe("whatever is posted", () => {
  it("is refused or answered, and the stream goes on", async () => {
    const client = await instance().open();
    const methods = [
      "tools/call",
      "tools/list",
      "initialize",
      "notifications/cancelled",
      "ping",
      "",
      "constructor",
    ];
    const junk = fc.oneof(
      fc.json({ maxDepth: 3 }).map((text): unknown => JSON.parse(text)),
      fc.constant("look"),
    );
    const message = fc.record({
      jsonrpc: fc.oneof({ weight: 9, arbitrary: fc.constant<unknown>("2.0") }, {
        weight: 1,
        arbitrary: junk,
      }),
      id: fc.oneof(fc.constant<unknown>("x"), junk),
      method: fc.oneof(fc.constantFrom<unknown>(...methods), junk),
      params: fc.oneof(fc.record({ name: junk, arguments: junk, requestId: junk, _meta: junk }), junk),
    }, { requiredKeys: [] });
    const seen = new Set<number>();

    await fc.assert(
      fc.asyncProperty(fc.oneof(message, junk), async (body) => {
        seen.add((await client.post(JSON.stringify(body))).status);
      }),
      { numRuns: 300 },
    );

    expect(seen).toEqual(new Set([202, 400]));
    expect(await client.call("ping", {}, "still there")).toMatchObject({ result: {} });
  });
});

describe("two instances that share a channel", () => {
  it("serve one client, with the stream at one and the posts at the other", async () => {
    const channel = createMemoryChannel();
    const [here, there] = [instance({ channel }), instance({ channel })];
    const client = await here.open();
    await client.initialize();

    await there.post(client.endpoint, call("look", { text: "from there" }));

    expect(textOf(await client.message())).toBe('{"text":"from there"}');
    expect([here.observed.started, there.observed.started]).toEqual([[], ["look"]]);
  });
});

describe("what streams cost", () => {
  it("is given back when their clients leave: 200 of them", async () => {
    const { channel, listening } = countingChannel();
    const { open } = instance({ channel });
    const clients = await Promise.all(
      Array.from({ length: 200 }, (_, n) => open("/sse", n % 2 ? "ada" : "grace")),
    );
    const held = listening.size;

    for (const client of clients) client.leave();

    expect(held).toBe(200);
    await expect.poll(() => listening.size).toBe(0);
    await open();
  });

  it("is bounded: a person has a hundred, and others still get theirs", async () => {
    const { open, fetch } = instance();
    const [first] = await Promise.all(Array.from({ length: 100 }, () => open()));

    const refused = await fetch("/sse", { headers: { authorization: "Bearer ada" } });
    await open("/sse", "grace");
    first?.leave();
    await open();

    expect(refused.status).toBe(429);
    expect(refused.headers.has("retry-after")).toBe(true);
  });

  it("is bounded by address where nobody has signed in, whatever tokens they bring", async () => {
    const { fetch } = instance({ grant: () => ({ signedIn: false }) });
    const open = (n: number, peerAddress: string) =>
      fetch("/sse", { headers: { authorization: `Bearer stranger-${n}` } }, { peerAddress });

    const statuses = [];
    for (let n = 0; n < 101; n++) statuses.push((await open(n, "192.0.2.1")).status);

    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    expect(statuses.at(-1)).toBe(429);
    expect((await open(0, "192.0.2.2")).status).toBe(200);
  });

  it("is cut off when its client does not read", async () => {
    const { channel, listening } = countingChannel();
    const client = await instance({ channel }).open();
    const text = "x".repeat(100_000);

    let posted = 0;
    while (posted < 40 && listening.size > 0) {
      expect((await client.post(call("look", { text }, posted++))).status).toBe(202);
    }

    // What was on its way to the reader is not unread.
    expect(posted).toBeGreaterThan(20);
    expect(posted).toBeLessThan(30);
    const readAll = async () => {
      while (await client.next());
    };
    await expect(readAll()).rejects.toThrow("unread");
  });

  it("is given back by calls that could not begin", async () => {
    const createServer = () => {
      throw new Error("no server today");
    };
    const client = await instance({ createServer }).open();

    const statuses = new Set<number>();
    for (let n = 0; n < 40; n++) statuses.add((await client.post(call("look", {}, n))).status);

    expect(statuses).toEqual(new Set([500]));
  });

  it("does not grow with calls that are posted and never end", async () => {
    const { open, release } = instance();
    const client = await open();

    const posted = await Promise.all(Array.from({ length: 40 }, (_, n) => client.post(call("wait", {}, n))));
    release();

    const statuses = posted.map(({ status }) => status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(32);
    const refused = posted.filter(({ status }) => status === 429);
    expect(refused.map(({ headers }) => headers.get("retry-after"))).toEqual(Array(8).fill("1"));
    for (let n = 0; n < 32; n++) await client.message();
    expect(textOf(await client.call("tools/call", { name: "wait", arguments: {} }))).toBe("waited");
  });
});

describe("a stream", () => {
  it("that is silent is kept open by comments, every 15 s", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    const client = await instance().open();

    vi.advanceTimersByTime(15_000);
    const first = await client.next();
    vi.advanceTimersByTime(15_000);

    expect([first, await client.next()]).toEqual([{ comment: "keep-alive" }, { comment: "keep-alive" }]);
    client.leave();
    await expect.poll(() => vi.getTimerCount()).toBe(0);
  });

  it("that nobody reads is not filled with comments", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    const client = await instance().open();

    vi.advanceTimersByTime(100 * 15_000);
    await client.post(call("look"));
    let comments = 0;
    while ((await client.next())?.comment !== undefined) comments++;

    expect(comments).toBeLessThan(10);
  });

  it("that is idle ends when its server closes", async () => {
    const { lifecycle, closing } = newLifecycle();
    const client = await instance({ lifecycle }).open();
    await client.initialize();

    closing.abort();

    expect(await client.next()).toBeUndefined();
  });

  it("ends at once when it is opened while its server closes", async () => {
    const { lifecycle, closing } = newLifecycle();
    closing.abort();

    const client = await instance({ lifecycle }).open();

    expect(await client.next()).toBeUndefined();
  });

  it("ends after the answer to a call that was running when its server closed", async () => {
    const { lifecycle, closing } = newLifecycle();
    const { open, release } = instance({ lifecycle });
    const client = await open();
    await client.post(call("wait"));

    closing.abort();
    release();

    expect(textOf(await client.message())).toBe("waited");
    expect(await client.next()).toBeUndefined();
  });

  it("ends with its server, whatever is running", async () => {
    const { lifecycle, closing, cancelling } = newLifecycle();
    const client = await instance({ lifecycle }).open();
    await client.post(call("wait"));

    closing.abort();
    cancelling.abort();

    expect(await client.next()).toBeUndefined();
  });
});

function newLifecycle() {
  const [closing, cancelling] = [new AbortController(), new AbortController()];
  return {
    lifecycle: { isDraining: true, closing: closing.signal, cancelled: cancelling.signal },
    closing,
    cancelling,
  };
}
