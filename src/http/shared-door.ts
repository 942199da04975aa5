import type { Config } from "../config.ts";
import { equalSecrets } from "../lib/crypto.ts";
import { type Authenticate, tokenCaller } from "./authenticate.ts";
import { readSession } from "./session-query.ts";

/**
 * The door of a closed network: one Sentry token for everybody who shows the key, and no sign-in to point to. Where
 * no key is set, `Authorization` is not looked at, except that somebody who brings a Sentry token of their own is
 * not served with another.
 */
export function createSharedDoor({ sentryToken, apiKey }: NonNullable<Config["shared"]>): Authenticate {
  const credential = { id: "shared", token: sentryToken };

  return async (request, target) => {
    const authorization = request.headers.get("authorization");
    const [, shown] = /^bearer +(\S+)$/i.exec(authorization ?? "") ?? [];
    const isLetIn = apiKey === undefined
      ? !/^sentry-bearer\b/i.test(authorization ?? "")
      : shown !== undefined && equalSecrets(shown, apiKey);
    if (!isLetIn) return { response: askForKey({ presented: authorization !== null }) };

    const session = readSession(request.url);
    return "response" in session ? session : { caller: tokenCaller(credential, { ...session, target }) };
  };
}

/** 401 without `resource_metadata`: there is nowhere to sign in. @see RFC 6750 §3 */
function askForKey({ presented }: { presented: boolean }): Response {
  const error_description = 'This server has one key for all: send it as "Authorization: Bearer <key>"';
  return Response.json({ error: presented ? "invalid_token" : "unauthorized", error_description }, {
    status: 401,
    headers: {
      "www-authenticate": presented ? 'Bearer error="invalid_token"' : "Bearer",
      "cache-control": "no-store",
    },
  });
}
