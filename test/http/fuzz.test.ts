import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../src/app.ts";
import { createMemoryChannel } from "../../src/channel/memory.ts";
import { parseConfig } from "../../src/config.ts";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { TOOLS } from "../../src/tools/all.ts";
import { silent } from "../mcp/fixture.ts";

const SENTRY = "http://localhost:3000/sandbox";
const MCP = "http://localhost:3000/mcp";
const now = () => Date.UTC(2026, 2, 2, 9, 30);

const LONG = process.env.SOAK === "1";
const FUZZ_MS = LONG ? 60_000 : 20_000;
const LEAST_REQUESTS = LONG ? 10_000 : 500;
/** Many times what an answer takes. */
const HANG_MS = 20_000;

let send: (user: "ada" | "grace", request: Random) => Promise<Response>;
let session: string;
/** What the server says of itself when it fails. */
const failures: unknown[] = [];
const log = { ...silent, error: (event: string, fields = {}) => void failures.push({ event, ...fields }) };
beforeAll(async () => {
  let snapshot: string | undefined;
  const storage = { read: () => snapshot, write: (text: string) => void (snapshot = text) };
  const sandbox = createSandbox({ baseUrl: SENTRY, storage, now });
  const config = parseConfig(
    {
      BASE_URL: "http://localhost:3000",
      SENTRY_URL: SENTRY,
      SENTRY_REGION_URLS: sandbox.regionUrls.join(),
      SENTRY_CLIENT_ID: "a",
      SENTRY_CLIENT_SECRET: "b",
      ENCRYPTION_KEY: "k".repeat(32),
      STORE: "memory",
      RATE_LIMIT_PER_MINUTE: "off",
    },
    { sandbox: false, listens: false, stores: ["memory"] },
  );
  const fetch = (request: RequestInfo | URL) => sandbox.fetch(new Request(request));
  const store = createMemoryStore({ now });
  const channel = createMemoryChannel();
  const app = createApp({ config, store, storeName: "memory", runtime: "test", fetch, channel, now, log });
  const tokens = { ada: await mint(sandbox, "ada"), grace: await mint(sandbox, "grace") };
  send = async (user, { path, headers, body }) =>
    await app.request(`${MCP}${path}`, {
      method: "POST",
      headers: { authorization: `Sentry-Bearer ${tokens[user]}`, ...headers },
      body,
    });
  const begun = await send("ada", {
    path: "",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "f", version: "1" } },
    }),
  });
  session = begun.headers.get("mcp-session-id") ?? "";
});

