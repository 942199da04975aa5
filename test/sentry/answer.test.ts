import { describe, expect, it } from "vitest";
import { readAnswer } from "../../src/sentry/answer.ts";

const read = (body: string | null, init?: ResponseInit) =>
  readAnswer(new Response(body, init), {
    what: "projects/acme/web",
    secret: "the-token",
    bodyBytes: 1024 * 1024,
  });

const PAGE = "<!doctype html><title>Not Found</title>";
const detail = (value: unknown) => JSON.stringify({ detail: value });

/** Sorted by whose turn it is; each with a body as Sentry, or what stands before it, sends it. */
const REFUSALS: [status: number, body: string | null, kind: string, says: string][] = [
  [401, detail("Invalid token"), "unauthorized", "refused the token"],
  [401, detail({ code: "sso-required", message: "Must login via SSO" }), "forbidden", "refused permission"],
  [403, detail("You do not have permission"), "forbidden", "projects/acme/web"],
  [404, detail("The requested resource does not exist"), "not_found", "cannot see it"],
  [404, null, "not_found", "cannot see it"],
  [400, detail("Invalid query"), "invalid", "refused the request"],
  [302, detail({ code: "resource-moved", extra: { slug: "web-2" } }), "not_found", `slug is now "web-2"`],
  [302, detail({ code: "resource-moved", extra: { slug: "`x` <b>" } }), "misconfigured", "answered 302"],
  [301, PAGE, "misconfigured", "answered 301 where data"],
  [401, PAGE, "misconfigured", "answered 401 with a page"],
  [403, PAGE, "misconfigured", "answered 403 with a page"],
  [404, PAGE, "unsupported", "does not offer"],
  [405, detail('Method "PUT" not allowed.'), "unsupported", "does not offer"],
  [410, '{"message":"This API no longer exists."}', "unsupported", "does not offer"],
  [429, PAGE, "rate_limited", "rate limit"],
  [502, PAGE, "unavailable", "answered 502"],
  [200, PAGE, "misconfigured", "a page, not JSON"],
  [200, '[{"id":', "unavailable", "not JSON to its end"],
  [200, JSON.stringify("x".repeat(1024 * 1024)), "too_large", "larger than 1 MiB"],
];

describe("an answer of Sentry", () => {
  for (const [status, body, kind, says] of REFUSALS) {
    it(`of ${status} with ${(body ?? "nothing").slice(0, 50)} is ${kind}`, async () => {
      await expect(read(body, { status })).rejects.toMatchObject({
        kind,
        status: kind === "too_large" ? undefined : status,
        message: expect.stringContaining(says) as unknown,
      });
    });
  }

  it("is null when it is empty, as after a deletion", async () => {
    expect(await read(null, { status: 204 })).toBeNull();
    expect(await read(" \n")).toBeNull();
  });

  it("tells the problem of a field, and of a field inside a field", async () => {
    const body = JSON.stringify({
      status: ["No"],
      statusDetails: { inRelease: ["Unable to find it"], odd: 1 },
    });

    await expect(read(body, { status: 400 })).rejects.toMatchObject({
      detail: "status: No; inRelease: Unable to find it",
    });
  });

  it("never carries the token that it repeats", async () => {
    await expect(read(detail("Bearer the-token is odd"), { status: 400 })).rejects.toMatchObject({
      detail: "Bearer [token] is odd",
    });
  });

  it("is judged by its status when the error is long, or breaks off", async () => {
    const broken = new Response(new ReadableStream({ start: (body) => body.error(new Error("reset")) }), {
      status: 503,
    });

    await expect(read("x".repeat(2 * 1024 * 1024), { status: 500 })).rejects.toMatchObject({ status: 500 });
    await expect(readAnswer(broken, { what: "", secret: "t", bodyBytes: 1 })).rejects.toMatchObject({
      kind: "unavailable",
      status: 503,
    });
  });

  it("says when to come back by Sentry's own header, held against its own clock", async () => {
    const date = "Sun, 01 Mar 2026 10:00:00 GMT";
    const reset = String(Date.parse(date) / 1000 + 6.4);

    const limited = read("{}", { status: 429, headers: { date, "x-sentry-rate-limit-reset": reset } });
    const both = read("{}", {
      status: 429,
      headers: { date, "x-sentry-rate-limit-reset": reset, "retry-after": "2" },
    });
    const down = read("{}", { status: 503, headers: { date, "x-sentry-rate-limit-reset": reset } });

    await expect(limited).rejects.toMatchObject({ retryAfterSeconds: 7 });
    await expect(both).rejects.toMatchObject({ retryAfterSeconds: 2 });
    await expect(down).rejects.toMatchObject({ retryAfterSeconds: undefined });
  });
});
