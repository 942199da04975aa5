import { describe, expect, it } from "vitest";
import type { Caller } from "../../src/mcp/caller.ts";
import { Unauthorized } from "../../src/mcp/unauthorized.ts";
import {
  type Answer,
  answerOf,
  callerWith,
  fixtureMcp,
  initialize,
  modern,
  type Observed,
  post,
  rpc,
} from "./fixture.ts";

interface Asked {
  readonly answer: Answer;
  readonly observed: Observed;
}

async function ask(
  body: unknown,
  overrides: Partial<Caller> & { refusal?: string } = {},
  headers: Record<string, string> = {},
): Promise<Asked> {
  const { refusal, ...grant } = overrides;
  const { mcp, observed } = fixtureMcp();
  const options = { caller: callerWith(grant), parsedBody: body, toolset: "full", refusal } as const;
  return { answer: await answerOf(await mcp.handle(post({ body, headers }), options)), observed };
}

async function offered(overrides: Partial<Caller>): Promise<string[]> {
  const { answer } = await ask(rpc("tools/list"), overrides);
  return answer.result?.tools?.map(({ name }) => name) ?? [];
}

const call = (name: string, args: Record<string, unknown> = {}) =>
  rpc("tools/call", { name, arguments: args });

const acme = { organizationSlug: "acme" };
const checkout = { organizationSlug: "acme", projectSlug: "checkout" };

describe("tools/list", () => {
  const reading = ["find_organizations", "find_projects", "look", "wait", "climb", "fall", "locked_out"];

  it("has everything that the skills bring, in the order of the catalog", async () => {
    expect(await offered({})).toEqual([...reading, "change"]);
    expect(await offered({ skills: ["triage", "inspect"] })).toEqual([...reading, "change"]);
  });

  it.each<[string, Partial<Caller>, string[]]>([
    ["no tool beyond the skills", { skills: ["inspect"] }, reading],
    ["no tool for no skill", { skills: [] }, []],
    ["no tool that writes in a read-only session", { readOnly: true }, reading],
    ["no search for organizations in one of them", { constraint: acme }, [...reading.slice(1), "change"]],
    ["no search for projects in one of them", { constraint: checkout }, [...reading.slice(2), "change"]],
  ])("has %s", async (_name, grant, names) => {
    expect(await offered(grant)).toEqual(names);
  });

  it("hides the parameters that the constraint fixes", async () => {
    const schemaOf = async (constraint: Caller["constraint"]) => {
      const { answer } = await ask(rpc("tools/list"), { constraint });
      return answer.result?.tools?.find(({ name }) => name === "look")?.inputSchema;
    };

    expect(await schemaOf({})).toMatchObject({ required: ["organizationSlug"] });
    expect(Object.keys((await schemaOf(acme))?.properties ?? {})).toEqual(["projectSlugOrId", "text"]);
    expect(await schemaOf(checkout)).toEqual({ type: "object", properties: { text: { type: "string" } } });
  });

  it("is the same in both eras", async () => {
    const { body, headers } = modern("tools/list");
    const now = await ask(body, { constraint: acme }, headers);
    const before = await ask(rpc("tools/list"), { constraint: acme });

    expect(now.answer.result?.tools).toEqual(before.answer.result?.tools);
  });
});

describe("instructions", () => {
  it.each<[Caller["constraint"], string | undefined]>([
    [{}, undefined],
    [acme, 'the organization "acme"'],
    [checkout, 'the project "checkout" of the organization "acme"'],
  ])("say where the session is confined to: %j", async (constraint, place) => {
    const { answer } = await ask(initialize("2025-11-25"), { constraint });
    const instructions = String(answer.result?.instructions);

    if (place) expect(instructions).toContain(place);
    else expect(instructions).not.toContain("confined");
  });
});

