import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { logRequests } from "../../src/http/request-log.ts";
import { createLog } from "../../src/lib/log.ts";

function server() {
  const lines: string[] = [];
  const log = createLog({ level: "info", write: (line) => lines.push(line), now: () => 0 });
  const app = new Hono().use(logRequests(log, () => 0));
  app.get("/good", () => new Response("good"));
  app.get("/bad", () => Response.json({ error: "bad" }, { status: 400 }));
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const response = await app.request(path, { headers });
    return { id: response.headers.get("x-request-id"), line: JSON.parse(lines.at(-1) ?? "null") };
  };
  return { ask };
}

describe("the log of a request", () => {
  it("has its path without the query, which may carry a code", async () => {
    const { line } = await server().ask("/good?code=secret");

    expect(line).toMatchObject({
      event: "request",
      method: "GET",
      path: "/good",
      status: 200,
      durationMs: 0,
    });
  });

  it("can be found from an error, by the id that a proxy gave or by one of its own", async () => {
    const { ask } = server();

    const own = await ask("/bad");
    const given = await ask("/bad", { "x-request-id": "proxy-7" });

    expect(own.id).toMatch(/^[\w-]{36}$/);
    expect(own.line.requestId).toBe(own.id);
    expect([given.id, given.line.requestId]).toEqual(["proxy-7", "proxy-7"]);
  });

  it.each(["with spaces", "x".repeat(256), '{"json":1}', ""])("takes no id that is none: %s", async (id) => {
    const { line } = await server().ask("/good", { "x-request-id": id });

    expect(line.requestId).toMatch(/^[\w-]{36}$/);
  });
});
