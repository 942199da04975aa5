import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";

export interface LeavingCall {
  head(): Promise<IncomingMessage>;
  /** What came first of the answer. */
  first(): Promise<string>;
  /** The whole answer; what there was of it when it was cut off. */
  text(): Promise<string>;
  leave(): void;
}

/** How a connection ends: in order, as when `fetch` is aborted, or in one blow. */
export type Farewell = "close" | "reset";

/** A POST as `fetch` writes it, head and body each in a packet of its own, by a client that may leave before the end. */
export async function callAndLeave(
  url: string,
  { headers, body, farewell }: { headers: Record<string, string>; body: string; farewell: Farewell },
): Promise<LeavingCall> {
  const length = { "content-length": String(Buffer.byteLength(body)) };
  const call = request(url, { method: "POST", headers: { ...headers, ...length }, agent: false });
  const answer = once(call, "response").then(([response]) => read(response));
  // Nobody listens any more to a call that was left.
  answer.catch(() => {});
  call.flushHeaders();
  const [socket]: Socket[] = await once(call, "socket");
  await new Promise((resolve) => setTimeout(resolve, 20));
  call.end(body);
  return {
    head: async () => (await answer).response,
    first: async () => (await answer).first,
    text: () => answer.then(({ whole }) => whole, () => ""),
    leave: () => void (farewell === "reset" ? socket?.resetAndDestroy() : socket?.destroy()),
  };
}

function read(response: IncomingMessage) {
  let text = "";
  response.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const first = once(response, "data").then(() => text, () => text);
  const whole = once(response, "close").then(() => text, () => text);
  return { response, first, whole };
}
