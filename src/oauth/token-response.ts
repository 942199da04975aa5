import { constraintOfPath } from "../lib/resource-path.ts";
import type { SkillId } from "../lib/skills.ts";
import { writeAccessToken } from "./access-token.ts";
import type { Client } from "./client.ts";
import type { OAuthDeps } from "./context.ts";
import { endAtSentry } from "./end-at-sentry.ts";
import { OAuthError } from "./error.ts";
import type { Grants } from "./grant.ts";
import { isWithin, readResource } from "./resource.ts";
import type { SentryOAuth } from "./sentry-client.ts";
import { type OpenGrant, usableSeconds } from "./sentry-lease.ts";
import { type Ticket, writeTicket } from "./ticket.ts";

export interface TokenResponse {
  readonly access_token: string;
  readonly token_type: "Bearer";
  readonly expires_in: number;
  readonly refresh_token: string;
  readonly scope: string;
}

/** What a request at the token endpoint is answered with, once its client is known. */
export type TokenRequestDeps = OAuthDeps & {
  readonly sentry: SentryOAuth;
  readonly grants: Grants;
  readonly client: Client;
  readonly resources: readonly string[];
};

/** @throws {OAuthError} `invalid_target`, for a resource that the grant is not for (RFC 8707 §2.2) */
export function checkResource(open: OpenGrant, { resources, config }: TokenRequestDeps): void {
  if (resources.length === 0) return;
  const asked = readResource(resources, config);
  if (isWithin(asked.constraint, constraintOfPath(open.details.resourcePath) ?? {})) return;
  throw new OAuthError("invalid_target", `The grant is for ${config.baseUrl}${open.details.resourcePath}`);
}

/** Ends a grant whose code or refresh token was shown by somebody who should not have had it. */
export async function endGrant(open: OpenGrant, ticket: Ticket, deps: TokenRequestDeps): Promise<void> {
  const ended = await deps.grants.revoke(open.grant.id, { pendingAtSentry: true });
  if (!ended) return;
  deps.log.warn("grant.revoked", { grant: ended.id, by: "reuse" });
  await endAtSentry(ended, ticket.secret, { ...deps, unsaved: open.details.sentry });
}

/** Answers the successor of `ticket`, with what the store did not take behind both tokens. */
export async function writeResponse(
  { grant, details, unsaved }: OpenGrant,
  ticket: Ticket,
  skills: readonly SkillId[],
  deps: TokenRequestDeps,
): Promise<TokenResponse> {
  const { config, now, client, sealer } = deps;
  const { sentry } = details;
  const expiresInSeconds = Math.min(
    config.ttl.accessTokenSeconds,
    usableSeconds(sentry, now()),
    Math.floor((grant.record.absoluteExpiresAtMs - now()) / 1000),
  );
  if (expiresInSeconds <= 0) {
    throw new OAuthError("invalid_grant", "The sign-in at Sentry has expired: sign in again");
  }
  const { refreshToken, expiresAtMs, lifetimeSeconds } = sentry;
  const accessToken = await writeAccessToken({
    grantId: grant.id,
    secret: ticket.secret,
    user: details.user,
    skills,
    readOnly: details.readOnly,
    constraint: details.constraint,
    constraintVerified: details.constraintVerified,
    expiresAtMs: now() + expiresInSeconds * 1000,
    sentryToken: sentry.accessToken,
    sentryGeneration: sentry.generation,
    ...(unsaved && refreshToken !== undefined && { unsaved: { refreshToken, expiresAtMs, lifetimeSeconds } }),
  }, sealer);
  const successor: Ticket = {
    grantId: grant.id,
    // The record's once it is written; the next one, too, when it is unknown whether that came through.
    generation: Math.max(grant.record.generation, ticket.generation + 1),
    secret: ticket.secret,
    ...(unsaved && { unsaved: sentry }),
  };
  return {
    access_token: accessToken,
    token_type: "Bearer",
    expires_in: expiresInSeconds,
    refresh_token: await writeTicket("refresh", successor, client.id, sealer),
    scope: skills.join(" "),
  };
}
