import { getEventListeners } from "node:events";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { lastAnswer } from "../../src/http/last-answer.ts";

/** A route that answers when it is told to. */
function server() {
  const cancelling = new AbortController();
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  const app = new Hono().use(
    lastAnswer({ isDraining: true, closing: cancelling.signal, cancelled: cancelling.signal }),
  );
  app.all("*", async (c) => {
    await gate;
    return c.text("done");
  });
  return { app, cancelling, open: () => open() };
}

describe("a request that still runs when it is cancelled", () => {
  it.each([["/oauth/token", { error: "temporarily_unavailable" }], [
    "/mcp/acme",
    { jsonrpc: "2.0", id: null, error: { code: -32_603 } },
  ]])("is answered at %s in that protocol's shape", async (path, body) => {
    const { app, cancelling } = server();

    const answering = app.request(path, { method: "POST" });
    cancelling.abort();
    const answer = await answering;

    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("5");
    expect(await answer.json()).toMatchObject(body);
  });

  it("may still end by itself", async () => {
    const { app, cancelling, open } = server();

    const answering = app.request("/mcp");
    cancelling.abort();
    open();

    expect(await (await answering).text()).toBe("done");
  });

  it("is not waited for when it comes later", async () => {
    const { app, cancelling } = server();
    cancelling.abort();

    expect((await app.request("/mcp")).status).toBe(503);
  });
});

it("leaves nothing behind with what outlives it", async () => {
  const { app, cancelling, open } = server();
  const before = getEventListeners(cancelling.signal, "abort").length;
  open();

  for (let requests = 0; requests < 5; requests += 1) await app.request("/");

  expect(getEventListeners(cancelling.signal, "abort")).toHaveLength(before);
});
