import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { forwardToSession, type SessionNamespace } from "../../src/channel/live-session.ts";
import { startServer } from "../support/servers.ts";
import { startTestWorker, type TestWorker } from "../support/workerd.ts";

let worker: TestWorker;
beforeAll(async () => {
  worker = await startTestWorker("live-session-worker.ts", {
    durableObjects: { LIVE_SESSIONS: { className: "EventSession", useSQLite: true } },
  });
});
afterAll(() => worker.stop());

describe("a live session on Workers", () => {
  it("shows in its stream what other requests post to it, in order", async () => {
    const session = await openSession();
    const sent = Array.from({ length: 20 }, (_, at) => `message ${at}`);

    for (const message of sent) await session.post(message);

    expect(await session.read(sent.length)).toEqual(sent);
  });

  it("shows a message at once, while its stream stays open", async () => {
    const session = await openSession("/sse/acme/checkout");

    await session.post("first");
    const first = await session.read(1);
    await session.post("second");

    expect([...first, ...(await session.read(1))]).toEqual(["first", "second"]);
  });

  it("sees nothing of another session", async () => {
    const [ada, bob] = await Promise.all([openSession(), openSession()]);

    await Promise.all([ada.post("for Ada"), bob.post("for Bob")]);
    await Promise.all([ada.post("more for Ada"), bob.post("more for Bob")]);

    expect(await ada.read(2)).toEqual(["for Ada", "more for Ada"]);
    expect(await bob.read(2)).toEqual(["for Bob", "more for Bob"]);
  });

  it("tells its object when the client goes away", async () => {
    const session = await openSession();
    expect(await session.post("one")).toMatchObject({ openStreams: 1 });

    session.leave();

    await expect.poll(() => session.post("two"), { timeout: 10_000 }).toMatchObject({ openStreams: 0 });
  });

  it("has an id that the client cannot choose", async () => {
    const { sessionId } = await openSession();

    const other = await openSession(`/sse?sessionId=${sessionId}`, { "x-live-session": sessionId });

    expect(other.sessionId).toMatch(/^[0-9a-f]{64}$/);
    expect(other.sessionId).not.toBe(sessionId);
  });

  it("knows its id whatever the client says", async () => {
    const { sessionId } = await openSession();

    const response = await fetch(`${worker.url}/sse/message?sessionId=${sessionId}`, {
      method: "POST",
      headers: { "x-live-session": "chosen" },
      body: "one",
    });

    expect(await response.json()).toMatchObject({ sessionId });
  });

  it.each<[what: string, sessionId: (known: string) => string]>([
    ["nothing", () => ""],
    ["what is no id", () => "../chosen"],
    ["a guess", () => "0123456789abcdef".repeat(4)],
    ["an id that was changed", (known) => known.replace(/^./, (digit) => (digit === "0" ? "1" : "0"))],
  ])("is not %s", async (_, change) => {
    const { sessionId } = await openSession();

    const response = await fetch(`${worker.url}/sse/message?sessionId=${change(sessionId)}`, {
      method: "POST",
      body: "one",
    });

    expect(response.status).toBe(404);
  });

  it("is answered by the deployed Worker's own object with the whole app", async () => {
    const server = await startServer("cloudflare", {
      SENTRY_AUTH_TOKEN: "shared",
      ALLOW_UNAUTHENTICATED: "1",
    });
    onTestFinished(() => server.stop());

    const response = await fetch(`${server.baseUrl}/sse`);

    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: "not_found" });
  });
});

describe("forwardToSession", () => {
  it.each([
    ["GET", "/mcp"],
    ["GET", "/ssein"],
    ["GET", "/"],
    ["POST", "/mcp?sessionId=known"],
    ["POST", "/sse"],
    ["POST", "/sse/message"],
    ["OPTIONS", "/sse"],
    ["HEAD", "/sse"],
    ["DELETE", "/sse/message?sessionId=known"],
  ])("leaves %s %s to the Worker", (method, path) => {
    const request = new Request(`https://mcp.example${path}`, { method });

    expect(forwardToSession(namespaceOf(async () => new Response()), request)).toBeUndefined();
  });

  it("asks to come again when the object fails", async () => {
    const failing = namespaceOf(() => Promise.reject(new Error("Durable Object is overloaded.")));

    const response = await forwardToSession(failing, new Request("https://mcp.example/sse"));

    expect(response?.status).toBe(503);
    expect(response?.headers.get("retry-after")).toBe("1");
  });
});

function namespaceOf(fetch: () => Promise<Response>): SessionNamespace {
  return { newUniqueId: () => "new", idFromString: (text) => text, get: () => ({ fetch }) };
}

/** Opens a stream, and waits for the event that says where to post. */
async function openSession(path = "/sse", headers: Record<string, string> = {}) {
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const signal = AbortSignal.any([leaving.signal, AbortSignal.timeout(20_000)]);
  const response = await fetch(`${worker.url}${path}`, { headers, signal });
  if (!response.body) throw new Error("Expected a stream");
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";

  async function nextEvent(): Promise<string> {
    while (!text.includes("\n\n")) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`Expected an event, got the end after "${text}"`);
      text += value;
    }
    const [event = "", ...rest] = text.split("\n\n");
    text = rest.join("\n\n");
    return event.replace(/^event: .*\ndata: /, "");
  }

  const endpoint = await nextEvent();
  return {
    sessionId: endpoint.split("=")[1] ?? "",
    async post(message: string): Promise<unknown> {
      const posted = await fetch(`${worker.url}${endpoint}`, { method: "POST", body: message });
      return posted.json();
    },
    async read(count: number): Promise<string[]> {
      const events: string[] = [];
      while (events.length < count) events.push(await nextEvent());
      return events;
    },
    leave: () => leaving.abort(),
  };
}
