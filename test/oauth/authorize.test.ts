import { describe, expect, it } from "vitest";
import { authorizePath, createHarness, locationOf, REDIRECT, register } from "./harness.ts";

describe("an authorization request", () => {
  async function ask(parameters: Record<string, string | undefined>, metadata = {}) {
    const harness = createHarness();
    const { client_id } = await register(harness, metadata);
    const { path } = await authorizePath(client_id, parameters);
    return harness.send(path);
  }

  it("gets a page and no redirect while client or redirect URI are in doubt (RFC 6749 §4.1.2.1)", async () => {
    for (
      const doubt of [{ client_id: "smc_x" }, { client_id: undefined }, {
        redirect_uri: "https://evil.example/",
      }, { redirect_uri: undefined }]
    ) {
      const response = await ask(doubt);
      expect(response.status, JSON.stringify(doubt)).toBe(400);
      expect(response.headers.has("location")).toBe(false);
    }
  });

  const faults: [parameters: Record<string, string | undefined>, error: string][] = [
    [{ code_challenge: undefined }, "invalid_request"],
    [{ code_challenge: "a" }, "invalid_request"],
    [{ code_challenge_method: "plain" }, "invalid_request"],
    [{ code_challenge_method: undefined }, "invalid_request"],
    [{ response_type: "token" }, "unsupported_response_type"],
    [{ response_type: "code id_token" }, "unsupported_response_type"],
    [{ response_type: "" }, "unsupported_response_type"],
    [{ response_mode: "fragment" }, "invalid_request"],
    [{ resource: "https://evil.example/mcp" }, "invalid_target"],
    [{ scope: 'inspect "x"' }, "invalid_scope"],
    [{ request: "x.y.z" }, "request_not_supported"],
    [{ request_uri: "https://evil.example/r" }, "request_uri_not_supported"],
  ];
  for (const [parameters, error] of faults) {
    it(`with ${JSON.stringify(parameters)} goes back to loopback as ${error}`, async () => {
      const location = locationOf(await ask(parameters));

      expect(location.origin + location.pathname).toBe(REDIRECT);
      expect(Object.fromEntries(location.searchParams)).toMatchObject({
        error,
        state: "client-state",
        iss: "https://mcp.example",
      });
    });
  }

  it("is answered with a description in the characters that OAuth allows (RFC 6749 §4.1.2.1)", async () => {
    const description = locationOf(await ask({ response_type: "token" })).searchParams.get(
      "error_description",
    );

    expect(description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  });

  it("never forwards to a host that nobody has approved (RFC 9700 §4.11.2)", async () => {
    const response = await ask(
      { response_type: "bogus", redirect_uri: "https://evil.example/cb" },
      { redirect_uris: ["https://evil.example/cb"] },
    );

    expect(response.status).toBe(400);
    expect(response.headers.has("location")).toBe(false);
    expect(await response.text()).toContain("Return to evil.example");
  });

  it("refuses a parameter that is sent twice (RFC 6749 §3.1)", async () => {
    const harness = createHarness();
    const { client_id } = await register(harness);
    const { path } = await authorizePath(client_id);

    expect((await harness.send(`${path}&redirect_uri=https://evil.example/`)).status).toBe(400);
    expect(locationOf(await harness.send(`${path}&scope=a&scope=b`)).searchParams.get("error")).toBe(
      "invalid_request",
    );
  });

  it("shows the page whatever prompt says, also the second time", async () => {
    const response = await ask({ prompt: "none" });

    expect(response.status).toBe(200);
    expect(await response.text()).toContain('name="decision" value="approve"');
  });

  it("goes back with an error, not a broken cookie, when its state is too long", async () => {
    expect(locationOf(await ask({ state: "x".repeat(8192) })).searchParams.get("error")).toBe(
      "invalid_request",
    );
  });
});
