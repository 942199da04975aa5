import { expect } from "vitest";
import type { Cases } from "./cases.ts";
import { basic, REDIRECT_URI } from "./harness.ts";

const ORIGIN = { origin: "https://any.example" };

/** A: how a client finds out where to sign in. */
export function discoveryCases({ everywhere, whole }: Cases): void {
  everywhere(
    "challenges a request without a token and names an absolute metadata URL (RFC 9728 §5.1)",
    async (d) => {
      const { challenged, challenge, metadataUrl } = await d.discover();

      expect(challenged.status).toBe(401);
      expect(challenge).toMatch(/^Bearer /);
      expect(metadataUrl).toBe(`${d.baseUrl}/.well-known/oauth-protected-resource/mcp`);
    },
  );

  everywhere("describes the resource by the very URL that was asked for (RFC 9728 §3.3)", async (d) => {
    const { resourceMetadata } = await d.discover();

    expect(resourceMetadata).toMatchObject({
      resource: `${d.baseUrl}/mcp`,
      authorization_servers: [d.baseUrl],
    });
    expect(resourceMetadata.scopes_supported).not.toContain("offline_access");
  });

  everywhere(
    "describes one issuer, with code and S256 alone, and endpoints of its own (RFC 8414 §2)",
    async (d) => {
      const { issuer, metadata } = await d.discover();

      expect(metadata).toMatchObject({
        issuer,
        response_types_supported: ["code"],
        code_challenge_methods_supported: ["S256"],
      });
      const endpoints = Object.entries(metadata).filter(([name]) => /_endpoint$|_uri$/.test(name));
      expect(endpoints.length).toBeGreaterThanOrEqual(4);
      for (const [name, url] of endpoints) expect(new URL(String(url)).origin, name).toBe(issuer);
      expect(metadata.scopes_supported).not.toContain("offline_access");
    },
  );

  whole("has no second document of the issuer that would contradict the first (RFC 8414 §3.3)", async (d) => {
    for (
      const path of [
        "/.well-known/oauth-authorization-server/mcp",
        "/.well-known/openid-configuration",
        "/.well-known/openid-configuration/mcp",
        "/mcp/.well-known/openid-configuration",
        "/mcp/.well-known/oauth-authorization-server",
      ]
    ) {
      const answer = await d.send(path);

      expect([200, 404], path).toContain(answer.status);
      if (answer.status === 200) {
        expect(answer.json(), path).toMatchObject({
          issuer: d.baseUrl,
          authorization_endpoint: `${d.baseUrl}/oauth/authorize`,
          code_challenge_methods_supported: ["S256"],
        });
      }
    }
  });

  everywhere("does not let a foreign Host header name its URLs", async (d) => {
    const paths = [
      "/.well-known/oauth-authorization-server",
      "/.well-known/oauth-protected-resource/mcp",
      "/mcp",
    ];
    for (const path of paths) {
      for (const header of ["host", "x-forwarded-host"]) {
        const answer = await d.sendRaw(path, { headers: { [header]: "evil.example" } });
        const shown = `${[...answer.headers].flat().join("\n")}\n${answer.text}`;

        expect(shown, path).not.toContain("evil.example");
        if (header === "host") expect(answer.status, path).toBeGreaterThanOrEqual(400);
      }
    }
  });

  everywhere("announces iss, and sends it with success and with errors (RFC 9207 §2, §3)", async (d) => {
    const { metadata, issuer } = await d.discover();
    expect(metadata.authorization_response_iss_parameter_supported).toBe(true);

    const { landed, attempt } = await d.obtainCode();
    const denied = await d.begin({ client: attempt.client });
    const refusal = await d.deny(denied, await d.authorize(denied));
    const early = await d.begin({ client: attempt.client, parameters: { response_type: "token" } });
    const refusedEarly = await d.authorize(early);

    for (const location of [landed.href, refusal.location, refusedEarly.location]) {
      expect(new URL(location ?? "about:blank").searchParams.get("iss"), location).toBe(issuer);
    }
  });

  everywhere("lets pages of any origin read metadata and ask for tokens, without credentials", async (d) => {
    const open: [path: string, method: string][] = [
      ["/.well-known/oauth-authorization-server", "GET"],
      ["/.well-known/oauth-protected-resource/mcp", "GET"],
      ["/oauth/register", "POST"],
      ["/oauth/token", "POST"],
      ["/oauth/revoke", "POST"],
    ];
    for (const [path, method] of open) {
      const preflight = await d.send(path, {
        method: "OPTIONS",
        headers: { ...ORIGIN, "access-control-request-method": method },
      });
      const body = method === "POST" ? "" : undefined;
      const answer = await d.send(path, { method, headers: ORIGIN, body });

      expect(preflight.status, path).toBeLessThan(300);
      for (const { headers } of [preflight, answer]) {
        expect(["*", ORIGIN.origin], path).toContain(headers.get("access-control-allow-origin"));
        expect(headers.has("access-control-allow-credentials"), path).toBe(false);
      }
    }
  });

  everywhere("lets no page of another origin read the consent page or the callback", async (d) => {
    const { url } = await d.begin();
    for (const page of [url, "/oauth/callback?state=x&code=y", "/oauth/authorize", "/oauth/callback"]) {
      for (const method of ["GET", "OPTIONS"]) {
        const { headers } = await d.send(page, { method, headers: ORIGIN });

        expect(headers.has("access-control-allow-origin"), `${method} ${page}`).toBe(false);
      }
    }
  });

  everywhere("answers GET, HEAD and OPTIONS on metadata, and 405 to anything else", async (d) => {
    for (
      const path of ["/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource/mcp"]
    ) {
      const head = await d.send(path, { method: "HEAD" });
      const options = await d.send(path, { method: "OPTIONS" });

      expect([head.status, head.text], path).toEqual([200, ""]);
      expect(options.status, path).toBeLessThan(300);
      for (const method of ["POST", "PUT", "DELETE"]) {
        const refused = await d.send(path, { method });

        expect(refused.status, `${method} ${path}`).toBe(405);
        expect(refused.headers.get("allow"), path).toContain("GET");
      }
    }
  });

  whole("has every endpoint that it announces", async (d) => {
    const { metadata } = await d.discover();
    const endpoints = Object.entries(metadata).filter(([name]) => name.endsWith("_endpoint"));

    for (const [name, url] of endpoints) {
      const method = name === "authorization_endpoint" ? "GET" : "POST";
      expect((await d.send(String(url), { method })).status, name).not.toBe(404);
    }
  });

  whole("carries a sign-in with each announced client authentication (RFC 8414 §2)", async (d) => {
    const { metadata } = await d.discover();
    const methods = metadata.token_endpoint_auth_methods_supported;
    if (!Array.isArray(methods)) throw new TypeError("No client authentication is announced");
    expect(methods).toContain("none");

    for (const method of methods.map(String)) {
      const client = await d.register({ token_endpoint_auth_method: method });
      const { attempt, code } = await d.obtainCode({ client });
      const { clientId, clientSecret = "" } = client;
      const answer = method === "client_secret_basic"
        ? await d.redeem(attempt, code, { client_id: undefined, client_secret: undefined }, {
          headers: basic(clientId, clientSecret),
        })
        : await d.redeem(attempt, code);

      expect(clientSecret !== "", method).toBe(method !== "none");
      expect(answer.status, `${method}: ${answer.text}`).toBe(200);
    }
  });

  whole(
    "registers no client with an authentication that it does not announce (RFC 7591 §3.2.2)",
    async (d) => {
      for (
        const method of [
          "private_key_jwt",
          "client_secret_jwt",
          "tls_client_auth",
          "self_signed_tls_client_auth",
        ]
      ) {
        const answer = await d.tryRegister({
          redirect_uris: [REDIRECT_URI],
          token_endpoint_auth_method: method,
        });

        expect(answer.status, method).toBe(400);
        expect(answer.json().error, method).toBe("invalid_client_metadata");
      }
    },
  );

  whole("describes each confined path as a resource of its own (RFC 9728 §3.1)", async (d) => {
    for (const path of ["/mcp/org-a", "/mcp/org-a/storefront"]) {
      const { challenged, metadataUrl, resourceMetadata } = await d.discover(path);

      expect(challenged.status, path).toBe(401);
      expect(metadataUrl).toBe(`${d.baseUrl}/.well-known/oauth-protected-resource${path}`);
      expect(resourceMetadata.resource).toBe(`${d.baseUrl}${path}`);
    }
    expect((await d.send("/.well-known/oauth-protected-resource/nothing/here")).status).toBe(404);
  });

  whole("answers at the bare metadata path for clients that look only there", async (d) => {
    const answer = await d.send("/.well-known/oauth-protected-resource");

    expect(answer.json()).toMatchObject({ resource: `${d.baseUrl}/mcp`, authorization_servers: [d.baseUrl] });
  });

  whole(
    "speaks of a loopback server by the alias that it was asked under, and keeps the issuer",
    async (d) => {
      const alias = d.baseUrl.replace("127.0.0.1", "localhost");
      const host = new URL(alias).host;
      const challenged = await d.sendRaw("/mcp", { method: "POST", headers: { host } });
      const described = await d.sendRaw("/.well-known/oauth-protected-resource/mcp", { headers: { host } });

      expect(challenged.headers.get("www-authenticate")).toContain(`"${alias}/.well-known/`);
      expect(described.json()).toMatchObject({
        resource: `${alias}/mcp`,
        authorization_servers: [d.baseUrl],
      });
    },
  );
}
