import { afterEach, describe, expect, it } from "vitest";
import { startSession } from "../../src/cli/session.ts";
import type { Settings } from "../../src/cli/settings.ts";
import { createLog } from "../../src/lib/log.ts";
import { createSandbox } from "../../src/sandbox/sandbox.ts";

const BASE = "http://sentry.test";
const INITIALIZE = {
  id: "init",
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } },
};
const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
};
const WHOAMI = { id: 1, method: "tools/call", params: { name: "whoami" } };

interface Message {
  readonly id: unknown;
  readonly method: string;
  readonly params?: object;
}

interface Answer {
  readonly id?: unknown;
  readonly result?: {
    readonly instructions?: string;
    readonly isError?: boolean;
    readonly content?: readonly { text: string }[];
    readonly tools?: readonly { name: string }[];
  };
  readonly error?: { readonly code: number; readonly message: string };
}

const open: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(open.splice(0).map((session) => session.close())));

describe("a session on stdio", () => {
  it("serves a client that begins with initialize", async () => {
    const client = await connect();

    const [initialized, who] = await client.ask(INITIALIZE, WHOAMI);

    expect(initialized?.result).toMatchObject({
      protocolVersion: "2025-11-25",
      serverInfo: { title: "Sentry" },
    });
    expect(textOf(who)).toContain("ada@example.test");
  });

  it("serves a client of 2026-07-28, which begins with whatever it wants", async () => {
    const client = await connect();

    const [found, who] = await client.ask(
      { id: "d", method: "server/discover", params: { _meta: META } },
      { ...WHOAMI, params: { ...WHOAMI.params, _meta: META } },
    );

    expect(found?.result).toMatchObject({ supportedVersions: ["2026-07-28"] });
    expect(textOf(who)).toContain("ada@example.test");
  });

  it("names the Apps of its tools to a client that shows them, however it says so", async () => {
    const mimeTypes = ["text/html;profile=mcp-app"];
    const capabilities = { extensions: { "io.modelcontextprotocol/ui": { mimeTypes } } };
    const meta = { ...META, "io.modelcontextprotocol/clientCapabilities": capabilities };

    const [, before] = await (await connect()).ask(
      { ...INITIALIZE, params: { ...INITIALIZE.params, capabilities } },
      { id: 1, method: "tools/list" },
    );
    const [now] = await (await connect()).ask({ id: 1, method: "tools/list", params: { _meta: meta } });

    for (const { result } of [before ?? {}, now ?? {}]) {
      expect(result?.tools?.filter((tool) => "_meta" in tool).map(({ name }) => name)).toEqual([
        "get_issue_details",
        "get_trace_details",
      ]);
    }
  });

  it("lists what flags leave, and says how they can be changed", async () => {
    const client = await connect({ readOnly: true, skills: ["inspect"], toolset: "full" });
    const update = { organizationSlug: "acme", issueId: "CHECKOUT-1", status: "resolved" };

    const [, list, refused] = await client.ask(
      INITIALIZE,
      { id: 1, method: "tools/list" },
      { id: 2, method: "tools/call", params: { name: "update_issue", arguments: update } },
    );
    const [, skillless] = await (await connect({ skills: ["inspect"] })).ask(
      INITIALIZE,
      { id: 2, method: "tools/call", params: { name: "update_issue", arguments: update } },
    );

    const names = list?.result?.tools?.map(({ name }) => name);
    expect(names).toContain("search_issues");
    expect(names).not.toContain("update_issue");
    expect(refused?.result?.isError).toBe(true);
    expect(textOf(refused)).toContain('start this server without "--readonly"');
    expect(skillless?.result?.isError).toBe(true);
    expect(textOf(skillless)).toContain("change the skills that this server is started with");
  });

  it("stays in its project, and asks Sentry about it once, although its client tries two eras", async () => {
    const client = await connect({ constraint: { organizationSlug: "acme", projectSlug: "checkout" } });

    await client.ask({ id: "d", method: "server/discover", params: { _meta: META } });
    const [initialized, issues] = await client.ask(
      INITIALIZE,
      {
        id: 1,
        method: "tools/call",
        params: { name: "get_issue_details", arguments: { issueId: "CHECKOUT-1" } },
      },
    );

    expect(initialized?.result?.instructions).toContain('confined to the project "checkout"');
    expect(textOf(issues)).toContain("PaymentNotStarted");
    expect(client.sent.filter((path) => path === "/api/0/organizations/acme/")).toHaveLength(1);
  });

  it("says from the first answer on that its organization does not exist", async () => {
    const client = await connect({ constraint: { organizationSlug: "nowhere" } });

    const [initialized, who] = await client.ask(INITIALIZE, WHOAMI);

    expect(initialized?.result?.instructions).toContain('Organization "nowhere" was not found');
    expect(who?.result?.isError).toBe(true);
    expect(textOf(who)).toContain('Organization "nowhere" was not found');
    expect(client.logged()).toContain('Organization \\"nowhere\\" was not found');
  });

  it("tells the model that Sentry refuses the token, and never shows it", async () => {
    const client = await connect({ token: "sntryu_wrong-token" });

    const [, who] = await client.ask(INITIALIZE, WHOAMI);

    expect(who?.result?.isError).toBe(true);
    expect(textOf(who)).toContain("replace SENTRY_ACCESS_TOKEN");
    expect(JSON.stringify(client.answers) + client.logged()).not.toContain("wrong-token");
  });

  for (
    const [era, opening, params] of [
      ["2025-11-25", INITIALIZE, WHOAMI.params],
      ["2026-07-28", undefined, { ...WHOAMI.params, _meta: META }],
    ] as const
  ) {
    it(`aborts what a cancelled call of ${era} asks Sentry, and goes on`, async () => {
      const client = await connect();
      if (opening) await client.ask(opening);
      const hanging = client.hang();
      client.send({ ...WHOAMI, id: "slow", params });
      const { signal } = await hanging;

      client.send({ method: "notifications/cancelled", params: { requestId: "slow", _meta: META } });
      await aborted(signal);
      const [who] = await client.ask({ ...WHOAMI, params });

      expect(textOf(who)).toContain("ada@example.test");
      expect(client.answers.map(({ id }) => id)).not.toContain("slow");
    });
  }

  for (
    const answer of [{ result: { action: "yes" } }, { result: {} }, { error: { code: 1, message: "no" } }]
  ) {
    it(`goes on as without forms when a question is answered with ${JSON.stringify(answer)}`, async () => {
      const client = await connect();
      const params = { ...INITIALIZE.params, capabilities: { elicitation: {} } };
      await client.ask({ ...INITIALIZE, params });
      client.send({ ...WHOAMI, id: "asking", params: { name: "find_projects", arguments: {} } });
      await client.until(2);

      client.send({ id: client.answers.at(-1)?.id, ...answer });
      await client.until(3);

      expect(textOf(client.answers.at(-1))).toContain("`organizationSlug` is missing");
    });
  }

  it("withdraws the question of a call that is cancelled, and goes on", async () => {
    const client = await connect();
    const params = { ...INITIALIZE.params, capabilities: { elicitation: {} } };
    await client.ask({ ...INITIALIZE, params });
    client.send({ ...WHOAMI, id: "asking", params: { name: "find_projects", arguments: {} } });
    await client.until(2);

    client.send({ method: "notifications/cancelled", params: { requestId: "asking" } });
    await client.until(3);
    await client.ask(WHOAMI);

    const [question, withdrawal] = client.answers.slice(1);
    expect(question).toMatchObject({ method: "elicitation/create" });
    expect(withdrawal).toMatchObject({
      method: "notifications/cancelled",
      params: { requestId: question?.id },
    });
    expect(client.answers.map(({ id }) => id)).not.toContain("asking");
  });

  it("aborts what is still running when it is closed", async () => {
    const client = await connect();
    await client.ask(INITIALIZE);
    const hanging = client.hang();
    client.send(WHOAMI);
    const { signal } = await hanging;

    await client.close();

    expect(signal.aborted).toBe(true);
    expect(client.answers.map(({ id }) => id)).toEqual(["init"]);
  });

  const odd: [what: string, line: string, id: unknown, code: number][] = [
    ["no JSON", "{oops", null, -32_700],
    ["a log line", "Debugger attached.", null, -32_700],
    ["no message", '{"id":5,"hello":1}', 5, -32_600],
    ["a number", "7", null, -32_600],
    ["what is nested deeper than any stack", "[".repeat(50_000) + "]".repeat(50_000), null, -32_700],
    ["a batch, which this revision has not", '[{"jsonrpc":"2.0","id":5,"method":"ping"}]', null, -32_600],
    ["a line of five megabytes", "x".repeat(5 * 1024 * 1024), null, -32_600],
  ];
  for (const [what, line, id, code] of odd) {
    it(`answers ${what}, and goes on`, async () => {
      const client = await connect();
      await client.ask(INITIALIZE);

      client.sendText(`${line}\n\r\n`);
      const [who] = await client.ask(WHOAMI);

      expect(textOf(who)).toContain("ada@example.test");
      expect(client.answers.filter((answer) => answer.error)).toMatchObject([{ id, error: { code } }]);
    });
  }

  it("answers no answer, however odd: its id may be that of a request of the client", async () => {
    const client = await connect();
    await client.ask(INITIALIZE);

    client.sendText('{"jsonrpc":"2.0","id":0,"result":5}\n');
    client.sendText('{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"What?"}}\n');
    await client.ask(WHOAMI);

    expect(client.answers.filter((answer) => answer.error)).toEqual([]);
  });

  it("answers an odd batch of 2025-03-26 in one word", async () => {
    const client = await connect();
    const params = { ...INITIALIZE.params, protocolVersion: "2025-03-26" };
    await client.ask({ ...INITIALIZE, params });

    client.sendText("[]\n[7]\n");
    await client.ask(WHOAMI);

    expect(client.answers.filter((answer) => answer.error)).toMatchObject([
      { id: null, error: { code: -32_600 } },
      { id: null, error: { code: -32_600 } },
    ]);
  });

  it("takes a message of three megabytes, in chunks that cut characters", async () => {
    const client = await connect();
    await client.ask(INITIALIZE);
    const call = { ...WHOAMI, params: { ...WHOAMI.params, arguments: { long: "🙂".repeat(750_000) } } };

    client.sendText(`${JSON.stringify({ jsonrpc: "2.0", ...call })}\r\n`, 65_537);
    await client.until(2);

    expect(textOf(client.answers.at(-1))).toContain("ada@example.test");
  });

  it("answers a batch of 2025-03-26 as one, without those that were cancelled", async () => {
    const client = await connect();
    const params = { ...INITIALIZE.params, protocolVersion: "2025-03-26" };
    await client.ask({ ...INITIALIZE, params });
    const hanging = client.hang();

    client.sendText(`${
      JSON.stringify([
        { jsonrpc: "2.0", id: "slow", method: "tools/call", params: WHOAMI.params },
        { jsonrpc: "2.0", id: "list", method: "tools/list" },
        { jsonrpc: "2.0", method: "notifications/initialized" },
        { jsonrpc: "2.0", id: "ping", method: "ping" },
      ])
    }\n`);
    await hanging;
    client.send({ method: "notifications/cancelled", params: { requestId: "slow" } });
    await client.until(3);

    expect(client.lines).toHaveLength(2);
    expect(new Set(client.answers.slice(1).map(({ id }) => id))).toEqual(new Set(["list", "ping"]));
  });
});

