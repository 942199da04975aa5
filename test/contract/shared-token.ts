import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callTool, ERAS, post, rpc, textOf } from "../support/rpc.ts";
import { type SandboxServer, startSandbox } from "../support/sandbox-server.ts";
import { type RunningServer, type Runtime, startServer } from "../support/servers.ts";

const KEY = "key-of-a-closed-network";
const LIMIT = 120;

/** One Sentry token for all callers instead of sign-in, on any runtime: only HTTP is looked at. */
export function sharedTokenSuite(runtime: Runtime): void {
  describe("one token for all", () => {
    let sandbox: SandboxServer;
    let server: RunningServer;
    let token: string;

    beforeAll(async () => {
      sandbox = await startSandbox();
      token = await personalToken(sandbox, {
        user: "ada",
        scopes: ["org:read", "project:read", "event:write"],
      });
      server = await startServer(runtime, {
        SENTRY_URL: sandbox.baseUrl,
        SENTRY_REGION_URLS: sandbox.environment.SENTRY_REGION_URLS ?? "",
        SENTRY_AUTH_TOKEN: token,
        MCP_API_KEY: KEY,
        RATE_LIMIT_PER_MINUTE: String(LIMIT),
      });
    });
    afterAll(async () => {
      await server?.stop();
      await sandbox?.stop();
    });

    it.each(ERAS)("serves whoever shows the key, in %s", async (era) => {
      const answer = await callTool({ baseUrl: server.baseUrl, token: KEY, era }, "whoami");

      expect(answer.status).toBe(200);
      expect(textOf(answer)).toContain("ada");
    });

    it("answers everybody else with 401 and points nowhere", async () => {
      for (const shown of [undefined, `${KEY}x`, KEY.slice(1), token]) {
        const answer = await rpc({ baseUrl: server.baseUrl, token: shown }, "tools/list");

        expect(answer.status).toBe(401);
        expect(answer.headers.get("www-authenticate")).not.toContain("resource_metadata");
        expect(JSON.stringify(answer.body)).not.toContain(token);
      }
    });

    it.each([
      "/.well-known/oauth-authorization-server",
      "/.well-known/oauth-protected-resource/mcp",
      "/oauth/authorize",
      "/oauth/register",
      "/grants",
      "/sandbox",
    ])("has no %s", async (path) => {
      expect((await fetch(`${server.baseUrl}${path}`)).status).toBe(404);
    });

    it("lets the URL narrow the session", async () => {
      const peer = { baseUrl: server.baseUrl, token: KEY };
      const list = await rpc({ ...peer, path: "/mcp/acme?skills=inspect" }, "tools/list");
      const wrong = await rpc({ ...peer, path: "/mcp?skills=nonsense" }, "tools/list");
      const write = await callTool({ ...peer, path: "/mcp?readonly=1" }, "update_issue", { issueId: "X-1" });

      const names = list.body.result?.tools?.map(({ name }) => name);
      expect(names).toContain("search_issues");
      expect(names).not.toContain("update_issue");
      expect(names).not.toContain("find_organizations");
      expect(wrong.status).toBe(400);
      expect(JSON.stringify(wrong.body)).toContain("nonsense");
      expect(write.body.result?.isError).toBe(true);
      expect(textOf(write)).toContain("readonly");
    });

    it("counts strangers by the platform's address, whatever they say was forwarded", async () => {
      // What the platforms' edges set; their emulators leave it to the client.
      const edge = { [runtime === "cloudflare" ? "cf-connecting-ip" : "x-real-ip"]: "192.0.2.1" };
      const stranger = { baseUrl: server.baseUrl };
      const answers = await Promise.all(
        Array.from(
          { length: LIMIT + 1 },
          (_, n) => post(stranger, "{}", { ...edge, "x-forwarded-for": `198.51.100.${n}` }),
        ),
      );

      const held = answers.filter(({ status }) => status === 429);
      expect(held.length).toBeGreaterThan(0);
      expect(Number(held[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(held[0]?.body).toMatchObject({ jsonrpc: "2.0", error: { code: -32_000 } });
      expect(answers.filter(({ status }) => status !== 429 && status !== 401)).toEqual([]);
    });
  });
}

async function personalToken(
  sandbox: SandboxServer,
  person: { user: string; scopes: readonly string[] },
): Promise<string> {
  const response = await fetch(`${sandbox.baseUrl}/__sandbox/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(person),
  });
  const { token }: { token?: string } = await response.json();
  if (token === undefined) throw new Error(`The sandbox made no token: ${response.status}`);
  return token;
}
