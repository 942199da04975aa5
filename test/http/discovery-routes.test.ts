import { describe, expect, it } from "vitest";
import { createHarness } from "../oauth/harness.ts";

describe("discovery", () => {
  it("describes the authorization server at the root alone (RFC 8414 §3.3)", async () => {
    const { send } = createHarness();

    expect(await (await send("/.well-known/oauth-authorization-server")).json()).toMatchObject({
      issuer: "https://mcp.example",
      authorization_endpoint: "https://mcp.example/oauth/authorize",
      code_challenge_methods_supported: ["S256"],
      authorization_response_iss_parameter_supported: true,
    });
    expect((await send("/.well-known/oauth-authorization-server/mcp")).status).toBe(404);
  });

  it("gives each path of /mcp and /sse a document of its own (RFC 9728 §3.3)", async () => {
    const { send } = createHarness();
    const resourceAt = async (path: string) => {
      const response = await send(`/.well-known/oauth-protected-resource${path}`);
      return response.status === 200
        ? ((await response.json()) as { resource: string }).resource
        : response.status;
    };

    expect(await resourceAt("")).toBe("https://mcp.example/mcp");
    expect(await resourceAt("/mcp")).toBe("https://mcp.example/mcp");
    expect(await resourceAt("/mcp/acme")).toBe("https://mcp.example/mcp/acme");
    expect(await resourceAt("/mcp/acme/checkout")).toBe("https://mcp.example/mcp/acme/checkout");
    expect(await resourceAt("/sse/acme")).toBe("https://mcp.example/sse/acme");
    for (const path of ["/other", "/mcp/a/b/c", "/mcp/a%2fb"]) expect(await resourceAt(path)).toBe(404);
  });

  it("answers under the loopback name that was asked for, with one issuer", async () => {
    const { app } = createHarness({ baseUrl: "http://localhost:3000" });
    const response = await app.request("http://127.0.0.1:3000/.well-known/oauth-protected-resource/mcp");

    expect(await response.json()).toMatchObject({
      resource: "http://127.0.0.1:3000/mcp",
      authorization_servers: ["http://localhost:3000"],
    });
  });

  it("lets pages of any origin read it, without credentials, and refuses other methods", async () => {
    const { send } = createHarness();
    for (
      const path of ["/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource/mcp"]
    ) {
      const response = await send(path, { headers: { origin: "https://page.example" } });
      expect(response.headers.get("access-control-allow-origin")).toBe("*");
      expect(response.headers.has("access-control-allow-credentials")).toBe(false);
      expect((await send(path, { method: "POST" })).status).toBe(405);
      expect((await send(path, { method: "OPTIONS" })).status).toBe(204);
    }
  });
});
