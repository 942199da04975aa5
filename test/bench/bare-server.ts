// What the product is compared with: Hono on the same runtime, reading the same request
// and giving the same answer (for the tool call: after the same requests to Sentry), and nothing else.
import { readFileSync } from "node:fs";
import { serve } from "@hono/node-server";
import { Hono } from "hono";

export interface BareSetup {
  readonly port: number;
  /** The bytes that tools/list answers with. */
  readonly list: string;
  /** Sentry's addresses that the tool call fetches. */
  readonly upstream: readonly string[];
  readonly token: string;
}

// Handed over on stdin by the bench, which has the same type.
const { port, list, upstream, token } = JSON.parse(readFileSync(0, "utf8")) as BareSetup;
const headers = { authorization: `Bearer ${token}` };

const app = new Hono();
app.post("/tools/list", async (c) => {
  await c.req.json();
  return c.body(list, 200, { "content-type": "application/json" });
});
app.post("/tools/call", async (c) => {
  await c.req.json();
  const answers = await Promise.all(upstream.map((url) => fetch(url, { headers })));
  if (!answers.every(({ ok }) => ok)) return c.json({ error: answers.map(({ status }) => status) }, 502);
  return c.json(await Promise.all(answers.map((answer) => answer.json())));
});
app.get("/cpu", (c) => {
  const { user, system } = process.cpuUsage();
  return c.json((user + system) / 1000);
});
serve({ fetch: app.fetch, hostname: "127.0.0.1", port }, () => console.log("listening"));
