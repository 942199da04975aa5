import { type Bytes, fingerprint } from "../lib/crypto.ts";
import { openAccessToken, unsavedTokens } from "./access-token.ts";
import { authenticateClient } from "./client.ts";
import type { OAuthDeps } from "./context.ts";
import { endAtSentry } from "./end-at-sentry.ts";
import { OAuthError } from "./error.ts";
import type { Grants, SentryTokens } from "./grant.ts";
import { readOnce } from "./parameters.ts";
import type { SentryOAuth } from "./sentry-client.ts";
import { readTicket } from "./ticket.ts";

/**
 * `POST /oauth/revoke`: ends the grant that an access or refresh token belongs to, here and at Sentry. A token
 * that is unknown, or another client's, is answered like one that was revoked.
 *
 * @throws {OAuthError} `invalid_request`, `invalid_client`
 * @see RFC 7009 §2
 */
export async function revokeToken(
  parameters: URLSearchParams,
  deps: OAuthDeps & { sentry: SentryOAuth; grants: Grants; authorization?: string },
): Promise<void> {
  const form = readOnce(parameters, ["token", "token_type_hint", "client_id", "client_secret"]);
  const client = await authenticateClient(
    { clientId: form.client_id, clientSecret: form.client_secret, authorization: deps.authorization },
    deps,
  );
  if (form.token === undefined) throw new OAuthError("invalid_request", 'Send "token"');
  const bearer = await readBearer(form.token, client.id, deps);
  const grant = bearer && (await deps.grants.read(bearer.grantId));
  if (!bearer || !grant || grant.record.clientHash !== (await fingerprint(client.id))) return;
  const revoked = await deps.grants.revoke(grant.id, { pendingAtSentry: true });
  if (revoked) deps.log.info("grant.revoked", { grant: grant.id, by: "client" });
  await endAtSentry(revoked ?? grant, bearer.secret, { ...deps, unsaved: bearer.unsaved });
}

async function readBearer(
  token: string,
  clientId: string,
  { sealer }: OAuthDeps,
): Promise<{ grantId: string; secret: Bytes; unsaved?: SentryTokens } | undefined> {
  const ticket = await readTicket("refresh", token, clientId, sealer);
  if (ticket) return ticket;
  const accessToken = await openAccessToken(token, sealer);
  return accessToken && { ...accessToken, unsaved: unsavedTokens(accessToken) };
}
