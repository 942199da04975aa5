import { describe, expect, it } from "vitest";
import { getSpanDetails } from "../../src/tools/get-span-details.ts";
import { getTraceDetails } from "../../src/tools/get-trace-details.ts";
import { openSession, textOf } from "./session.ts";

const THREE_PROJECTS = "3a".repeat(16);

describe("a trace across three projects", () => {
  it.each([
    ["mobile", "OrderActivity", 4],
    ["storefront", "OrderList", 4],
    ["checkout", "/api/orders", 4],
  ])(
    "shows a session confined to %s its own spans and how many others there are",
    async (projectSlug, own, others) => {
      const session = await openSession({ constraint: { organizationSlug: "acme", projectSlug } });

      const text = textOf(await session.call(getTraceDetails, { traceId: THREE_PROJECTS }));

      expect(text).toContain(own);
      expect(text).toContain(`${others} spans and errors of other projects: outside this session`);
      for (const other of ["mobile", "storefront", "checkout"].filter((slug) => slug !== projectSlug)) {
        expect(text).not.toContain(`${other} only`);
        expect(text).not.toContain(`${other.toUpperCase()}-1`);
      }
      expect(session.sent.some((request) => request.includes("trace-meta"))).toBe(false);
    },
  );

  it("keeps the id of another project's span from a session whose error hangs on it", async () => {
    const session = await openSession({
      constraint: { organizationSlug: "acme", projectSlug: "storefront" },
    });

    const text = textOf(await session.call(getTraceDetails, { traceId: THREE_PROJECTS }));

    expect(text).toContain("STOREFRONT-1");
    expect(text).not.toContain("ad00000000000002");
  });

  it("refuses a session a trace without any span of its project", async () => {
    const session = await openSession({ constraint: { organizationSlug: "acme", projectSlug: "mobile" } });

    const result = await session.call(getTraceDetails, { traceId: "51".repeat(16) });

    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain("outside this session");
  });

  it("does not tell a span of another project from one that is not there", async () => {
    const session = await openSession({ constraint: { organizationSlug: "acme", projectSlug: "mobile" } });
    const ask = async (spanId: string) =>
      textOf(await session.call(getSpanDetails, { traceId: THREE_PROJECTS, spanId })).replace(spanId, "…");

    expect(await ask("ad00000000000002")).toBe(await ask("1234567890abcdef"));
  });
});

describe("a span", () => {
  it("is told without where its trace began, when that is another project's", async () => {
    const session = await openSession({ constraint: { organizationSlug: "acme", projectSlug: "checkout" } });

    const text = textOf(await session.call(getSpanDetails, getSpanDetails.example));

    expect(text).toContain("`http.response.status_code` `504`");
    expect(text).toContain("`aa00000000000003`");
    expect(text).not.toMatch(/Pay|dsc|aa0000000000000[12]/);
  });
});

describe("an older Sentry", () => {
  it("gives transactions, and the answer says that there are no more", async () => {
    const session = await openSession();
    await session.age("23.6");

    const result = await session.call(getTraceDetails, getTraceDetails.example);

    expect(textOf(result)).toContain("gives transactions only");
    expect(textOf(result)).toContain("CHECKOUT-1");
    expect(textOf(result)).toMatch(/ui\.action\.click.*\n└─ http\.server/);
  });

  it("has no attributes of spans, and the rest is told", async () => {
    const session = await openSession();
    await session.age("25.2");

    const result = await session.call(getSpanDetails, getSpanDetails.example);

    expect(result.isError).toBeUndefined();
    expect(textOf(result)).toContain("Sentry gives no attributes for it");
    expect(textOf(result)).toContain("psp.example.test");
  });
});
