import { createLog } from "../../src/lib/log.ts";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { createSentryAccess } from "../../src/sentry/access.ts";
import type { Constraint } from "../../src/sentry/constraint.ts";
import { createSentryService } from "../../src/sentry/service.ts";
import { callTool, type ToolResult } from "../../src/tools/call.ts";
import type { Tool } from "../../src/tools/define.ts";

export const BASE = "http://localhost:3000/sandbox";
const NOW = Date.UTC(2026, 2, 2, 9, 30);

const SCOPES = ["org:read", "project:read", "team:read", "event:write", "member:read"];

/** A sandbox with a signed-in user and a clock that stands still; `call` runs a tool as one request would. */
export async function openSession(
  options: { constraint?: Constraint; user?: "ada" | "grace"; scopes?: readonly string[] } = {},
) {
  let snapshot: string | undefined;
  const storage = { read: () => snapshot, write: (text: string) => void (snapshot = text) };
  const sandbox = createSandbox({ baseUrl: BASE, storage, now: () => NOW });
  const sent: string[] = [];

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
    fetch: (request) => {
      sent.push(`${request.method} ${decodeURIComponent(request.url.slice(BASE.length))}`);
      return sandbox.fetch(request);
    },
    now: () => NOW,
    log: createLog({ level: "error", write: () => {}, now: () => NOW }),
    version: "0.0.0",
    sleep: () => Promise.resolve(),
  });
  const signal = new AbortController().signal;
  const credential = { id: "test", token };
  const access = () =>
    createSentryAccess({ service, credential, constraint: options.constraint ?? {}, signal });

  return {
    service,
    credential,
    access,
    /** What went to Sentry, as `METHOD path?query`. */
    sent,
    age: (version: string) => post("age", { version }),
    fault: (fault: object) => post("faults", fault),
    call: (tool: Tool, args: unknown): Promise<ToolResult> =>
      callTool(tool, args, { sentry: access(), signal, now: () => NOW }),
  };
}

export const textOf = (result: ToolResult): string => result.content.map(({ text }) => text).join("\n");
