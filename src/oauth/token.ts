import { challengeOf, equalSecrets } from "../lib/crypto.ts";
import { isSkillId, type SkillId } from "../lib/skills.ts";
import { constraintOfPath } from "../lib/resource-path.ts";
import { writeAccessToken } from "./access-token.ts";
import { authenticateClient, type Client } from "./client.ts";
import type { OAuthDeps } from "./context.ts";
import { OAuthError } from "./error.ts";
import type { Grants, StoredGrant } from "./grant.ts";
import { readOnce, readScope } from "./parameters.ts";
import { isWithin, readResource } from "./resource.ts";
import type { SentryOAuth } from "./sentry-client.ts";
import { freshenSentryTokens, type OpenGrant, openGrant, usableSeconds } from "./sentry-lease.ts";
import { readTicket, type Ticket, writeTicket } from "./ticket.ts";

type TokenDeps = OAuthDeps & { sentry: SentryOAuth; grants: Grants };

const PARAMETERS = [
  "grant_type",
  "client_id",
  "client_secret",
  "code",
  "redirect_uri",
  "code_verifier",
  "refresh_token",
  "scope",
] as const;

type TokenForm = Partial<Record<(typeof PARAMETERS)[number], string>>;

export interface TokenResponse {
  readonly access_token: string;
  readonly token_type: "Bearer";
  readonly expires_in: number;
  readonly refresh_token: string;
  readonly scope: string;
}

/** How often a rotation is tried again that other requests of the same client keep overtaking. */
const MAX_ATTEMPTS = 10;

/**
 * `POST /oauth/token`
 *
 * @throws {OAuthError}
 * @see RFC 6749 §4.1.3, §6
 */
export async function issueTokens(
  parameters: URLSearchParams,
  deps: TokenDeps & { authorization?: string },
): Promise<TokenResponse> {
  const form = readOnce(parameters, PARAMETERS);
  const client = await authenticateClient(
    { clientId: form.client_id, clientSecret: form.client_secret, authorization: deps.authorization },
    deps.signer,
  );
  const resources = parameters.getAll("resource");
  switch (form.grant_type) {
    case undefined:
      throw new OAuthError("invalid_request", 'Send "grant_type": authorization_code or refresh_token');
    case "authorization_code":
      return redeemCode(form, { ...deps, client, resources });
    case "refresh_token":
      return refresh(form, { ...deps, client, resources });
    default:
      throw new OAuthError(
        "unsupported_grant_type",
        'The grant_type has to be "authorization_code" or "refresh_token"',
      );
  }
}

type ClientDeps = TokenDeps & { client: Client; resources: readonly string[] };

async function redeemCode(form: TokenForm, deps: ClientDeps): Promise<TokenResponse> {
  const { grants, client, log, config, now } = deps;
  if (form.code === undefined) throw new OAuthError("invalid_request", 'Send "code"');
  if (!/^[\w.~-]{43,128}$/.test(form.code_verifier ?? "")) {
    throw new OAuthError(
      "invalid_request",
      'Send "code_verifier": 43 to 128 characters (RFC 7636 section 4.1)',
    );
  }
  const ticket = await readTicket("code", form.code, client.id, deps.sealer);
  if (!ticket) throw unknownCode();
  const open = await openGrant(ticket.grantId, ticket.secret, deps);
  const { record } = open.grant;
  if (record.generation > 0) {
    // RFC 6749 §4.1.2: whoever came first may have been the thief, so what was issued ends as well.
    log.warn("code.replayed", { grant: ticket.grantId });
    await endGrant(open, deps);
    throw unknownCode();
  }
  const verified = equalSecrets(await challengeOf(form.code_verifier ?? ""), open.details.challenge);
  if (!verified || form.redirect_uri !== open.details.redirectUri) throw unknownCode();
  checkResource(open, deps);
  const redeemed = await grants.replace(open.grant, {
    ...record,
    generation: 1,
    rotatedAtMs: now(),
    idleExpiresAtMs: now() + config.ttl.refreshIdleSeconds * 1000,
  });
  if (!redeemed) {
    log.warn("code.raced", { grant: ticket.grantId });
    throw unknownCode();
  }
  log.info("code.redeemed", { grant: ticket.grantId });
  return answer({ grant: redeemed, details: open.details }, ticket, open.details.skills, deps);
}

/** One answer for unknown, used, expired, another client's: guessing teaches nothing. */
const unknownCode = () =>
  new OAuthError("invalid_grant", "The code, its verifier or its redirect URI is not valid: sign in again");

const unknownToken = () =>
  new OAuthError("invalid_grant", "The refresh token is not valid any more: sign in again");

async function refresh(form: TokenForm, deps: ClientDeps): Promise<TokenResponse> {
  if (form.refresh_token === undefined) throw new OAuthError("invalid_request", 'Send "refresh_token"');
  const ticket = await readTicket("refresh", form.refresh_token, deps.client.id, deps.sealer);
  if (!ticket) throw unknownToken();
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const open = await openGrant(ticket.grantId, ticket.secret, deps);
    await checkTurn(open, ticket, deps);
    checkResource(open, deps);
    const skills = narrowSkills(form.scope, open.details.skills);
    const fresh = await freshenSentryTokens(open, ticket.secret, deps);
    const rotated = await rotate(fresh, ticket, deps);
    if (!rotated) continue;
    deps.log.info("token.refreshed", { grant: ticket.grantId, generation: rotated.record.generation });
    return answer({ grant: rotated, details: fresh.details }, ticket, skills, deps);
  }
  throw new OAuthError("temporarily_unavailable", "Too many refreshes at once: try again in a moment");
}

