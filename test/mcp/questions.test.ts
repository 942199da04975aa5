import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { describe, expect, it } from "vitest";
import type { Channel } from "../../src/channel/channel.ts";
import { createMemoryChannel } from "../../src/channel/memory.ts";
import { answerTo, askingMcp, askThrough, begin } from "./asking.ts";
import { rpc } from "./fixture.ts";

const says = (
  text: string,
  id = 1,
) => [{ jsonrpc: "2.0", id, result: { content: [{ type: "text", text }] } }];

describe("a question in the middle of a call", () => {
  it("reaches the client in the answer to its call, and the answer reaches the call", async () => {
    const instance = askingMcp({ channel: createMemoryChannel() });
    const headers = await begin(instance);
    const { question, rest } = await askThrough(instance, { headers, message: "which one?" });

    const taken = await instance.send({ body: answerTo(question, "this one"), headers });

    expect(question).toMatchObject({ method: "elicitation/create", params: { message: "which one?" } });
    expect(taken.status).toBe(202);
    expect(await taken.text()).toBe("");
    expect(await rest()).toEqual(says("tester says this one"));
  });

  it("may be answered at another instance", async () => {
    const channel = createMemoryChannel();
    const [here, there] = [askingMcp({ channel }), askingMcp({ channel })];
    const headers = await begin(here);
    const { question, rest } = await askThrough(here, { headers, message: "which one?" });

    await there.send({ body: answerTo(question, "that one"), headers });

    expect(await rest()).toEqual(says("tester says that one"));
  });

  it("may be asked in twenty calls at once", async () => {
    const instance = askingMcp({ channel: createMemoryChannel() });
    const headers = await begin(instance);
    const calls = await Promise.all(
      Array.from({ length: 20 }, (_, id) => askThrough(instance, { headers, message: `${id}?`, id })),
    );

    for (const [n, { question }] of calls.entries()) {
      await instance.send({ body: answerTo(question, String(n)), headers });
    }

    const answers = await Promise.all(calls.map(({ rest }) => rest()));
    expect(answers).toEqual(calls.map((_, n) => says(`tester says ${n}`, n)));
  });

  it("is answered by nobody else, although they know its id", async () => {
    const instance = askingMcp({ channel: createMemoryChannel() });
    const headers = await begin(instance);
    const { question, rest } = await askThrough(instance, { headers, message: "which one?" });
    const strangers = [
      { headers: await begin(instance, { user: "grace" }), user: "grace" },
      { headers: await begin(instance) },
      { headers: { "mcp-protocol-version": "2025-06-18" } },
    ];

    for (const stranger of strangers) {
      const taken = await instance.send({ body: answerTo(question, "mine"), ...stranger });
      expect(taken.status).toBe(202);
    }
    await instance.send({ body: answerTo(question, "ours"), headers });

    expect(await rest()).toEqual(says("tester says ours"));
  });

  it("that was never asked may be answered without effect", async () => {
    const published: string[] = [];
    const channel: Channel = {
      ...createMemoryChannel(),
      publish: async (topic) => void published.push(topic),
    };
    const instance = askingMcp({ channel });
    const headers = await begin(instance);

    for (const id of [0, "1", "answer/of/another", crypto.randomUUID()]) {
      const body = { jsonrpc: "2.0", id, result: {} };
      expect((await instance.send({ body, headers })).status).toBe(202);
    }

    expect(published).toHaveLength(1);
  });

  it("that is given up is withdrawn by the id that the client knows", async () => {
    const instance = askingMcp({ channel: createMemoryChannel() });
    const headers = await begin(instance);
    const { question, rest } = await askThrough(instance, { headers, message: "never mind" });

    expect(await rest()).toMatchObject([
      { method: "notifications/cancelled", params: { requestId: question?.id } },
      { id: 1, error: {} },
    ]);
  });

  it("leaves nothing in the channel when its call has ended", async () => {
    const signals: AbortSignal[] = [];
    const memory = createMemoryChannel();
    const channel: Channel = {
      publish: memory.publish,
      subscribe(topic, options) {
        signals.push(options.signal);
        return memory.subscribe(topic, options);
      },
    };
    const instance = askingMcp({ channel });
    const headers = await begin(instance);
    const { rest } = await askThrough(instance, { headers, message: "never mind" });

    await rest();

    // For the answer, and for a cancellation of the call.
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it("fails its call at once where no answer would arrive, or the client cannot answer", async () => {
    const mute = askingMcp();
    const deaf = askingMcp({ channel: createMemoryChannel() });
    const body = rpc("tools/call", { name: "ask", arguments: { message: "which one?" } });

    for (
      const response of [
        await mute.send({ body, headers: await begin(mute) }),
        await deaf.send({ body }),
        await deaf.send({ body, headers: { ...(await begin(deaf)), accept: "application/json" } }),
      ]
    ) {
      expect(response.headers.get("content-type")).toContain("application/json");
      expect(await response.json()).toMatchObject({ id: 1, error: {} });
    }
  });

  it("is answered by a real client", async () => {
    const instance = askingMcp({ channel: createMemoryChannel() });
    const client = new Client({ name: "real", version: "1" }, {
      capabilities: { elicitation: { form: {} } },
      versionNegotiation: { mode: "legacy" },
    });
    client.setRequestHandler("elicitation/create", () => ({ action: "accept", content: { answer: "yes" } }));
    const fetch = async (_url: string | URL, init?: RequestInit) => {
      if (init?.method !== "POST") return new Response(null, { status: 405 });
      const headers = Object.fromEntries(new Headers(init.headers));
      return await instance.send({ body: await new Response(init.body).json(), headers });
    };
    await client.connect(new StreamableHTTPClientTransport(new URL("http://localhost:3000/mcp"), { fetch }));

    const { content } = await client.callTool({ name: "ask", arguments: { message: "is it?" } });

    expect(content).toEqual([{ type: "text", text: "real says yes" }]);
    await client.close();
  });
});
