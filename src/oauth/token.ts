import { challengeOf, equalSecrets } from "../lib/crypto.ts";
import { authenticateClient } from "./client.ts";
import { OAuthError } from "./error.ts";
import { readOnce } from "./parameters.ts";
import { refresh } from "./refresh.ts";
import { openGrant } from "./sentry-lease.ts";
import { readTicket } from "./ticket.ts";
import {
  checkResource,
  endGrant,
  type TokenRequestDeps,
  type TokenResponse,
  writeResponse,
} from "./token-response.ts";

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

/**
 * `POST /oauth/token`
 *
 * @throws {OAuthError}
 * @see RFC 6749 §4.1.3, §6
 */
export async function issueTokens(
  parameters: URLSearchParams,
  deps: Omit<TokenRequestDeps, "client" | "resources"> & { authorization?: string },
): Promise<TokenResponse> {
  const form = readOnce(parameters, PARAMETERS);
  const client = await authenticateClient(
    { clientId: form.client_id, clientSecret: form.client_secret, authorization: deps.authorization },
    deps,
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

async function redeemCode(form: TokenForm, deps: TokenRequestDeps): Promise<TokenResponse> {
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
    await endGrant(open, ticket, deps);
    throw unknownCode();
  }
  const verified = equalSecrets(await challengeOf(form.code_verifier ?? ""), open.details.challenge);
  if (!verified || form.redirect_uri !== open.details.redirectUri) {
    // Not burned: only who has the verifier can redeem it.
    log.warn("code.refused", { grant: ticket.grantId });
    throw unknownCode();
  }
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
  return writeResponse({ ...open, grant: redeemed }, ticket, open.details.skills, deps);
}

/** One answer for unknown, used, expired, another client's: guessing teaches nothing. */
const unknownCode = () =>
  new OAuthError("invalid_grant", "The code, its verifier or its redirect URI is not valid: sign in again");