/**
 * The token in force and, within the grace, its predecessor are good: clients lose answers and refresh from
 * several processes. Anything older was copied, by whom cannot be told, so the grant ends.
 *
 * @see RFC 9700 §4.14.2
 */
async function checkTurn(open: OpenGrant, ticket: Ticket, deps: ClientDeps): Promise<void> {
  const { record } = open.grant;
  const { store, config, now, log } = deps;
  if (record.idleExpiresAtMs <= now() || record.absoluteExpiresAtMs <= now()) throw unknownToken();
  if (ticket.generation === record.generation || isInGrace(open, ticket, deps)) return;
  // A best-effort store may show an old record; our MAC proves that the newer turn has been.
  if (ticket.generation > record.generation && store.consistency === "best-effort") return;
  log.warn("refresh.reused", {
    grant: ticket.grantId,
    generation: ticket.generation,
    current: record.generation,
    graceSeconds: config.ttl.refreshGraceSeconds,
  });
  if (ticket.generation < record.generation) await endGrant(open, deps);
  throw unknownToken();
}

function isInGrace({ grant: { record } }: OpenGrant, ticket: Ticket, { config, now }: ClientDeps): boolean {
  return ticket.generation >= 1 && ticket.generation === record.generation - 1 &&
    now() - record.rotatedAtMs <= config.ttl.refreshGraceSeconds * 1000;
}

/** The grant on its next turn; undefined when another request was faster and this one has to look again. */
async function rotate(open: OpenGrant, ticket: Ticket, deps: ClientDeps): Promise<StoredGrant | undefined> {
  const { record } = open.grant;
  // Asked again in its grace: the same successor, and nothing to write.
  if (ticket.generation < record.generation) return isInGrace(open, ticket, deps) ? open.grant : undefined;
  return deps.grants.replace(open.grant, {
    ...record,
    generation: ticket.generation + 1,
    rotatedAtMs: deps.now(),
    idleExpiresAtMs: deps.now() + deps.config.ttl.refreshIdleSeconds * 1000,
    // Moves the record to the ring's first key in the same write.
    sealed: await deps.grants.seal(open.details, ticket.secret),
  });
}

/** A narrower scope is for this access token alone. @see RFC 6749 §6 */
function narrowSkills(scope: string | undefined, granted: readonly SkillId[]): readonly SkillId[] {
  const asked = readScope(scope);
  if (asked.length === 0) return granted;
  if (asked.some((token) => isSkillId(token) && !granted.includes(token))) {
    throw new OAuthError("invalid_scope", `The grant allows ${granted.join(" ")}: sign in again for more`);
  }
  const narrowed = granted.filter((skill) => asked.includes(skill));
  if (narrowed.length === 0) {
    throw new OAuthError("invalid_scope", `None of the scopes belongs to the grant: ${granted.join(" ")}`);
  }
  return narrowed;
}

function checkResource(open: OpenGrant, { resources, config }: ClientDeps): void {
  if (resources.length === 0) return;
  const asked = readResource(resources, config);
  if (isWithin(asked.constraint, constraintOfPath(open.details.resourcePath) ?? {})) return;
  throw new OAuthError("invalid_target", `The grant is for ${config.baseUrl}${open.details.resourcePath}`);
}

async function endGrant({ grant, details }: OpenGrant, deps: TokenDeps): Promise<void> {
  await deps.grants.revoke(grant.id);
  await deps.sentry.revoke(details.sentry);
}

async function answer(
  { grant, details }: OpenGrant,
  ticket: Ticket,
  skills: readonly SkillId[],
  deps: ClientDeps,
): Promise<TokenResponse> {
  const { config, now, client, sealer } = deps;
  const expiresInSeconds = Math.min(
    config.ttl.accessTokenSeconds,
    usableSeconds(details.sentry, now()),
    Math.floor((grant.record.absoluteExpiresAtMs - now()) / 1000),
  );
  if (expiresInSeconds <= 0) {
    throw new OAuthError("invalid_grant", "The sign-in at Sentry has expired: sign in again");
  }
  const accessToken = await writeAccessToken({
    grantId: grant.id,
    secret: ticket.secret,
    user: details.user,
    skills,
    readOnly: details.readOnly,
    constraint: details.constraint,
    constraintVerified: details.constraintVerified,
    expiresAtMs: now() + expiresInSeconds * 1000,
    sentryToken: details.sentry.accessToken,
    sentryGeneration: details.sentry.generation,
  }, sealer);
  const successor = { ...ticket, generation: grant.record.generation };
  return {
    access_token: accessToken,
    token_type: "Bearer",
    expires_in: expiresInSeconds,
    refresh_token: await writeTicket("refresh", successor, client.id, sealer),
    scope: skills.join(" "),
  };
}
