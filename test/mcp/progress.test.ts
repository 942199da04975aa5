import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Log } from "../../src/lib/log.ts";
import { createProgress } from "../../src/mcp/progress.ts";
import { Unauthorized } from "../../src/mcp/unauthorized.ts";
import {
  type Answer,
  answerOf,
  callerWith,
  fixtureMcp,
  modern,
  type Post,
  post,
  rpc,
  silent,
} from "./fixture.ts";

const TOKEN = "of my own choice";

interface Era {
  readonly name: string;
  readonly message: (tool: string, meta?: object) => Post & { body: Record<string, unknown> };
}

const ERAS: Era[] = [
  {
    name: "2025-11-25",
    message: (name, _meta = { progressToken: TOKEN }) => ({
      body: rpc("tools/call", { name, arguments: {}, _meta }),
      headers: { "mcp-protocol-version": "2025-11-25" },
    }),
  },
  {
    name: "2026-07-28",
    message: (name, meta = { progressToken: TOKEN }) => {
      const { body, headers } = modern("tools/call", { name, arguments: {} });
      const params = body.params as { _meta: object };
      return { body: { ...body, params: { ...params, _meta: { ...params._meta, ...meta } } }, headers };
    },
  },
];

function serve(message: Post, options: { signal?: AbortSignal } & Parameters<typeof fixtureMcp>[0] = {}) {
  const { signal, ...deps } = options;
  const fixture = fixtureMcp(deps);
  const handle = () =>
    fixture.mcp.handle(post({ ...message, signal }), {
      caller: callerWith(),
      parsedBody: message.body,
      toolset: "full",
    });
  return { ...fixture, handle };
}

interface Message extends Answer {
  readonly method?: string;
  readonly params?: { progress: number; progressToken: unknown; message: string };
}

/** The messages of a stream, one at a time. */
function eventsOf(response: Response) {
  const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  async function next(): Promise<Message | undefined> {
    for (;;) {
      const end = buffer.indexOf("\n\n");
      if (end >= 0) {
        const [, data] = /^data: (.*)$/m.exec(buffer.slice(0, end)) ?? [];
        buffer = buffer.slice(end + 2);
        if (data) return JSON.parse(data);
        continue;
      }
      const { done, value } = await reader.read();
      if (done) return undefined;
      buffer += value;
    }
  }
  async function rest(): Promise<Message[]> {
    const messages: Message[] = [];
    for (let message = await next(); message; message = await next()) messages.push(message);
    return messages;
  }
  return { next, rest, leave: () => reader.cancel() };
}

