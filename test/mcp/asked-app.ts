import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { createApp } from "../../src/app.ts";
import { createMemoryChannel } from "../../src/channel/memory.ts";
import type { Channel } from "../../src/channel/channel.ts";
import { parseConfig } from "../../src/config.ts";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { silent } from "./fixture.ts";

const SENTRY = "http://localhost:3000/sandbox";
const ORIGIN = "https://mcp.example";
const START_MS = Date.UTC(2026, 2, 2, 9, 30);

// An interface would lack the index signature that the client's type has.
type Said = {
  readonly action: "accept" | "decline" | "cancel";
  readonly content?: Record<string, string>;
};

/** A form as a client gets it. */
export interface Asked {
  readonly message: string;
  readonly requestedSchema: {
    readonly properties: Record<string, { readonly oneOf?: readonly { const: string }[] } | undefined>;
  };
}

export type Era = "auto" | "legacy";

export interface Called {
  readonly text: string;
  readonly isError?: boolean;
  readonly structuredContent?: Record<string, unknown>;
}

/** Two instances of the whole app in front of a sandbox, with clients whose users answer forms. */
export async function openAskedApp(options: { channel?: Channel | "none"; cancelled?: AbortSignal } = {}) {
  const { channel = createMemoryChannel() } = options;
  let snapshot: string | undefined;
  const storage = { read: () => snapshot, write: (text: string) => void (snapshot = text) };
  const sandbox = createSandbox({ baseUrl: SENTRY, storage, now: () => START_MS });
  let nowMs = START_MS;
  const now = () => nowMs;
  /** What went to Sentry, as `METHOD path?query`. */
  const sent: string[] = [];
  const config = parseConfig(
    {
      BASE_URL: ORIGIN,
      SENTRY_URL: SENTRY,
      SENTRY_REGION_URLS: sandbox.regionUrls.join(","),
      SENTRY_CLIENT_ID: "id",
      SENTRY_CLIENT_SECRET: "s",
      ENCRYPTION_KEY: "k".repeat(32),
      STORE: "memory",
    },
    { sandbox: false, listens: false, stores: ["memory"] },
  );
  const store = createMemoryStore({ now });
  const deps = {
    config,
    store,
    storeName: "memory",
    runtime: "test",
    ...(channel !== "none" && { channel }),
    ...(options.cancelled &&
      { lifecycle: { isDraining: false, closing: options.cancelled, cancelled: options.cancelled } }),
    fetch: (input: RequestInfo | URL) => {
      const request = new Request(input);
      sent.push(`${request.method} ${decodeURIComponent(request.url.slice(SENTRY.length))}`);
      return sandbox.fetch(request);
    },
    now,
    log: silent,
  };
  const instances = [createApp(deps), createApp(deps)];
  let turn = 0;
  /** One after the other, so that what a client sends next meets another instance. */
  const request = async (url: string, init: RequestInit): Promise<Response> => {
    const app = instances[turn++ % instances.length];
    if (!app) throw new Error("There is no instance");
    return await app.request(url, init);
  };

  async function mint(user: string): Promise<string> {
    const body = JSON.stringify({ user, scopes: ["org:read", "project:read", "event:write"] });
    const headers = { "content-type": "application/json" };
    const request = new Request(`${SENTRY}/__sandbox/tokens`, { method: "POST", headers, body });
    // The sandbox's README says what it answers.
    const { token } = (await (await sandbox.fetch(request)).json()) as { token: string };
    return `Sentry-Bearer ${token}`;
  }

  return {
    sent,
    fault: (fault: object) =>
      sandbox.fetch(
        new Request(`${SENTRY}/__sandbox/faults`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(fault),
        }),
      ),
    mint,
    /** What changed something at Sentry. */
    writes: () => sent.filter((one) => !one.startsWith("GET")),
    wait: (minutes: number) => void (nowMs += minutes * 60_000),
    request: (path: string, init: RequestInit) => request(ORIGIN + path, init),
    /** @param answer Absent: a client that has no forms. */
    async connect(
      { era, user = "ada", path = "/mcp", answer, supported }: {
        era: Era;
        user?: string;
        path?: string;
        /** Revisions; absent: all. */
        supported?: string[];
        answer?: (asked: Asked) => Said | Promise<Said>;
      },
    ) {
      const asked: Asked[] = [];
      const client = new Client({ name: "asked", version: "1" }, {
        capabilities: answer ? { elicitation: { form: {} } } : {},
        versionNegotiation: { mode: era },
        ...(supported && { supportedProtocolVersions: supported }),
      });
      if (answer) {
        client.setRequestHandler("elicitation/create", ({ params }) => {
          // Only forms are declared.
          const form = params as Asked;
          asked.push(form);
          return answer(form);
        });
      }
      const authorization = await mint(user);
      const fetch = async (url: string | URL, init?: RequestInit) => {
        const headers = new Headers(init?.headers);
        headers.set("authorization", authorization);
        return request(String(url), { ...init, headers });
      };
      await client.connect(new StreamableHTTPClientTransport(new URL(ORIGIN + path), { fetch }));
      sent.length = 0;
      return {
        client,
        asked,
        async call(name: string, args: Record<string, unknown>): Promise<Called> {
          const { content, isError, structuredContent } = await client.callTool({ name, arguments: args });
          const text = content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
          // Tools with an output schema answer with an object.
          return { text, isError, structuredContent: structuredContent as Called["structuredContent"] };
        },
      };
    },
  };
}

export const ERAS: readonly Era[] = ["auto", "legacy"];

export const accept = (): Said => ({ action: "accept" });

/** Fills each form with those of the values that it has fields for. */
export const choose = (values: Record<string, string>) => ({ requestedSchema }: Asked): Said => ({
  action: "accept",
  content: Object.fromEntries(Object.entries(values).filter(([name]) => name in requestedSchema.properties)),
});
