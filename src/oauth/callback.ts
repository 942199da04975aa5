import { fingerprint, randomBytes, toBase64url } from "../lib/crypto.ts";
import { constraintOfPath } from "../lib/resource-path.ts";
import type { Constraint } from "../sentry/constraint.ts";
import { StoreUnavailable } from "../store/store.ts";
import { errorLocation } from "./authorize.ts";
import type { OAuthDeps, Verification } from "./context.ts";
import { type CookieChange, type Cookies, type Decision, message } from "./decision.ts";
import { OAuthError } from "./error.ts";
import type { GrantDetails, GrantRecord, Grants } from "./grant.ts";
import type { GrantIndex } from "./grant-index.ts";
import { finishVisit } from "./grants-visit.ts";
import { readOnce } from "./parameters.ts";
import { redirectHost, withParameters } from "./redirect-uri.ts";
import type { SentryOAuth, SentrySignIn } from "./sentry-client.ts";
import { skillsCarriedBy } from "./sentry-scopes.ts";
import { GRANT_ID_BYTES, GRANT_SECRET_BYTES, writeTicket } from "./ticket.ts";
import { findTransaction, type Transaction, type VisitTransaction } from "./transaction.ts";

type CallbackDeps = OAuthDeps & { sentry: SentryOAuth; grants: Grants; index: GrantIndex };

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
  const transactionCookie: CookieChange = { name: cookieName, maxAgeSeconds: 0 };
  const atSentry = () => signInAtSentry(given, parameters, transaction, deps);
  if ("kind" in transaction) return finishVisit(atSentry, { ...deps, transactionCookie });

  const cookies = [transactionCookie];
  const grantId = await grantIdOf(transaction, keyId, deps);
  try {
    if (await deps.grants.read(grantId)) return alreadyUsed(cookies);
    const signIn = await atSentry();
    return await makeGrant(signIn, { ...deps, transaction, grantId, cookies });
  } catch (error) {
    if (error instanceof StoreUnavailable) {
      deps.log.error("store.unavailable", { path: "/oauth/callback", message: error.message });
      return storeAway({ ...deps, transaction, cookies });
    }
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
  transaction: Transaction | VisitTransaction,
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
  const record: GrantRecord = {
    v: 1,
    generation: 0,
    clientHash: client,
    createdAtMs,
    rotatedAtMs: createdAtMs,
    idleExpiresAtMs: createdAtMs + config.ttl.codeSeconds * 1000,
    absoluteExpiresAtMs: createdAtMs + config.ttl.refreshAbsoluteSeconds * 1000,
    sealed: await grants.seal(details, secret),
  };
  if (!(await storeGrant(record, details, deps))) return alreadyUsed(cookies);
  log.info("grant.created", { grant: grantId, client, skills, resource: transaction.resourcePath, verified });
  const code = await writeTicket("code", { grantId, generation: 0, secret }, transaction.clientId, sealer);
  const location = withParameters(transaction.redirectUri, {
    code,
    state: transaction.state,
    iss: config.baseUrl,
  });
  return { kind: "redirect", location, cookies };
}

/** @returns False when the grant is there already. A grant that cannot be stored ends at Sentry as well. */
async function storeGrant(
  record: GrantRecord,
  details: GrantDetails,
  { transaction, grantId, grants, index, sentry }: CallbackDeps & {
    transaction: Transaction;
    grantId: string;
  },
): Promise<boolean> {
  const { organizationSlug, projectSlug } = details.constraint;
  try {
    await index.add(details.user, {
      grantId,
      clientName: transaction.clientName,
      redirectHost: redirectHost(details.redirectUri),
      skills: details.skills,
      readOnly: details.readOnly,
      constraint: { organizationSlug, projectSlug },
      createdAtMs: record.createdAtMs,
    });
    return await grants.create(grantId, record);
  } catch (error) {
    await sentry.revoke(details.sentry);
    throw error;
  }
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

type Asked = Pick<CallbackDeps, "config"> & {
  transaction: Transaction;
  cookies: readonly CookieChange[];
};

/** The one failure that a person can mend: names what was not found before the client says no more than "denied". */
function constraintRefused(refused: { status: 403 | 404; message: string }, asked: Asked): Decision {
  return message({
    status: refused.status,
    title: "You cannot sign in there",
    text: refused.message,
    link: linkBack(new OAuthError("access_denied", refused.message), asked),
  }, asked.cookies);
}

function storeAway(asked: Asked): Decision {
  const text = "The store of this server does not answer, so nothing was connected. Try again in a moment";
  return message({
    status: 503,
    title: "The sign-in could not be finished",
    text,
    link: linkBack(new OAuthError("temporarily_unavailable", text), asked),
  }, asked.cookies);
}

function linkBack(error: OAuthError, { transaction, config }: Asked): { href: string; label: string } {
  return {
    href: errorLocation(transaction.redirectUri, { ...transaction, error, issuer: config.baseUrl }),
    label: `Return to ${redirectHost(transaction.redirectUri)}`,
  };
}

function alreadyUsed(cookies: readonly CookieChange[]): Decision {
  return message({
    status: 400,
    title: "This sign-in is finished already",
    text: "Start again in your application",
  }, cookies);
}
