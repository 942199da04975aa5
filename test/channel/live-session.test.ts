import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createForward } from "../../src/channel/live-session.ts";
import { answerTo, messagesOf } from "../mcp/asking.ts";
import { rpc } from "../mcp/fixture.ts";
import { openSse } from "../support/sse.ts";
import { startTestWorker, type TestWorker } from "../support/workerd.ts";

let worker: TestWorker;
beforeAll(async () => {
  worker = await startTestWorker("live-session-worker.ts", {
    durableObjects: { LIVE_SESSIONS: { className: "LiveSession", useSQLite: true } },
  });
});
afterAll(() => worker?.stop());

const open = (path = "/sse", user = "ada") =>
  openSse(worker.url, { path, headers: { authorization: `Bearer ${user}` } });
const ASKS = { elicitation: {} };
const ask = (message: string) => ({ name: "ask", arguments: { message } });

describe("a live session on Workers", () => {
  it("shows in its stream what other requests post to it", async () => {
    const client = await open("/sse/acme/checkout");

    const begun = await client.initialize();
    const listed = await client.call("tools/list");

    expect(begun.result).toMatchObject({ serverInfo: { name: "asking" } });
    expect(listed.result).toEqual({ tools: [] });
  });

  it("asks in its stream, and takes the answer", async () => {
    const client = await open();
    await client.initialize(ASKS);
    await client.post(rpc("tools/call", ask("which one?"), 2));
    const question = await client.message();

    const taken = await client.post(answerTo(question, "this one"));

    expect(question).toMatchObject({ method: "elicitation/create", params: { message: "which one?" } });
    expect(taken.status).toBe(202);
    expect((await client.message()).result?.content?.[0]?.text).toBe("sse client says this one");
  });

  it("sees nothing of another session", async () => {
    const [ada, bob] = await Promise.all([open("/sse", "ada"), open("/sse", "bob")]);

    await Promise.all([ada.initialize(ASKS), bob.initialize(ASKS)]);
    await Promise.all([
      ada.post(rpc("tools/call", ask("for Ada"))),
      bob.post(rpc("tools/call", ask("for Bob"))),
    ]);

    expect((await ada.message()).params).toMatchObject({ message: "for Ada" });
    expect((await bob.message()).params).toMatchObject({ message: "for Bob" });
  });

  it("ends when its client goes away, and says so to who posts", async () => {
    const client = await open();
    await client.initialize();

    client.leave();

    await expect.poll(async () => (await client.post(rpc("ping"))).status, { timeout: 10_000 }).toBe(404);
  });

  it("has an id that another cannot use", async () => {
    const client = await open();

    const response = await client.post(rpc("ping"), { headers: { authorization: "Bearer grace" } });

    expect(response.status).toBe(404);
  });

  it("asks in the answer to a call of a 2025 session, and takes the answer of another request", async () => {
    const headers = await beginSession();
    const messages = messagesOf(await post(rpc("tools/call", ask("which one?")), headers));
    const { value: question } = await messages.next();

    const taken = await post(answerTo(question, "that one"), headers);
    const { value: answer } = await messages.next();

    expect(question).toMatchObject({ method: "elicitation/create" });
    expect(taken.status).toBe(202);
    expect(JSON.stringify(answer)).toContain("worker client says that one");
  });

  it("cancels a call of a 2025 session, whose client gets no answer", async () => {
    const headers = await beginSession();
    const messages = messagesOf(await post(rpc("tools/call", ask("which one?"), 5), headers));
    await messages.next();

    await post(
      { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 5 } },
      headers,
    );

    const rest = [];
    for await (const message of messages) rest.push(message);
    expect(rest).not.toContainEqual(expect.objectContaining({ id: 5 }));
  });
});

describe("forwarding to a session", () => {
  it("brings an answer that later rooms can add headers to", async () => {
    // Immutable, as what was fetched is.
    const answer = Response.redirect("https://mcp.example/");
    const forward = createForward({
      idFromName: (name) => name,
      get: () => ({ fetch: () => Promise.resolve(answer) }),
    });

    const { headers } = await forward("session", new Request("https://mcp.example/sse"));
    headers.set("x-request-id", "one");

    expect(headers.get("x-request-id")).toBe("one");
  });

  it("asks to come again when the object fails", async () => {
    const forward = createForward({
      idFromName: (name) => name,
      get: () => ({ fetch: () => Promise.reject(new Error("Durable Object is overloaded.")) }),
    });

    const response = await forward("session", new Request("https://mcp.example/sse"));

    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("1");
  });
});

async function beginSession(): Promise<Record<string, string>> {
  const params = {
    protocolVersion: "2025-06-18",
    capabilities: ASKS,
    clientInfo: { name: "worker client", version: "1" },
  };
  const response = await post(rpc("initialize", params));
  return {
    "mcp-session-id": response.headers.get("mcp-session-id") ?? "",
    "mcp-protocol-version": "2025-06-18",
  };
}

function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${worker.url}/mcp`, {
    method: "POST",
    headers: {
      authorization: "Bearer ada",
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
    body: JSON.stringify(body),
  });
}
