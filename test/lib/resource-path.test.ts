import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constraintOfPath } from "../../src/lib/resource-path.ts";

describe("the constraint of a path", () => {
  it.each([
    ["/mcp", {}],
    ["/mcp/acme", { organizationSlug: "acme" }],
    ["/mcp/acme/checkout", { organizationSlug: "acme", projectSlug: "checkout" }],
    ["/mcp/acme/4505", { organizationSlug: "acme", projectSlug: "4505" }],
    ["/sse", {}],
    ["/sse/acme/checkout", { organizationSlug: "acme", projectSlug: "checkout" }],
    ["/mcp/a-b_c/d_e-f", { organizationSlug: "a-b_c", projectSlug: "d_e-f" }],
  ])("is read from %s", (path, constraint) => {
    expect(constraintOfPath(path)).toEqual(constraint);
  });

  it.each([
    "/",
    "/mcpx",
    "/sse/message/a/b",
    "/mcp/",
    "/mcp/acme/",
    "/mcp//checkout",
    "/mcp/acme/checkout/more",
    "/mcp/..",
    "/mcp/.",
    "/mcp/acme/..",
    "/mcp/%61cme",
    "/mcp/acme%2Fcheckout",
    "/mcp/%2e%2e/checkout",
    "/mcp/acme;x",
    "/mcp/acme\n",
    "/mcp/" + "a".repeat(101),
    "/mcp/ácme",
  ])("is refused for %j", (path) => {
    expect(constraintOfPath(path)).toBeUndefined();
  });

  it("never holds what a path at Sentry would read as anything but one segment", () => {
    fc.assert(fc.property(fc.string(), fc.string(), (first, second) => {
      const constraint = constraintOfPath(`/mcp/${first}/${second}`);
      for (const slug of Object.values(constraint ?? {})) expect(encodeURIComponent(slug)).toBe(slug);
    }));
  });
});
