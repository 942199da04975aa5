import { fingerprint, randomBytes, toBase64url } from "../lib/crypto.ts";
import { constraintOfPath } from "../lib/resource-path.ts";
import type { Constraint } from "../sentry/constraint.ts";
import { errorLocation } from "./authorize.ts";
import type { OAuthDeps, Verification } from "./context.ts";
import { type CookieChange, type Cookies, type Decision, message } from "./decision.ts";
import { OAuthError } from "./error.ts";
import type { GrantDetails, Grants } from "./grant.ts";
import { readOnce } from "./parameters.ts";
import { redirectHost, withParameters } from "./redirect-uri.ts";
import type { SentryOAuth, SentrySignIn } from "./sentry-client.ts";
import { skillsCarriedBy } from "./sentry-scopes.ts";
import { GRANT_ID_BYTES, GRANT_SECRET_BYTES, writeTicket } from "./ticket.ts";
import { findTransaction, type Transaction } from "./transaction.ts";

type CallbackDeps = OAuthDeps & { sentry: SentryOAuth; grants: Grants };

/** `GET /oauth/callback`: Sentry has sent the browser back. Makes the grant and hands the client its code. */
export async function finishSignIn(
  parameters: URLSearchParams,
  deps: CallbackDeps & { cookies: Cookies },
): Promise<Decision> {
  const given = readCallback(parameters);
  const found = given?.state === undefined ? undefined : await findTransaction(given.state, deps);
  if (!given || !found) {
    deps.log.warn("callback.unbound");
    return message({
      status: 400,
      title: "This sign-in was not started here",
      text:
        "It was started in another browser, took too long, or is finished already. Start again in your application",
    });
  }
  const { transaction, keyId, cookieName } = found;
  const cookies: CookieChange[] = [{ name: cookieName, maxAgeSeconds: 0 }];
  const grantId = await grantIdOf(transaction, keyId, deps);
  if (await deps.grants.read(grantId)) return alreadyUsed(cookies);
  try {
    const signIn = await signInAtSentry(given, parameters, transaction, deps);
    return await makeGrant(signIn, { ...deps, transaction, grantId, cookies });
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    deps.log.info("callback.failed", { error: error.code });
    const location = errorLocation(transaction.redirectUri, {
      ...transaction,
      error,
      issuer: deps.config.baseUrl,
    });
    return { kind: "redirect", location, cookies };
  }
}

function readCallback(parameters: URLSearchParams) {
  try {
    return readOnce(parameters, ["state", "code", "error", "iss"]);
  } catch {
    // A parameter sent twice: Sentry does not do that, so nobody's sign-in is lost.
    return undefined;
  }
}

/** Derived, so that a callback played twice cannot make two grants. */
async function grantIdOf(transaction: Transaction, keyId: string, { sealer }: CallbackDeps): Promise<string> {
  const derived = await sealer.derive("grant", transaction.transactionId, keyId);
  if (!derived) throw new OAuthError("server_error", "The sign-in has to be started again");
  return toBase64url(derived.subarray(0, GRANT_ID_BYTES));
}

async function signInAtSentry(
  given: { state?: string; error?: string },
  parameters: URLSearchParams,
  transaction: Transaction,
  deps: CallbackDeps,
): Promise<SentrySignIn> {
  if (given.error === "access_denied") {
    throw new OAuthError("access_denied", "The user did not agree at Sentry");
  }
  if (given.error !== undefined) throw new OAuthError("server_error", "Sentry refused the sign-in");
  return deps.sentry.exchange(parameters, {
    state: transaction.transactionId,
    verifier: transaction.verifier,
  });
}

async function makeGrant(
  signIn: SentrySignIn,
  deps: CallbackDeps & { transaction: Transaction; grantId: string; cookies: readonly CookieChange[] },
): Promise<Decision> {
  const { config, transaction, grantId, grants, sealer, log, cookies } = deps;
  const scopes = signIn.scopes ?? transaction.scopes;
  const skills = transaction.readOnly ? transaction.skills : skillsCarriedBy(scopes, transaction.skills);
  const verification = await verify(signIn, transaction, deps);
  if (skills.length === 0 || verification.outcome === "refused" || verification.outcome === "unauthorized") {
    await deps.sentry.revoke(signIn.tokens);
    if (verification.outcome === "refused") return constraintRefused(verification, deps);
    throw new OAuthError("access_denied", "Sentry granted less than the chosen skills need");
  }
  const verified = verification.outcome === "verified";
  const details: GrantDetails = {
    user: signIn.user,
    skills,
    readOnly: transaction.readOnly,
    scopes,
    constraint: verified ? verification.constraint : constraintOf(transaction),
    constraintVerified: verified,
    resourcePath: transaction.resourcePath,
    redirectUri: transaction.redirectUri,
    challenge: transaction.challenge,
    sentry: signIn.tokens,
  };
  const secret = randomBytes(GRANT_SECRET_BYTES);
  const createdAtMs = deps.now();
  const client = await fingerprint(transaction.clientId);
  const created = await grants.create(grantId, {
    v: 1,
    generation: 0,
    clientHash: client,
    createdAtMs,
    rotatedAtMs: createdAtMs,
    idleExpiresAtMs: createdAtMs + config.ttl.codeSeconds * 1000,
    absoluteExpiresAtMs: createdAtMs + config.ttl.refreshAbsoluteSeconds * 1000,
    sealed: await grants.seal(details, secret),
  });
  if (!created) return alreadyUsed(cookies);
  log.info("grant.created", { grant: grantId, client, skills, resource: transaction.resourcePath, verified });
  const code = await writeTicket("code", { grantId, generation: 0, secret }, transaction.clientId, sealer);
  const location = withParameters(transaction.redirectUri, {
    code,
    state: transaction.state,
    iss: config.baseUrl,
  });
  return { kind: "redirect", location, cookies };
}

const constraintOf = ({ resourcePath }: Transaction): Constraint => constraintOfPath(resourcePath) ?? {};

async function verify(
  signIn: SentrySignIn,
  transaction: Transaction,
  deps: CallbackDeps,
): Promise<Verification> {
  const constraint = constraintOf(transaction);
  if (constraint.organizationSlug === undefined) return { outcome: "verified", constraint };
  return deps.verifyConstraint(signIn.tokens.accessToken, constraint);
}

/** The one failure that a person can mend: names what was not found before the client says no more than "denied". */
function constraintRefused(
  refused: { status: 403 | 404; message: string },
  { transaction, config, cookies }: CallbackDeps & {
    transaction: Transaction;
    cookies: readonly CookieChange[];
  },
): Decision {
  const error = new OAuthError("access_denied", refused.message);
  return message({
    status: refused.status,
    title: "You cannot sign in there",
    text: refused.message,
    link: {
      href: errorLocation(transaction.redirectUri, { ...transaction, error, issuer: config.baseUrl }),
      label: `Return to ${redirectHost(transaction.redirectUri)}`,
    },
  }, cookies);
}

function alreadyUsed(cookies: readonly CookieChange[]): Decision {
  return message({
    status: 400,
    title: "This sign-in is finished already",
    text: "Start again in your application",
  }, cookies);
}
