import { createLog } from "../../src/lib/log.ts";
import { createSealer } from "../../src/lib/seal.ts";
import { createHandles } from "../../src/mcp/handles.ts";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { createSentryAccess } from "../../src/sentry/access.ts";
import type { Constraint } from "../../src/sentry/constraint.ts";
import { createSentryService } from "../../src/sentry/service.ts";
import { callTool, type ToolResult } from "../../src/tools/call.ts";
import type { Tool, ToolContext } from "../../src/tools/define.ts";

export const BASE = "http://localhost:3000/sandbox";
const KEY = "a key of the tests, long enough to be accepted";
const NOW = Date.UTC(2026, 2, 2, 9, 30);

const SCOPES = ["org:read", "project:read", "team:read", "event:write", "member:read"];

/** A sandbox with a signed-in user and a clock that stands still; `call` runs a tool as one request would. */
export async function openSession(
  options: {
    constraint?: Constraint;
    user?: "ada" | "grace";
    scopes?: readonly string[];
    /** How long Sentry takes. */
    delayMs?: number;
    /** Fills with what Sentry answers to what is read, which is then asked for once. */
    recorded?: Map<string, string>;
    /** Puts something else into Sentry's answers. */
    rewrite?: (json: unknown) => unknown;
    credentialId?: string;
  } = {},
) {
  let snapshot: string | undefined;
  const storage = { read: () => snapshot, write: (text: string) => void (snapshot = text) };
  const sandbox = createSandbox({ baseUrl: BASE, storage, now: () => NOW });
  const sent: string[] = [];
  /** Of each request, how many had to be answered one after another before it was sent. */
  const hops: number[] = [];
  let answered = 0;
  const waitedMs: number[] = [];

  const post = (path: string, body: object) =>
    sandbox.fetch(
      new Request(`${BASE}/__sandbox/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    );
  const minted = await post("tokens", { user: options.user ?? "ada", scopes: options.scopes ?? SCOPES });
  // The sandbox's own README says what it answers.
  const { token } = (await minted.json()) as { token: string };

  const service = createSentryService({
    url: BASE,
    regionUrls: sandbox.regionUrls,
    fetch: async (request) => {
      const asked = `${request.method} ${decodeURIComponent(request.url.slice(BASE.length))}`;
      sent.push(asked);
      const known = options.recorded?.get(asked);
      if (known !== undefined) {
        return new Response(known, { headers: { "content-type": "application/json" } });
      }
      const hop = answered;
      hops.push(hop);
      const response = await sandbox.fetch(request);
      const { rewrite, delayMs } = options;
      if (delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, delayMs));
      answered = Math.max(answered, hop + 1);
      if (request.method === "GET" && response.ok) {
        options.recorded?.set(asked, await response.clone().text());
      }
      if (!rewrite || !response.headers.get("content-type")?.includes("json")) return response;
      return Response.json(rewrite(await response.json()), response);
    },
    now: () => NOW,
    log: createLog({ level: "error", write: () => {}, now: () => NOW }),
    version: "0.0.0",
    sleep: async (milliseconds) => void waitedMs.push(milliseconds),
  });
  const signal = new AbortController().signal;
  const credential = { id: "test", token };
  let nowMs = NOW;
  const handlesOf = ({ name: subject }: Tool) =>
    createHandles({
      sealer: createSealer({ keys: [KEY], issuer: "https://mcp.example.test", now: () => nowMs }),
      caller: {
        credential: { ...credential, id: options.credentialId ?? credential.id },
        constraint: options.constraint ?? {},
      },
      subject,
      now: () => nowMs,
    });
  const access = () =>
    createSentryAccess({ service, credential, constraint: options.constraint ?? {}, signal });

  return {
    service,
    credential,
    access,
    /** What went to Sentry, as `METHOD path?query`. */
    sent,
    answersTo: (asked: readonly string[]) => asked.map((one) => options.recorded?.get(one) ?? ""),
    /** Forgets what was sent. */
    forget() {
      sent.length = 0;
      hops.length = 0;
      answered = 0;
    },
    /** Answers that were waited for one after another. */
    hops: () => Math.max(0, ...hops.map((hop) => hop + 1)),
    /** What a call waited for, in a world whose clock stands still. */
    waitedMs,
    fault: (fault: object) => post("faults", fault),
    /** From now on Sentry answers as this older version. */
    age: (version: string) => post("age", { version }),
    call: (
      tool: Tool,
      args: unknown,
      more: Pick<ToolContext, "progress" | "ask" | "pictures"> = {},
    ): Promise<ToolResult> =>
      callTool(tool, args, { sentry: access(), handles: handlesOf(tool), signal, now: () => nowMs, ...more }),
    /** Lets time pass here; Sentry's clock stands still. */
    wait: (minutes: number) => void (nowMs += minutes * 60_000),
  };
}

export const textOf = (result: ToolResult): string =>
  result.content.filter(({ type }) => type !== "resource_link")
    .map((part) => (part.type === "text" ? part.text : "")).join("\n");

export const linksOf = (result: ToolResult): string[] =>
  result.content.flatMap((part) => part.type === "resource_link" ? `${part.title}: ${part.uri}` : []);
