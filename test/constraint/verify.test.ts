import { describe, expect, it } from "vitest";
import { verifyConstraint } from "../../src/constraint/verify.ts";
import type { Constraint } from "../../src/sentry/constraint.ts";
import { BASE, openSession } from "../tools/session.ts";

async function verify(
  wanted: Constraint,
  options: Parameters<typeof openSession>[0] & { fault?: object; signal?: AbortSignal } = {},
) {
  const { service, credential, fault } = await openSession(options);
  if (options.fault) await fault(options.fault);
  return verifyConstraint(wanted, {
    service,
    credential,
    signal: options.signal ?? new AbortController().signal,
  });
}

describe("verifyConstraint()", () => {
  it("finds slugs, ids and region", async () => {
    expect(await verify({ organizationSlug: "acme", projectSlug: "checkout" })).toEqual({
      outcome: "verified",
      constraint: {
        organizationSlug: "acme",
        organizationId: "1001",
        projectSlug: "checkout",
        projectId: "3002",
        regionUrl: `${BASE}/us`,
      },
    });
  });

  it("turns ids in a path into slugs", async () => {
    expect(await verify({ organizationSlug: "1002", projectSlug: "3011" })).toMatchObject({
      outcome: "verified",
      constraint: { organizationSlug: "bergwerk", projectSlug: "stollen", regionUrl: `${BASE}/de` },
    });
  });

  const refused: [Constraint, 403 | 404, string][] = [
    [{ organizationSlug: "nowhere" }, 404, `Organization "nowhere" was not found`],
    [{ organizationSlug: "bergwerk" }, 404, `Organization "bergwerk" was not found`],
    [{ organizationSlug: "acme", projectSlug: "nothing" }, 404, `Project "nothing" of organization "acme"`],
    [{ organizationSlug: "acme", projectSlug: "checkout" }, 403, `Project "checkout" of organization "acme"`],
  ];
  for (const [wanted, status, says] of refused) {
    it(`refuses ${JSON.stringify(wanted)} to grace with ${status}`, async () => {
      const verification = await verify(wanted, { user: "grace" });

      expect(verification).toMatchObject({ outcome: "refused", status });
      expect(verification).toHaveProperty("message", expect.stringContaining(says));
    });
  }

  it("tells a refused token", async () => {
    const fault = { path: "/organizations/acme/", status: 401, body: { detail: "Invalid token" } };

    expect(await verify({ organizationSlug: "acme" }, { fault })).toEqual({ outcome: "unauthorized" });
  });

  for (const fault of [{ path: "/acme/", status: 500 }, { path: "/acme/", status: 200, body: "<html>" }]) {
    it(`does not know when Sentry answers ${JSON.stringify(fault)}`, async () => {
      expect(await verify({ organizationSlug: "acme" }, { fault })).toEqual({ outcome: "unknown" });
    });
  }

  it("has nothing to ask without a constraint", async () => {
    expect(await verify({})).toEqual({ outcome: "verified", constraint: {} });
  });

  it("ends with the request it works for", async () => {
    await expect(verify({ organizationSlug: "acme" }, { signal: AbortSignal.abort(new Error("gone")) }))
      .rejects
      .toThrow("gone");
  });
});