/** A session in front of the sandbox, with Ada's token. */
async function connect(changes: Partial<Settings> = {}) {
  let snapshot: string | undefined;
  const storage = { read: () => snapshot, write: (text: string) => void (snapshot = text) };
  const sandbox = createSandbox({ baseUrl: BASE, storage, now: Date.now });
  const minted = await sandbox.fetch(
    new Request(`${BASE}/__sandbox/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ user: "ada", scopes: ["org:read", "project:read", "team:read", "event:write"] }),
    }),
  );
  // The sandbox's own README says what it answers.
  const { token } = (await minted.json()) as { token: string };

  const sent: string[] = [];
  const lines: string[] = [];
  const logged: string[] = [];
  let heard = () => {};
  let onHanging: ((request: Request) => void) | undefined;
  const session = startSession(
    {
      token,
      sentry: { url: BASE, regionUrls: sandbox.regionUrls },
      constraint: {},
      skills: ["inspect", "seer", "triage", "project-management"],
      readOnly: false,
      toolset: "default",
      logLevel: "debug",
      ...changes,
    },
    {
      async fetch(request) {
        sent.push(new URL(request.url).pathname);
        if (!onHanging) return sandbox.fetch(request);
        onHanging(request);
        onHanging = undefined;
        await aborted(request.signal);
        throw request.signal.reason;
      },
      async write(line) {
        lines.push(line);
        heard();
      },
      now: Date.now,
      log: createLog({ level: "debug", write: (line) => logged.push(line), now: Date.now }),
    },
  );
  open.push(session);

  const read = () => lines.flatMap((line) => JSON.parse(line) as Answer | Answer[]);
  const until = async (count: number) => {
    while (read().length < count) await new Promise<void>((resolve) => (heard = resolve));
  };
  const sendText = (text: string, chunkBytes = Infinity) => {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      session.receive(bytes.subarray(at, at + chunkBytes));
    }
  };
  const send = (message: object) => sendText(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  return {
    sent,
    lines,
    send,
    sendText,
    until,
    get answers() {
      return read();
    },
    logged: () => logged.join("\n"),
    close: () => session.close(),
    /** The next call of Sentry gets no answer; resolves when it comes. */
    hang: () => new Promise<Request>((resolve) => (onHanging = resolve)),
    /** Sends each when the one before it was answered. */
    async ask(...messages: Message[]): Promise<(Answer | undefined)[]> {
      for (const message of messages) {
        send(message);
        while (!read().some(({ id }) => id === message.id)) await until(read().length + 1);
      }
      return messages.map((message) => read().findLast(({ id }) => id === message.id));
    },
  };
}

function textOf(answer: Answer | undefined): string {
  return answer?.result?.content?.map(({ text }) => text).join("\n") ?? JSON.stringify(answer);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
