import { Server, type ServerContext } from "@modelcontextprotocol/server";
import type { Channel } from "../../src/channel/channel.ts";
import { createSealer } from "../../src/lib/seal.ts";
import { createMcp } from "../../src/mcp/mcp.ts";
import { createSessions } from "../../src/mcp/session.ts";
import { callerWith, type Post, post, rpc, silent } from "./fixture.ts";

const SEALED_BY = "a key of the tests, long enough";

/** Asks its client what it is told to ask, and gives up where it is told to. */
async function ask(server: Server, { mcpReq }: ServerContext, message: string): Promise<string> {
  const givingUp = new AbortController();
  const requestedSchema = { type: "object" as const, properties: { answer: { type: "string" as const } } };
  const asked = mcpReq.elicitInput({ message, requestedSchema }, { signal: givingUp.signal });
  if (message === "never mind") givingUp.abort();
  const { content } = await asked;
  return `${server.getClientVersion()?.name} says ${String(content?.answer)}`;
}

export function createAskingServer(): Server {
  const server = new Server({ name: "asking", version: "1" }, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/list", () => ({ tools: [] }));
  server.setRequestHandler("tools/call", async ({ params }, context) => {
    const text = params.name === "ask"
      ? await ask(server, context, String(params.arguments?.message))
      : JSON.stringify({
        capabilities: server.getClientCapabilities(),
        version: server.getNegotiatedProtocolVersion(),
      });
    return { content: [{ type: "text", text }] };
  });
  return server;
}

/** One instance of a server that asks; several share a channel and a key. */
export function askingMcp(
  { key = SEALED_BY, channel }: { key?: string; channel?: Channel } = {},
) {
  const sealer = createSealer({ keys: [key.padEnd(32, "-")], issuer: "http://localhost:3000", now: () => 0 });
  const sessions = createSessions({ sealer, now: () => 0 });
  const mcp = createMcp({ createServer: createAskingServer, sessions, channel, log: silent });
  return {
    send: ({ user = "ada", ...message }: Post & { user?: string }): Promise<Response> =>
      mcp.handle(post(message), { caller: callerWith({ user }), parsedBody: message.body, toolset: "full" }),
  };
}

export type Instance = ReturnType<typeof askingMcp>;

const CAPABILITIES = {
  elicitation: { form: {}, later: {} },
  sampling: {},
  experimental: { much: "x".repeat(5000) },
};

/** @returns The headers of a client that has begun a session. */
export async function begin(
  instance: Instance,
  { capabilities = CAPABILITIES, name = "tester", ...message }: {
    capabilities?: object;
    name?: string;
    path?: string;
    headers?: Record<string, string>;
    user?: string;
  } = {},
): Promise<{ "mcp-session-id": string; "mcp-protocol-version": string }> {
  const params = { protocolVersion: "2025-06-18", capabilities, clientInfo: { name, version: "1" } };
  const response = await instance.send({ body: rpc("initialize", params), ...message });
  return {
    "mcp-session-id": response.headers.get("mcp-session-id") ?? "none",
    "mcp-protocol-version": "2025-06-18",
  };
}

/** The messages of an answer as they come. */
export async function* messagesOf(response: Response): AsyncGenerator<Record<string, unknown>, void> {
  if (!response.body) throw new Error("Expected a stream");
  let text = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const events = text.split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data) yield JSON.parse(data);
    }
  }
}

/** A call whose question has arrived. */
export async function askThrough(
  instance: Instance,
  { headers, message, id = 1 }: { headers: Record<string, string>; message: string; id?: number },
) {
  const body = rpc("tools/call", { name: "ask", arguments: { message } }, id);
  const messages = messagesOf(await instance.send({ body, headers }));
  const { value: question } = await messages.next();
  const rest = async () => {
    const all = [];
    for await (const message of messages) all.push(message);
    return all;
  };
  return { question, rest };
}

export function answerTo(question: unknown, answer: string) {
  const { id } = question as { id: string };
  return { jsonrpc: "2.0", id, result: { action: "accept", content: { answer } } };
}
