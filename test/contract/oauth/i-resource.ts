import { expect } from "vitest";
import { post } from "../../support/rpc.ts";
import { upload } from "../../support/upload.ts";
import type { Cases } from "./cases.ts";
import { mcpPost } from "./mcp-request.ts";
import { expectChallenge } from "./refusal.ts";
import { serverWith } from "./servers.ts";
import { startTrap } from "./trap.ts";

/** I: what MCP, as a protected resource, lets through. */
export function resourceCases(cases: Cases): void {
  audienceCases(cases);
  browserCases(cases);
  upstreamCases(cases);
  bodyCases(cases);
}

function audienceCases({ whole }: Cases): void {
  whole(
    "takes a token where the path confines at least as tightly as its grant (RFC 8707 §2)",
    async (drivers) => {
      const places: Record<string, { readonly in: readonly string[]; readonly out: readonly string[] }> = {
        "/mcp": { in: ["/mcp", "/mcp/org-a", "/mcp/org-a/checkout"], out: [] },
        "/mcp/org-a": {
          in: ["/mcp/org-a", "/mcp/org-a/checkout"],
          out: ["/mcp", "/mcp/org-b", "/mcp/org-b/checkout"],
        },
        "/mcp/org-a/checkout": {
          in: ["/mcp/org-a/checkout"],
          out: ["/mcp", "/mcp/org-a", "/mcp/org-a/storefront", "/mcp/org-b/checkout"],
        },
      };

      for (const [granted, paths] of Object.entries(places)) {
        const { accessToken } = await drivers.signIn({ path: granted });
        const list = (path: string) => drivers.mcp(accessToken, "tools/list", {}, { path });
        for (const path of paths.in) expect((await list(path)).status, `${granted} at ${path}`).toBe(200);
        for (const path of paths.out) expectChallenge(await list(path));
      }
    },
  );

  whole("lets no argument lead out of the grant's organization", async (drivers) => {
    const { accessToken } = await drivers.signIn({ path: "/mcp/org-a" });
    drivers.sentry.clear();

    for (const organizationSlug of ["org-b", "acme", "../org-b", "org-a/../org-b", "101", "org-b%00"]) {
      await drivers.callTool(accessToken, "find_projects", { organizationSlug }, { path: "/mcp/org-a" });
    }

    const paths = drivers.sentry.log.map(({ path }) => path);
    expect(paths.filter((path) => !/^\/api\/0\/(organizations|projects)\/org-a\//.test(path))).toEqual([]);
  });
}

function browserCases({ everywhere }: Cases): void {
  everywhere(
    "refuses pages of other origins, with a good token too (MCP transports, Origin)",
    async (drivers) => {
      const { accessToken: token } = await drivers.signIn();
      const list = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
      const ask = (headers: Record<string, string>) =>
        post({ baseUrl: drivers.baseUrl, token }, list, { "mcp-protocol-version": "2025-06-18", ...headers });
      const { host } = new URL(drivers.baseUrl);

      for (
        const origin of [
          "https://evil.example",
          "null",
          "http://localhost.evil.example",
          `http://${host}.evil.example`,
          "http://127.0.0.1.nip.example",
          "file://",
          "not an origin",
        ]
      ) {
        const answer = await ask({ origin });
        expect(answer.status, origin).toBe(403);
        expect(answer.headers.get("access-control-allow-origin"), origin).toBeNull();
      }
      expect((await ask({})).status).toBe(200);
      expect((await ask({ origin: drivers.baseUrl })).status).toBe(200);
    },
  );

  everywhere("answers for no other host than its own, which stops DNS rebinding", async (drivers) => {
    const { accessToken } = await drivers.signIn();
    const { port } = new URL(drivers.baseUrl);

    for (
      const host of [
        "evil.example",
        `evil.example:${port}`,
        `127.0.0.1.evil.example:${port}`,
        `0.0.0.0:${port}`,
      ]
    ) {
      const answer = await drivers.sendRaw("/mcp", mcpPost({ host, authorization: `Bearer ${accessToken}` }));
      expect([400, 403, 421], host).toContain(answer.status);
    }
  });
}

function upstreamCases({ everywhere, whole }: Cases): void {
  everywhere("turns Sentry's 401 into a challenge, after at most two calls", async (drivers) => {
    const { accessToken } = await drivers.signIn({ approval: { user: "leaver" } });
    drivers.sentry.revokeUser("leaver");
    drivers.sentry.clear();

    const answer = await drivers.whoami(accessToken);

    if (answer.status !== 200) expectChallenge(answer);
    else expect(answer.body.result?.isError).toBe(true);
    const calls = drivers.sentry.log.filter(({ path }) => path.startsWith("/api/"));
    expect(calls.length).toBeLessThanOrEqual(2);
    expectChallenge(await drivers.whoami(accessToken));
  });

  whole("sends Sentry's token to the configured Sentry alone, whatever arguments say", async (drivers) => {
    const trap = await startTrap();
    const { accessToken } = await drivers.signIn();
    const slugs = [
      "evil.example",
      "sentry.io.evil.example",
      "us.sentry.io@evil.example",
      "../../",
      "..%2f..%2foauth",
      "acme/../../oauth/token",
      `//127.0.0.1:${trap.port}/`,
      "acme?x=1#y",
      "acme\\..\\..",
    ];
    try {
      drivers.sentry.clear();
      for (const organizationSlug of slugs) {
        const answer = await drivers.callTool(accessToken, "find_projects", { organizationSlug });
        expect(answer.status, organizationSlug).toBe(200);
        expect(answer.body.result?.isError, organizationSlug).toBe(true);
      }
      for (
        const regionUrl of [trap.url, "https://us.sentry.io@evil.example", `${trap.url}/?https://sentry.io`]
      ) {
        const args = { organizationSlug: "acme", regionUrl };
        await drivers.callTool(accessToken, "find_projects", args);
        await drivers.callTool(accessToken, "get_issue_details", { ...args, issueId: "CHECKOUT-7" });
      }
      for (
        const issueUrl of [
          `${trap.url}/organizations/acme/issues/1/`,
          "https://acme.sentry.io.evil.example/issues/1/",
        ]
      ) {
        await drivers.callTool(accessToken, "get_issue_details", { issueUrl });
      }
      for (const { path } of drivers.sentry.log) {
        expect(path).toMatch(/^\/api\/0\/(organizations|projects)\/acme\//);
      }
      expect(trap.seen()).toEqual([]);
    } finally {
      await trap.stop();
    }
  });

  whole("follows Sentry itself to no region that the operator has not named", async (drivers) => {
    const { sentry } = drivers;
    const trap = await startTrap();
    // Only where there are several bases is Sentry asked for regions at all.
    const SENTRY_REGION_URLS = `${sentry.baseUrl}/region`;
    const regional = drivers.at(await serverWith(drivers, { SENTRY_REGION_URLS }));
    try {
      const { accessToken } = await regional.signIn();
      const links = { regionUrl: trap.url };
      sentry.reply("/api/0/organizations/org-b/", () => Response.json({ id: "7", slug: "org-b", links }));
      sentry.reply(
        "/api/0/users/me/regions/",
        () => Response.json({ regions: [{ name: "trap", url: trap.url }] }),
      );

      await regional.callTool(accessToken, "find_projects", { organizationSlug: "org-b" });
      await regional.callTool(accessToken, "find_organizations");

      const asked = sentry.log.map(({ path }) => path);
      expect(asked).toEqual(
        expect.arrayContaining(["/api/0/organizations/org-b/", "/api/0/users/me/regions/"]),
      );
      expect(trap.seen()).toEqual([]);
    } finally {
      await trap.stop();
    }
  });
}

function bodyCases({ everywhere }: Cases): void {
  everywhere(
    "refuses a body over its limit, announced or chunked, without a token as well",
    async (drivers) => {
      const { accessToken } = await drivers.signIn();
      const json = { "content-type": "application/json" };

      for (const chunked of [false, true]) {
        const bytes = 4 * 1024 * 1024 + 1;
        const signedIn = { ...json, authorization: `Bearer ${accessToken}` };
        expect(await upload(`${drivers.baseUrl}/mcp`, { bytes, chunked, headers: signedIn })).toBe(413);
        expect([401, 413]).toContain(
          await upload(`${drivers.baseUrl}/mcp`, { bytes, chunked, headers: json }),
        );
      }
    },
  );

  everywhere("refuses JSON that is 100,000 deep and a batch of 10,000", async (drivers) => {
    const { accessToken: token } = await drivers.signIn();
    drivers.sentry.clear();
    const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
    const whoami = { ...ping, method: "tools/call", params: { name: "whoami", arguments: {} } };
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const bodies = [
      deep,
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","arguments":{"x":${deep}}}}`,
      JSON.stringify(Array.from({ length: 10_000 }, () => ping)),
      JSON.stringify(Array.from({ length: 10_000 }, (_, id) => ({ ...whoami, id }))),
    ];

    for (const [at, body] of bodies.entries()) {
      const answer = await post({ baseUrl: drivers.baseUrl, token }, body, {
        "mcp-protocol-version": "2025-03-26",
      });
      // An argument that no tool knows is ignored, however deep it is.
      expect(at === 1 ? [200, 400, 413] : [400, 413], `body ${at}`).toContain(answer.status);
    }
    expect(drivers.sentry.log.length).toBeLessThanOrEqual(1);
  });
}
