import { isSkillId, type SkillId } from "../lib/skills.ts";
import { OAuthError } from "./error.ts";
import { type GrantRecord, withoutLease } from "./grant.ts";
import { readScope } from "./parameters.ts";
import { freshenSentryTokens, type OpenGrant, openGrant } from "./sentry-lease.ts";
import { readTicket, type Ticket } from "./ticket.ts";
import {
  checkResource,
  endGrant,
  type TokenRequestDeps,
  type TokenResponse,
  writeResponse,
} from "./token-response.ts";

/** How often a rotation is tried again that other requests of the same client keep overtaking. */
const MAX_ATTEMPTS = 10;

/** @see RFC 6749 §6 */
export async function refresh(
  form: { refresh_token?: string; scope?: string },
  deps: TokenRequestDeps,
): Promise<TokenResponse> {
  if (form.refresh_token === undefined) throw new OAuthError("invalid_request", 'Send "refresh_token"');
  const ticket = await readTicket("refresh", form.refresh_token, deps.client.id, deps.sealer);
  if (!ticket) throw unknownToken();
  const turn = (record: GrantRecord) => nextTurn(record, ticket, deps);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const open = await openGrant(ticket.grantId, ticket.secret, { ...deps, unsaved: ticket.unsaved });
    await checkTurn(open, ticket, deps);
    checkResource(open, deps);
    const skills = narrowSkills(form.scope, open.details.skills);
    const fresh = await freshenSentryTokens(open, ticket.secret, { ...deps, turn });
    const rotated = fresh.turned ? fresh : await rotate(fresh, ticket, deps);
    if (!rotated) continue;
    const { id: grant, record } = rotated.grant;
    deps.log.info("token.refreshed", { grant, generation: record.generation, unsaved: rotated.unsaved });
    return writeResponse(rotated, ticket, skills, deps);
  }
  throw new OAuthError("temporarily_unavailable", "Too many refreshes at once: try again in a moment");
}

const unknownToken = () =>
  new OAuthError("invalid_grant", "The refresh token is not valid any more: sign in again");

/**
 * The token in force and, within the grace, its predecessor are good: clients lose answers and refresh from
 * several processes. Anything older was copied, by whom cannot be told, so the grant ends, or where the operator
 * prefers that (`REFRESH_REUSE=reject`) only this token.
 *
 * @see RFC 9700 §4.14.2
 */
async function checkTurn(open: OpenGrant, ticket: Ticket, deps: TokenRequestDeps): Promise<void> {
  const { record } = open.grant;
  const { store, config, now, log } = deps;
  if (record.idleExpiresAtMs <= now() || record.absoluteExpiresAtMs <= now()) throw unknownToken();
  if (ticket.generation === record.generation || isInGrace(open, ticket, deps)) return;
  if (ticket.generation > record.generation) {
    // Our MAC proves that this turn was answered. A best-effort store may show an old record, and a store that was
    // away may not have taken the turn; any other has lost a write, which must not cost a sign-in.
    const expected = store.consistency === "best-effort" || ticket.unsaved !== undefined;
    if (!expected) log.error("refresh.ahead", { grant: ticket.grantId, generation: ticket.generation });
    return;
  }
  log.warn("refresh.reused", {
    grant: ticket.grantId,
    generation: ticket.generation,
    current: record.generation,
    graceSeconds: config.ttl.refreshGraceSeconds,
  });
  if (config.refreshReuse === "revoke") await endGrant(open, ticket, deps);
  throw unknownToken();
}

function isInGrace(
  { grant: { record } }: OpenGrant,
  ticket: Ticket,
  { config, now }: TokenRequestDeps,
): boolean {
  return ticket.generation >= 1 && ticket.generation === record.generation - 1 &&
    now() - record.rotatedAtMs <= config.ttl.refreshGraceSeconds * 1000;
}

/**
 * The grant on its next turn; undefined when another request was faster and this one has to look again. With
 * Sentry tokens in hand that no store has yet nothing may fail: they are answered as they are.
 */
async function rotate(
  open: OpenGrant,
  ticket: Ticket,
  deps: TokenRequestDeps,
): Promise<OpenGrant | undefined> {
  try {
    return (await writeTurn(open, ticket, deps)) ?? (open.unsaved ? open : undefined);
  } catch (error) {
    if (!open.unsaved) throw error;
    deps.log.error("sentry.unsaved", { grant: open.grant.id });
    return open;
  }
}

async function writeTurn(
  open: OpenGrant,
  ticket: Ticket,
  deps: TokenRequestDeps,
): Promise<OpenGrant | undefined> {
  const { grants } = deps;
  const { grant, details, unsaved } = open;
  const { record } = grant;
  if (ticket.generation < record.generation) {
    // Asked again in its grace: the same successor, and nothing else to write.
    if (unsaved) await grants.saveTokens(grant.id, details.sentry, ticket.secret);
    return isInGrace(open, ticket, deps) ? { ...open, unsaved: false } : undefined;
  }
  const turned = await grants.replace(grant, {
    ...nextTurn(unsaved ? withoutLease(record) : record, ticket, deps),
    // Moves the record to the ring's first key in the same write.
    sealed: await grants.seal(details, ticket.secret),
  });
  return turned && { grant: turned, details, unsaved: false };
}

/** The record once `ticket` was used; unchanged when another request with the same ticket was faster. */
function nextTurn(record: GrantRecord, ticket: Ticket, { now, config }: TokenRequestDeps): GrantRecord {
  if (ticket.generation < record.generation) return record;
  return {
    ...record,
    generation: ticket.generation + 1,
    rotatedAtMs: now(),
    idleExpiresAtMs: now() + config.ttl.refreshIdleSeconds * 1000,
  };
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
