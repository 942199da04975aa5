import { describe, expect, it, vi } from "vitest";
import { createSealer } from "../../src/lib/seal.ts";
import type { Caller } from "../../src/mcp/caller.ts";
import { type AnswerList, prepareLists } from "../../src/mcp/prepared-list.ts";
import { createSessions } from "../../src/mcp/session.ts";
import { callerWith, fixtureMcp, initialize, modern, type Post, post, rpc } from "./fixture.ts";

const VERSION = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
const CLIENT = "io.modelcontextprotocol/clientInfo";

const now = () => 0;
const sealer = createSealer({
  keys: ["a key of the tests, long enough to be accepted"],
  issuer: "https://x.test",
  now,
});
const sessions = createSessions({ sealer, now });

const list = modern("tools/list");
const legacy = rpc("tools/list");
const ids = [7, 0, -3, "seven", "7", "", 'a "quoted" \u00e9 \u{1f600}', 1.5, 1e300, null, {}, [1], true];
const metas: Record<string, unknown>[] = [
  { [CLIENT]: { name: "test", version: "1" } },
  { [CLIENT]: { name: 5 } },
  { [CLIENT]: null },
  { [CAPABILITIES]: { roots: {}, elicitation: { form: {}, url: {} }, extensions: { "x/y": { a: [1] } } } },
  { [CAPABILITIES]: { roots: 5 } },
  { [CAPABILITIES]: null },
  { [CAPABILITIES]: { experimental: { a: null } } },
  { [CAPABILITIES]: undefined },
  { [VERSION]: "2025-11-25" },
  { [VERSION]: "2027-01-01" },
  { [VERSION]: 5 },
  { "io.modelcontextprotocol/logLevel": "debug" },
  { "io.modelcontextprotocol/logLevel": "loud" },
  { "io.modelcontextprotocol/unknown": "x" },
  { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
  { progressToken: 4 },
  { progressToken: {} },
];
const headers: Record<string, string>[] = [
  { "mcp-method": "tools/call" },
  { "mcp-method": " tools/list " },
  { "mcp-name": "look" },
  { "mcp-protocol-version": "2025-11-25" },
  { "mcp-protocol-version": "2024-11-05" },
  { "mcp-protocol-version": "1999-01-01" },
  { accept: "application/json" },
  { accept: "text/html" },
  { accept: "*/*" },
  { "mcp-session-id": "made-up" },
];

const withoutHeader = (name: string): Post => {
  const { [name]: _dropped, ...rest } = list.headers;
  return { ...list, headers: rest };
};

const requests: Post[] = [
  list,
  ...ids.flatMap((id) => [{ ...list, body: { ...list.body, id } }, { body: { ...legacy, id } }]),
  ...metas.flatMap((meta) => {
    const { params } = list.body as { params: { _meta: object } }; // what modern() makes
    return [
      { ...list, body: { ...list.body, params: { _meta: { ...params._meta, ...meta } } } },
      { body: { ...legacy, params: { _meta: meta } } },
    ];
  }),
  ...headers.flatMap((some) => [
    { ...list, headers: { ...list.headers, ...some } },
    { body: legacy, headers: some },
    { body: legacy, headers: { "mcp-protocol-version": "2025-11-25", ...some } },
  ]),
  ...["mcp-protocol-version", "mcp-method"].map(withoutHeader),
  ...["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05", "2026-07-28"].map((version) => ({
    body: legacy,
    headers: { "mcp-protocol-version": version },
  })),
  ...[undefined, null, [], 5, { cursor: "next" }, { cursor: null }, { _meta: null }, { _meta: [] }].map(
    (params) => ({ body: { ...legacy, params } }),
  ),
  { ...list, body: { ...list.body, params: { ...(list.body.params as object), cursor: "next" } } },
  { ...list, body: { ...list.body, also: 1 } },
  { ...list, body: { ...list.body, jsonrpc: "1.0" } },
  { body: { jsonrpc: "2.0", method: "tools/list" } },
  { ...list, body: { jsonrpc: "2.0", method: "tools/list", params: list.body.params } },
  { body: { jsonrpc: "2.0", method: "notifications/initialized" } },
  { body: { ...legacy, method: "ping" } },
  { ...modern("ping") },
  { body: [legacy] },
  { body: [legacy, { ...legacy, id: 2 }] },
  { body: null },
  // JSON knows numbers that JavaScript does not, and writes them back as null.
  { ...list, body: JSON.parse(JSON.stringify(list.body).replace("{}", '{"roots":1e999}')) },
];

function instanceWith(answerList?: AnswerList) {
  const { mcp } = fixtureMcp({ sessions, answerList });
  return async (request: Post, caller: Caller = callerWith(), toolset: "full" | "basic" = "full") => {
    const response = await mcp.handle(post(request), { caller, parsedBody: request.body, toolset });
    const { "content-length": length, ...headers } = Object.fromEntries(response.headers);
    const text = await response.text();
    if (length !== undefined) expect(Number(length)).toBe(new TextEncoder().encode(text).length);
    return { status: response.status, headers, text };
  };
}

describe("a list that was prepared", () => {
  it("is what the SDK would have answered, whatever was asked before", async () => {
    const direct = instanceWith();
    const prepared = instanceWith(prepareLists({ sessions, now }));

    for (const request of [...requests, ...requests, ...requests.toReversed()]) {
      const answer = await prepared(request);

      expect(answer, JSON.stringify(request)).toEqual(await direct(request));
    }
  });

  it("is the same in a session, and only in one's own", async () => {
    const direct = instanceWith();
    const prepared = instanceWith(prepareLists({ sessions, now }));
    const begun = await direct({ body: initialize("2025-11-25") });
    const id = (begun.headers as Record<string, string>)["mcp-session-id"] ?? "";
    const inSession = { body: legacy, headers: { "mcp-session-id": id } };

    for (const user of ["ada", "bob", "ada"]) {
      for (const request of [inSession, { body: legacy }, { ...inSession, path: "/mcp/acme" }]) {
        const caller = callerWith({ user });

        expect(await prepared(request, caller)).toEqual(await direct(request, caller));
      }
    }
  });

  it("shows to each what was granted", async () => {
    const direct = instanceWith();
    const prepared = instanceWith(prepareLists({ sessions, now }));
    const callers = [
      callerWith(),
      callerWith({ skills: ["inspect"] }),
      callerWith({ skills: [] }),
      callerWith({ readOnly: true }),
      callerWith({ constraint: { organizationSlug: "acme" } }),
      callerWith({ constraint: { organizationSlug: "acme", projectSlug: "web" } }),
    ];

    for (const caller of [...callers, ...callers]) {
      for (const toolset of ["full", "basic"] as const) {
        expect(await prepared(list, caller, toolset)).toEqual(await direct(list, caller, toolset));
      }
    }
  });

  it.each([["2026-07-28", list], ["2025-11-25", { body: legacy }]])(
    "needs no server the second time: %s",
    async (_era, request) => {
      const answerList = prepareLists({ now });
      const serve = vi.fn(async () => {
        const options = { caller: callerWith(), parsedBody: request.body, toolset: "full" } as const;
        return await fixtureMcp().mcp.handle(post(request), options);
      });
      const ask = (id: number) => {
        const parsedBody = { ...request.body, id };
        return answerList(post(request), { caller: callerWith(), parsedBody, toolset: "full" }, serve);
      };

      await ask(request.body.id as number); // both have one
      const { id, result } = await (await ask(8)).json();

      expect(serve).toHaveBeenCalledOnce();
      expect(id).toBe(8);
      expect(result.tools).not.toEqual([]);
    },
  );
});
