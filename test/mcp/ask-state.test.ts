import { describe, expect, it } from "vitest";
import { answerOf } from "./fixture.ts";
import { openAskedApp } from "./asked-app.ts";

type App = Awaited<ReturnType<typeof openAskedApp>>;

interface Call {
  readonly name?: string;
  readonly args?: object;
  readonly capabilities?: object;
  readonly inputResponses?: object;
  readonly requestState?: unknown;
}

interface Result {
  readonly resultType: string;
  readonly inputRequests?: Record<string, { method: string; params: { message: string } }>;
  readonly requestState?: string;
  readonly content?: { text: string }[];
}

const MANY = { organizationSlug: "acme", issueIds: ["CHECKOUT-5", "STOREFRONT-2"], status: "resolved" };
const CHANGE = { name: "update_issue", args: MANY };
const YES = { agreed: { action: "accept" } };
const ACME = { organizationSlug: { action: "accept", content: { organizationSlug: "acme" } } };

/** One user of 2026-07-28, message by message. */
async function userOf(app: App, { user = "ada" } = {}) {
  const authorization = await app.mint(user);
  const send = async (call: Call, path = "/mcp") => {
    const { name = "find_projects", args = {}, capabilities = { elicitation: {} }, ...retry } = call;
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": capabilities,
    };
    const params = { name, arguments: args, ...retry, _meta };
    const response = await app.request(path, {
      method: "POST",
      headers: {
        authorization,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/call",
        "mcp-name": name,
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
    });
    return answerOf(response);
  };
  /** What the protocol has of it is looked at by the tests. */
  const result = async (call: Call) => (await send(call)).result as unknown as Result;
  return { send, result };
}