async function mint(sandbox: ReturnType<typeof createSandbox>, user: string): Promise<string> {
  const response = await sandbox.fetch(
    new Request(`${SENTRY}/__sandbox/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ user, scopes: ["org:read", "project:read", "team:read", "event:write"] }),
    }),
  );
  // The sandbox's README says what it answers.
  return ((await response.json()) as { token: string }).token;
}

interface Random {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Seer takes seconds, and the limits of time are tested elsewhere. */
const NAMES = TOOLS.map(({ name }) => name).filter((name) => name !== "analyze_issue_with_seer");

/** Stands in a body for lists inside one another, more of them than a stack holds. */
const DEEP = "(deep)";

const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    DEEP,
    null,
    true,
    0,
    -1,
    1e308,
    "",
    " ",
    "constructor",
    "__proto__",
    [],
    {},
    "\ud800",
    "latest",
  ),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.json({ maxDepth: 3 }).map((text): unknown => JSON.parse(text)),
);

const value = fc.oneof(
  fc.constantFrom<unknown>(
    "acme",
    "umbra",
    "bergwerk",
    "checkout",
    "CHECKOUT-1",
    "VAULT-1",
    "8001",
    "7e577e577e577e577e577e577e577e57",
    "0b5c".repeat(8),
    "spans",
    "is:unresolved",
    'user.email:"',
    `${SENTRY}/organizations/umbra/issues/8001/`,
    "https://evil.example/organizations/acme/issues/1/",
    "0:0:0",
    25,
  ),
  junk,
);

const PARAMETERS = [...new Set(TOOLS.flatMap((tool) => Object.keys(Object(tool.example))))].concat([
  "query",
  "cursor",
  "limit",
  "fields",
  "sort",
  "period",
  "interval",
  "dataset",
  "confirm",
  "issueIds",
  "regionUrl",
]);

const args = fc.dictionary(fc.constantFrom(...PARAMETERS, "__proto__", "nonsense"), value, { maxKeys: 6 });

const params = fc.oneof(
  { weight: 5, arbitrary: fc.record({ name: fc.constantFrom(...NAMES), arguments: args }) },
  {
    weight: 2,
    arbitrary: fc.record({
      name: fc.constantFrom("read_sentry_tool", "execute_sentry_tool", "search_sentry_tools"),
      arguments: fc.record({
        name: fc.oneof(fc.constantFrom<unknown>(...NAMES), junk),
        arguments: args,
        query: value,
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      name: fc.constantFrom(...NAMES),
      arguments: args,
      requestState: value,
      inputResponses: fc.oneof(fc.dictionary(fc.constantFrom("organizationSlug", "agreed"), junk), junk),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ uri: value, name: value, arguments: args, argument: args, ref: args }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ requestId: junk, protocolVersion: junk, capabilities: junk, clientInfo: junk }),
  },
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: junk },
);

const METHODS = [
  "tools/call",
  "tools/call",
  "tools/list",
  "initialize",
  "ping",
  "prompts/get",
  "prompts/list",
  "resources/read",
  "completion/complete",
  "server/discover",
  "notifications/cancelled",
  "logging/setLevel",
  "constructor",
  "",
];

const meta = fc.oneof(
  fc.constant(undefined),
  fc.record({
    "io.modelcontextprotocol/protocolVersion": fc.constant("2026-07-28"),
    "io.modelcontextprotocol/clientCapabilities": fc.oneof(fc.constantFrom({}, { elicitation: {} }), junk),
  }),
  fc.record({ progressToken: junk, "io.modelcontextprotocol/protocolVersion": junk }),
);

const message = fc.record({
  jsonrpc: fc.oneof({ weight: 9, arbitrary: fc.constant<unknown>("2.0") }, { weight: 1, arbitrary: junk }),
  id: fc.oneof({ weight: 3, arbitrary: fc.constant<unknown>(7) }, { weight: 1, arbitrary: junk }),
  method: fc.oneof({ weight: 9, arbitrary: fc.constantFrom<unknown>(...METHODS) }, {
    weight: 1,
    arbitrary: junk,
  }),
  params,
  meta,
}).map(({ meta, params, ...rest }) => ({
  ...rest,
  params: meta && typeof params === "object" && params !== null && !Array.isArray(params)
    ? { ...params, _meta: meta }
    : params,
}));

const answer = fc.record({
  jsonrpc: fc.constant("2.0"),
  id: fc.oneof(fc.uuid(), junk),
  result: fc.oneof(fc.dictionary(fc.constantFrom("action", "content"), junk), junk),
});

const request: fc.Arbitrary<Random> = fc.record({
  path: fc.constantFrom(
    "",
    "",
    "/acme",
    "/acme/checkout",
    "/umbra",
    "?toolset=basic",
    "?skills=inspect",
    "?toolset=x",
  ),
  one: fc.oneof({ weight: 9, arbitrary: message }, { weight: 1, arbitrary: answer }),
  wrapping: fc.constantFrom("one", "one", "one", "one", "batch", "broken"),
  version: fc.constantFrom(undefined, "2026-07-28", "2025-11-25", "2025-03-26", "1999-01-01"),
  accept: fc.constantFrom("application/json, text/event-stream", "application/json", "*/*"),
  named: fc.boolean(),
  session: fc.constantFrom(undefined, undefined, "whole", "tampered"),
}).map(({ path, one, wrapping, version, accept, named, session: has }) => {
  const text = JSON.stringify(wrapping === "batch" ? [one, one, 5] : one)
    .replaceAll(JSON.stringify(DEEP), "[".repeat(20_000) + "]".repeat(20_000));
  const { method, params } = "result" in one ? { method: "", params: {} } : one;
  const name = typeof params === "object" && params !== null && "name" in params ? params.name : "";
  const headers = {
    "content-type": "application/json",
    accept,
    ...(version && { "mcp-protocol-version": version }),
    ...(named && { "mcp-method": plain(method), "mcp-name": plain(name) }),
    ...(has && { "mcp-session-id": has === "whole" ? session : `${session.slice(0, -3)}abc` }),
  };
  return { path, headers, body: wrapping === "broken" ? text.slice(0, -2) : text };
});

/** So that there is always something of hers to be kept from others. */
const aimed: Random = {
  path: "",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
    jsonrpc: "2.0",
    id: 7,
    method: "tools/call",
    params: { name: "get_issue_details", arguments: { organizationSlug: "umbra", issueId: "VAULT-1" } },
  }),
};

const plain = (text: unknown) => (typeof text === "string" && /^[\w/]{1,60}$/.test(text) ? text : "x");

describe("the MCP endpoint", () => {
  it(
    "answers whatever it is sent: no 5xx, no hang, and nothing of one user to another with the same ids",
    async () => {
      const endMs = Date.now() + FUZZ_MS;
      const seen = { requests: 0, herOwn: 0 };
      while (Date.now() < endMs || seen.requests < LEAST_REQUESTS) {
        await fc.assert(
          fc.asyncProperty(
            request,
            fc.oneof({ arbitrary: request, weight: 9 }, fc.constant(aimed)),
            async (first, second) => {
              const sent = [["ada", first], ["grace", first], ["grace", second], ["ada", second]] as const;
              seen.requests += sent.length;

              const answers = await Promise.all(sent.map(async ([user, random]) => {
                const response = await inTime(send(user, random));
                return { user, status: response.status, text: await inTime(response.text()) };
              }));

              for (const { user, status, text } of answers) {
                expect(status, JSON.stringify({ text, failures })).toBeLessThan(500);
                expect(text).not.toMatch(/native code|node_modules|src\/(?:mcp|http|tools|sentry)\//);
                // Umbra is hers alone.
                if (user === "grace") expect(text).not.toContain("CANARY-umbra");
                if (user === "ada" && text.includes("CANARY-umbra")) seen.herOwn++;
              }
            },
          ),
          { numRuns: 50 },
        );
      }
      expect(seen.requests).toBeGreaterThanOrEqual(LEAST_REQUESTS);
      expect(seen.herOwn).toBeGreaterThan(0);
      expect(session).not.toBe("");
    },
    FUZZ_MS * 4 + 60_000,
  );
});

function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("No answer: it hangs")), HANG_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