describe("tools/call", () => {
  const seen = ({ answer }: Asked): unknown => JSON.parse(answer.result?.content?.[0]?.text ?? "null");

  it("passes arguments on as they are in an open session", async () => {
    const args = { organizationSlug: "bergwerk", text: "hello" };

    expect(seen(await ask(call("look", args)))).toEqual(args);
  });

  it("puts the constraint over whatever was sent", async () => {
    const sent = call("look", { organizationSlug: "umbra", projectSlugOrId: "vault", text: "hello" });
    const inside = { organizationSlug: "acme", projectSlugOrId: "checkout", text: "hello" };

    expect(seen(await ask(sent, { constraint: checkout }))).toEqual(inside);
    expect(seen(await ask(call("look"), { constraint: acme }))).toEqual({ organizationSlug: "acme" });
  });

  it("names a wrong argument in a tool error, so that the model can correct itself", async () => {
    const { answer } = await ask(call("look", { text: 4 }));

    expect(answer.result?.isError).toBe(true);
    expect(answer.result?.content?.[0]?.text).toContain("text");
  });

  it.each<[string, string, Partial<Caller>, RegExp]>([
    ["does not exist", "nonsense", {}, /Unknown tool "nonsense"/],
    ["is a member of every object", "constructor", {}, /Unknown tool "constructor"/],
    [
      "is hidden by the constraint",
      "find_organizations",
      { constraint: acme },
      /confined to one organization/,
    ],
  ])("gets -32602 for a tool that %s", async (_name, name, grant, message) => {
    const { answer, observed } = await ask(call(name), grant);

    expect(answer.error?.code).toBe(-32_602);
    expect(answer.error?.message).toMatch(message);
    expect(observed.started).toEqual([]);
  });

  it.each<[string, Partial<Caller>, RegExp]>([
    ["of a sign-in", {}, /sign in again without "read only"/],
    ["of a brought token", { signedIn: false }, /take "readonly" out of this server's URL/],
    // A step-up would bring the skill and leave the session read-only.
    ["that lacks the skill as well", { skills: ["inspect"] }, /may only read/],
  ])(
    "is told what to do about a tool that writes in a read-only session %s",
    async (_name, grant, advice) => {
      const { answer, observed } = await ask(call("change"), { readOnly: true, ...grant });

      expect(answer.result?.isError).toBe(true);
      expect(answer.result?.content?.[0]?.text).toMatch(advice);
      expect(observed.started).toEqual([]);
    },
  );

  it("throws InsufficientScope for a tool beyond the grant, in both eras", async () => {
    const { body, headers } = modern("tools/call", { name: "change", arguments: {} });
    const grant = { skills: ["inspect"] } as const;

    for (const asked of [ask(body, grant, headers), ask(call("change"), grant)]) {
      await expect(asked).rejects.toThrow(expect.objectContaining({ scopes: ["inspect", "triage"] }));
    }
  });

  it("says that the organization is out of reach before it asks for more", async () => {
    const { answer } = await ask(call("change"), { skills: ["inspect"], refusal: "Not found" });

    expect(answer.result?.content).toEqual([{ type: "text", text: "Not found" }]);
  });

  it("gets -32602 without a name", async () => {
    expect((await ask(rpc("tools/call", {}))).answer.error?.code).toBe(-32_602);
  });

  it("answers with the refusal when the session's organization is out of reach", async () => {
    const { answer, observed } = await ask(call("look"), { refusal: 'Organization "acme" was not found' });

    expect(answer.result).toMatchObject({
      isError: true,
      content: [{ text: 'Organization "acme" was not found' }],
    });
    expect(observed.started).toEqual([]);
  });
});

describe("revocation", () => {
  const revoked = { isLive: async () => false };

  it("is awaited fresh before a tool that writes, which then does not run", async () => {
    const { mcp, observed } = fixtureMcp();
    const asked: boolean[] = [];
    const caller = callerWith({
      isLive: async ({ fresh }) => {
        asked.push(fresh);
        return false;
      },
    });
    const body = call("change");

    await expect(mcp.handle(post({ body }), { caller, parsedBody: body, toolset: "full" })).rejects.toThrow(
      Unauthorized,
    );
    expect(asked).toEqual([true]);
    expect(observed.started).toEqual([]);
  });

  it("is looked up while a reading tool runs, whose answer is then kept back", async () => {
    const { mcp, observed } = fixtureMcp();
    const body = call("look");

    const answer = mcp.handle(post({ body }), {
      caller: callerWith(revoked),
      parsedBody: body,
      toolset: "full",
    });

    await expect(answer).rejects.toThrow(Unauthorized);
    expect(observed.started).toEqual(["look"]);
  });

  it("ends a request of 2026-07-28 in the same way", async () => {
    const { body, headers } = modern("tools/call", { name: "look", arguments: {} });

    await expect(ask(body, revoked, headers)).rejects.toThrow(Unauthorized);
  });

  it("ends a whole batch", async () => {
    await expect(ask([rpc("ping", {}, 2), call("look")], revoked)).rejects.toThrow(Unauthorized);
  });

  it("is what a token that Sentry refuses counts as", async () => {
    await expect(ask(call("locked_out"))).rejects.toThrow(Unauthorized);
  });

  it("lets a failing store through to HTTP", async () => {
    const isLive = () => Promise.reject(new Error("store is away"));

    await expect(ask(call("look"), { isLive })).rejects.toThrow("store is away");
  });
});