describe.each(ERAS)("progress in $name", ({ message }) => {
  it("is streamed while the tool runs, with the client's token, counting up, and the result comes last", async () => {
    const { handle, release } = serve(message("climb"));

    const response = await handle();
    const events = eventsOf(response);
    const first = await events.next();
    release();
    const others = await events.rest();

    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(first).toEqual({
      jsonrpc: "2.0",
      method: "notifications/progress",
      params: { progressToken: TOKEN, progress: 1, message: "at the foot" },
    });
    expect(others).toMatchObject([
      { params: { progressToken: TOKEN, progress: 2, message: "half way up" } },
      { id: message("climb").body.id, result: { content: [{ type: "text", text: "climbed in sight" }] } },
    ]);
  });

  it("never follows the result", async () => {
    const { handle, observed, release } = serve(message("climb"));
    const events = eventsOf(await handle());

    release();
    await events.next();
    await events.next();
    const result = await events.next();
    observed.progress?.("down again");

    expect(result?.result).toBeDefined();
    expect(await events.rest()).toEqual([]);
  });

  it.each([[7], ["seven"]])("takes the token %j", async (progressToken) => {
    const { handle } = serve(message("climb", { progressToken }));

    expect((await eventsOf(await handle()).next())?.params?.progressToken).toBe(progressToken);
  });

  it.each([
    ["without a token", {}, {}],
    ["with a token that is none", { progressToken: { evil: true } }, {}],
    ["that takes no stream", { progressToken: TOKEN }, { accept: "application/json" }],
  ])("is not sent to a client %s, which gets plain JSON", async (_name, meta, headers) => {
    const asked = message("climb", meta);
    const { handle, observed, release } = serve({ ...asked, headers: { ...asked.headers, ...headers } });

    release();
    const response = await handle();

    expect(response.headers.get("content-type")).toContain("application/json");
    expect(observed.progress).toBeUndefined();
  });

  it("leaves a call that reports none one JSON object, token or not", async () => {
    const withToken = await serve(message("look")).handle();
    const without = await serve(message("look", {})).handle();

    expect(withToken.headers.get("content-type")).toBe(without.headers.get("content-type"));
    expect(await withToken.text()).toBe(await without.text());
  });

  it("does not hide that the grant was revoked", async () => {
    const { mcp } = fixtureMcp();
    const asked = message("climb");
    const caller = callerWith({ isLive: async () => false });

    const answer = mcp.handle(post(asked), { caller, parsedBody: asked.body, toolset: "full" });

    await expect(answer).rejects.toThrow(Unauthorized);
  });

  it("ends in an error when the tool fails on the way, and the log says why", async () => {
    const failures: unknown[] = [];
    const log: Log = { ...silent, error: (...entry) => void failures.push(entry) };
    const { handle, release } = serve(message("fall"), { log });

    const events = eventsOf(await handle());
    release();
    const messages = await events.rest();

    expect(messages.at(-1)?.error?.code).toBe(-32_603);
    expect(JSON.stringify(messages)).not.toContain("nothing to hold on to");
    expect(JSON.stringify(failures)).toContain("nothing to hold on to");
  });

  it("is kept alive by a comment every 15 s", async () => {
    vi.useFakeTimers({ toFake: ["setInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    const { handle, release } = serve(message("climb"));
    const response = await handle();

    vi.advanceTimersByTime(15_000);
    release();

    expect(await response.text()).toContain("\n\n: keepalive\n\n");
  });

  it("ends with a word when the server ends", async () => {
    const ending = new AbortController();
    const { handle, observed } = serve(message("climb"), { cancelled: ending.signal });
    const events = eventsOf(await handle());

    ending.abort();
    const messages = await events.rest();

    expect(messages.at(-1)?.result?.content?.[0]?.text).toContain("The server is restarting");
    expect(observed.signal?.aborted).toBe(true);
  });
});

describe("a client that leaves its stream", () => {
  const [older, newer] = ERAS;

  it("cancels nothing in 2025-11-25", async () => {
    const asked = older?.message("climb") ?? { body: undefined };
    const leaving = new AbortController();
    const { handle, observed } = serve(asked, { signal: leaving.signal });
    const events = eventsOf(await handle());
    await events.next();

    leaving.abort();
    await events.leave();

    expect(observed.signal?.aborted).toBe(false);
  });

  it("cancels the call in 2026-07-28", async () => {
    const asked = newer?.message("climb") ?? { body: undefined };
    const { handle, observed } = serve(asked);
    const events = eventsOf(await handle());
    await events.next();

    await events.leave();

    await expect.poll(() => observed.signal?.aborted).toBe(true);
  });
});

describe("a batch", () => {
  it("has no stream, so its calls report nothing", async () => {
    const message = ERAS[0]?.message("climb");
    const batch = [message?.body, rpc("ping", {}, 2)];
    const { handle, observed, release } = serve({ body: batch });

    release();
    const response = await handle();

    expect(await answerOf(response)).toHaveLength(2);
    expect(observed.progress).toBeUndefined();
  });
});

describe("the progress of one call, where the connection outlives it", () => {
  it("is sent before its end, and not after it", async () => {
    const events: string[] = [];
    let arrive = () => {};
    const progress = createProgress("token", async ({ params }) => {
      events.push(`sent ${String(params?.message)}`);
      await new Promise<void>((resolve) => (arrive = resolve));
      events.push("arrived");
    });

    progress.report("half way");
    const ended = progress.end().then(() => events.push("ended"));
    progress.report("too late");
    arrive();
    await ended;

    expect(events).toEqual(["sent half way", "arrived", "ended"]);
  });
});
