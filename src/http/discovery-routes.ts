import { Hono } from "hono";
import type { Config } from "../config.ts";
import { ownOrigin } from "../lib/origins.ts";
import type { AuthorizationServer } from "../oauth/server.ts";
import { anyOrigin } from "./cors.ts";
import { methodNotAllowed } from "./method.ts";

const AUTHORIZATION_SERVER = "/.well-known/oauth-authorization-server";
export const PROTECTED_RESOURCE = "/.well-known/oauth-protected-resource";

/**
 * Where clients find out how to sign in.
 *
 * The authorization server is at the root alone: a document under a path would name another issuer than the URL it
 * was found at, which clients have to refuse (RFC 8414 §3.3). Each path of `/mcp` is a resource of its own; the
 * bare document stands for `/mcp`.
 */
export function discoveryRoutes(deps: {
  server: Pick<AuthorizationServer, "metadata" | "resourceMetadata">;
  config: Pick<Config, "baseUrl" | "loopback">;
}): Hono {
  const { server, config } = deps;
  const app = new Hono();
  for (const path of [AUTHORIZATION_SERVER, PROTECTED_RESOURCE, `${PROTECTED_RESOURCE}/*`]) {
    app.use(path, anyOrigin(["GET"]));
  }
  app.get(AUTHORIZATION_SERVER, (c) => {
    c.header("Cache-Control", "public, max-age=300");
    return c.json(server.metadata);
  });
  app.get(`${PROTECTED_RESOURCE}/*`, (c) => {
    const path = new URL(c.req.url).pathname.slice(PROTECTED_RESOURCE.length).replace(/\/$/, "") || "/mcp";
    const metadata = server.resourceMetadata(path, ownOrigin(c.req.url, config));
    if (!metadata) return c.notFound();
    c.header("Cache-Control", "public, max-age=300");
    return c.json(metadata);
  });
  for (const path of [AUTHORIZATION_SERVER, `${PROTECTED_RESOURCE}/*`]) {
    app.all(path, methodNotAllowed("GET, HEAD"));
  }
  return app;
}
