import { describe, expect, it } from "vitest";
import { startSandbox } from "./sandbox-client.ts";

interface SpanJson {
  readonly event_id: string | null;
  readonly project_slug: string;
  readonly children: readonly SpanJson[] | string;
}

/** Every span of an answer, parents first. */
function flat(spans: unknown): SpanJson[] {
  // The sandbox's own shape.
  const all = [...(spans as SpanJson[])];
  for (const { children } of all) if (Array.isArray(children)) all.push(...(children as SpanJson[]));
  return all;
}

async function as(user: "ada" | "grace") {
  const { api, tokenOf } = startSandbox();
  const token = await tokenOf(user);
  return (path: string) => api(token, path);
}

describe("traces", () => {
  it("have 20,000 spans, or as many as asked for", async () => {
    const get = await as("ada");
    const path = `/organizations/acme/trace/${"20".repeat(16)}/`;

    const whole = flat((await get(path)).body);
    const part = flat((await get(`${path}?limit=100`)).body);

    expect(new Set(whole.map(({ event_id: id }) => id)).size).toBe(20_000);
    expect(part).toHaveLength(100);
    expect((await get(`${path}?limit=many`)).status).toBe(400);
    expect((await get(`/organizations/acme/trace-meta/${"20".repeat(16)}/`)).body).toMatchObject({
      span_count: 20_000,
    });
  });

  it("show spans of the caller's projects only", async () => {
    const get = await as("grace");

    const spans = flat((await get(`/organizations/acme/trace/${"3a".repeat(16)}/`)).body);

    expect(spans.map((span) => [span.event_id, span.project_slug])).toEqual([
      ["ad00000000000003", "storefront"],
    ]);
  });

  it("that are not there, or another organization's, are empty lists", async () => {
    const get = await as("ada");

    expect(await get(`/organizations/acme/trace/${"99".repeat(16)}/`)).toMatchObject({
      status: 200,
      body: [],
    });
    expect(await get(`/organizations/acme/trace/${"0b5c".repeat(8)}/`)).toMatchObject({
      status: 200,
      body: [],
    });
  });

  it("are transactions inside one another for older versions", async () => {
    const get = await as("ada");

    expect((await get(`/organizations/acme/events-trace/${"7e57".repeat(8)}/`)).body).toMatchObject({
      transactions: [{
        "transaction.op": "ui.action.click",
        children: [{
          "transaction.op": "http.server",
          project_slug: "checkout",
          errors: [{ issue_id: 5001 }],
        }],
      }],
      orphan_errors: [],
    });
  });

  it("have attributes for each span, below its own project", async () => {
    const get = await as("ada");
    const query = `?item_type=spans&trace_id=${"7e57".repeat(8)}`;

    const mine = await get(`/projects/acme/checkout/trace-items/aa00000000000006/${query}`);
    const other = await get(`/projects/acme/storefront/trace-items/aa00000000000006/${query}`);

    expect(mine.body).toMatchObject({
      itemId: "aa00000000000006",
      attributes: expect.arrayContaining([{ name: "http.response.status_code", type: "float", value: 504 }]),
    });
    expect(other.status).toBe(404);
  });
});
