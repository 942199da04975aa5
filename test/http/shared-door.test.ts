import { describe, expect, it } from "vitest";
import { createSharedDoor } from "../../src/http/shared-door.ts";
import { constraintOfPath } from "../../src/lib/resource-path.ts";

const KEY = "a-key-of-20-letters.";

async function knock(
  options: { apiKey?: string; authorization?: string; path?: string; query?: string } = {},
) {
  const { apiKey, authorization, path = "/mcp", query = "" } = options;
  const headers = new Headers(authorization === undefined ? {} : { authorization });
  const request = new Request(`http://mcp.internal${path}${query}`, { method: "POST", headers });
  const door = createSharedDoor({ sentryToken: "sntryu_shared", apiKey });
  const answer = await door(request, { constraint: constraintOfPath(path) ?? {}, resourcePath: path });
  return "caller" in answer ? { status: 200, caller: answer.caller } : answer.response;
}

describe("createSharedDoor()", () => {
  it("acts with the server's token for whoever shows the key, confined to the path", async () => {
    expect(await knock({ apiKey: KEY, authorization: `bearer ${KEY}`, path: "/mcp/acme" })).toMatchObject({
      caller: {
        credential: { token: "sntryu_shared" },
        signedIn: false,
        skills: ["inspect", "seer", "triage", "project-management"],
        readOnly: false,
        constraint: { organizationSlug: "acme" },
        constraintVerified: false,
      },
    });
  });

  it.each([
    undefined,
    "",
    "Bearer",
    `Bearer ${KEY.slice(0, -1)}`,
    `Bearer ${KEY}x`,
    `Bearer ${KEY}, Bearer ${KEY}`,
    `Basic ${KEY}`,
    `Sentry-Bearer ${KEY}`,
    "Bearer sntryu_shared",
    KEY,
  ])("answers %j with 401 and nowhere to sign in", async (authorization) => {
    const answer = await knock({ apiKey: KEY, authorization });

    expect(answer.status).toBe(401);
    if (!(answer instanceof Response)) throw new Error("Let in");
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer(?: error="invalid_token")?$/);
    const text = await answer.text();
    for (const secret of [KEY, "sntryu_shared"]) expect(text).not.toContain(secret);
  });

  it("lets everybody in without a key, but serves nobody who brings a token with another one", async () => {
    expect((await knock()).status).toBe(200);
    expect((await knock({ authorization: "Basic YTpi" })).status).toBe(200);
    expect((await knock({ authorization: "Sentry-Bearer sntryu_mine" })).status).toBe(401);
  });

  it("lets the URL narrow the session, and says what it does not understand", async () => {
    const query = "?skills=inspect,triage&readonly=1";

    expect(await knock({ query })).toMatchObject({
      caller: { skills: ["inspect", "triage"], readOnly: true },
    });
    expect((await knock({ query: "?skills=nonsense" })).status).toBe(400);
    expect((await knock({ apiKey: KEY, query: "?skills=nonsense" })).status).toBe(401);
  });
});