describe("a question since 2026-07-28", () => {
  it("ends the call, and the call that brings the answer goes on", async () => {
    const app = await openAskedApp();
    const ada = await userOf(app);

    const asked = await ada.result(CHANGE);
    const done = await ada.result({ ...CHANGE, inputResponses: YES, requestState: asked.requestState });

    expect(asked).toMatchObject({
      resultType: "input_required",
      inputRequests: { agreed: { method: "elicitation/create" } },
    });
    expect(done.resultType).toBe("complete");
    expect(done.content?.[0]?.text).toContain("Changed 2 issues");
  });

  it("asks for one thing at a time, and keeps the answers that it had", async () => {
    const ada = await userOf(await openAskedApp());
    const call = { name: "get_event_attachment", args: { eventId: "60010001600100016001000160010001" } };
    const MOBILE = { projectSlug: { action: "accept", content: { projectSlug: "mobile" } } };

    const first = await ada.result(call);
    const second = await ada.result({ ...call, inputResponses: ACME, requestState: first.requestState });
    const third = await ada.result({ ...call, inputResponses: MOBILE, requestState: second.requestState });

    expect(Object.keys(first.inputRequests ?? {})).toEqual(["organizationSlug"]);
    expect(Object.keys(second.inputRequests ?? {})).toEqual(["projectSlug"]);
    expect(third.content?.[0]?.text).toContain("screenshot.png");
  });

  const unanswered: [string, object | undefined][] = [
    ["no answer", undefined],
    ["an answer to something else", { confirmed: { action: "accept" } }],
    ["an answer of another shape", { agreed: { action: "yes" } }],
    ["an answer that is none", { agreed: "accept" }],
  ];
  for (const [what, inputResponses] of unanswered) {
    it(`is put again, and nothing is done, when the call brings ${what}`, async () => {
      const app = await openAskedApp();
      const ada = await userOf(app);
      const { requestState } = await ada.result(CHANGE);

      const again = await ada.result({ ...CHANGE, requestState, ...(inputResponses && { inputResponses }) });

      expect(again.resultType).toBe("input_required");
      expect(app.writes()).toEqual([]);
    });
  }

  it.each([
    ["nothing", {}],
    ["a number", { organizationSlug: 5 }],
    ["another field", { organization: "acme" }],
  ])("has no answer to a choice where the form brings %s", async (_what, content) => {
    const ada = await userOf(await openAskedApp());
    const { requestState } = await ada.result({});

    const inputResponses = { organizationSlug: { action: "accept", content } };
    const { content: [said] = [] } = await ada.result({ inputResponses, requestState });

    expect(said?.text).toMatch(/the user chose no organization/);
  });

  it("is put although an answer comes to what was never asked", async () => {
    const app = await openAskedApp();
    const ada = await userOf(app);

    const asked = await ada.result({ ...CHANGE, inputResponses: YES });

    expect(asked.resultType).toBe("input_required");
    expect(app.writes()).toEqual([]);
  });

  it("is answered by the same arguments in another order", async () => {
    const ada = await userOf(await openAskedApp());
    const { requestState } = await ada.result(CHANGE);
    const args = Object.fromEntries(Object.entries(MANY).toReversed());

    const done = await ada.result({ ...CHANGE, args, inputResponses: YES, requestState });

    expect(done.content?.[0]?.text).toContain("Changed 2 issues");
  });

  const foreign: [string, Call][] = [
    ["other arguments", { ...CHANGE, args: { ...MANY, status: "ignored" } }],
    ["more arguments", { ...CHANGE, args: { ...MANY, priority: "high" } }],
    ["another tool", { name: "search_issues", args: MANY }],
    ["another way to the same tool", {
      name: "execute_sentry_tool",
      args: { name: "update_issue", arguments: MANY },
    }],
  ];
  for (const [what, call] of foreign) {
    it(`is not answered by a call with ${what}`, async () => {
      const app = await openAskedApp();
      const ada = await userOf(app);
      const { requestState } = await ada.result(CHANGE);

      const { error } = await ada.send({ ...call, inputResponses: YES, requestState });

      expect(error).toEqual({
        code: -32602,
        message: "requestState is not of this call, or too old: call again without it",
        data: { reason: "invalid_request_state" },
      });
      expect(app.writes()).toEqual([]);
    });
  }

  it("is not answered by another user, in another place, or after a quarter of an hour", async () => {
    const app = await openAskedApp();
    const ada = await userOf(app);
    const { requestState } = await ada.result(CHANGE);
    const answer = { ...CHANGE, inputResponses: YES, requestState };

    const stolen = await (await userOf(app, { user: "grace" })).send(answer);
    const elsewhere = await ada.send(answer, "/mcp/acme");
    app.wait(15);
    const late = await ada.send(answer);

    expect([stolen, elsewhere, late].map(({ error }) => error?.code)).toEqual([-32602, -32602, -32602]);
    expect(app.writes()).toEqual([]);
  });

  it("is not answered by a state that was changed, made up or cut", async () => {
    const app = await openAskedApp();
    const ada = await userOf(app);
    const { requestState = "" } = await ada.result(CHANGE);
    const preview = await ada.result({ ...CHANGE, capabilities: {} });
    const handle = /```\n([\w-]+)\n```/.exec(preview.content?.[0]?.text ?? "")?.[1];
    const middle = requestState.length >> 1;
    const other = requestState[middle] === "A" ? "B" : "A";
    const states = [
      requestState.slice(0, middle) + other + requestState.slice(middle + 1),
      requestState.slice(0, -4),
      "",
      "e30",
      JSON.stringify({ answers: [["agreed", { action: "accept" }]] }),
      handle,
      7,
    ];

    const answers = await Promise.all(
      states.map((state) => ada.send({ ...CHANGE, inputResponses: YES, requestState: state })),
    );

    expect(answers.map(({ error }) => error?.code)).toEqual(states.map(() => -32602));
    expect(app.writes()).toEqual([]);
  });

  it("shows nothing of what it keeps", async () => {
    const ada = await userOf(await openAskedApp());

    const { requestState = "" } = await ada.result({ ...CHANGE, args: { ...MANY, reason: "a secret" } });

    expect(requestState).toMatch(/^[\w-]+$/);
    expect(atob(requestState.replaceAll("-", "+").replaceAll("_", "/"))).not.toContain("secret");
  });

  const formless: [string, object][] = [
    ["nothing", {}],
    ["links only", { elicitation: { url: {} } }],
    ["sampling", { sampling: {} }],
  ];
  for (const [what, capabilities] of formless) {
    it(`is not put to a client that declares ${what}`, async () => {
      const ada = await userOf(await openAskedApp());

      const place = await ada.result({ capabilities });
      const change = await ada.result({ ...CHANGE, capabilities });

      expect(place.content?.[0]?.text).toContain("`organizationSlug` is missing");
      expect(change.content?.[0]?.text).toContain("Nothing is changed yet");
    });
  }
});
