import { type Bytes, concatBytes, fromBase64url, toBase64url } from "../lib/crypto.ts";
import { packHexRuns, unpackHexRuns } from "../lib/hex-runs.ts";
import type { Sealer } from "../lib/seal.ts";
import type { SentryTokens } from "./grant.ts";

/**
 * What an authorization code and a refresh token say: which grant, which turn, and the grant's secret.
 * A pure function of the three, so that whoever refreshes twice, or at once, gets the very same successor.
 */
export interface Ticket {
  readonly grantId: string;
  readonly generation: number;
  readonly secret: Bytes;
  /** Behind a refresh token: Sentry's newest tokens, when the store did not take them. */
  readonly unsaved?: SentryTokens;
}

const PREFIX = { code: "smco_", refresh: "smrt_" } as const;
export type TicketKind = keyof typeof PREFIX;

export const GRANT_ID_BYTES = 16;
export const GRANT_SECRET_BYTES = 32;
const GENERATION_BYTES = 4;
/** Key id 4, MAC 16 and the message, in base64url. */
const SIGNED_LENGTH = (4 + 16 + GRANT_ID_BYTES + GENERATION_BYTES + GRANT_SECRET_BYTES) / 3 * 4;
const MAX_LENGTH = 512;

/** The MAC covers the client, so that a ticket is worth nothing in another client's hands. */
export async function writeTicket(
  kind: TicketKind,
  ticket: Ticket,
  clientId: string,
  sealer: Sealer,
): Promise<string> {
  const grant = fromBase64url(ticket.grantId);
  if (!grant) throw new TypeError("Cannot write a ticket: the grant id is not base64url");
  const generation = new Uint8Array(GENERATION_BYTES);
  new DataView(generation.buffer).setUint32(0, ticket.generation);
  const message = concatBytes(grant, generation, ticket.secret);
  const signed = toBase64url(await sealer.sign(kind, message, { context: clientId }));
  if (!ticket.unsaved) return PREFIX[kind] + signed;
  const { unsaved, secret } = ticket;
  return PREFIX[kind] + signed +
    (await sealer.seal("tokens", packHexRuns(JSON.stringify(unsaved)), { secret }));
}

/** Undefined for a forged one, another client's, another kind's: all before any store is asked. */
export async function readTicket(
  kind: TicketKind,
  text: string,
  clientId: string,
  sealer: Sealer,
): Promise<Ticket | undefined> {
  if (!text.startsWith(PREFIX[kind]) || text.length > MAX_LENGTH) return undefined;
  const bare = text.slice(PREFIX[kind].length);
  const signed = fromBase64url(bare.slice(0, SIGNED_LENGTH));
  const message = signed && (await sealer.verify(kind, signed, { context: clientId }));
  if (message?.length !== GRANT_ID_BYTES + GENERATION_BYTES + GRANT_SECRET_BYTES) return undefined;
  const ticket = {
    grantId: toBase64url(message.subarray(0, GRANT_ID_BYTES)),
    generation: new DataView(message.buffer).getUint32(GRANT_ID_BYTES),
    secret: message.slice(GRANT_ID_BYTES + GENERATION_BYTES),
  };
  if (bare.length === SIGNED_LENGTH) return ticket;
  const opened = await sealer.open("tokens", bare.slice(SIGNED_LENGTH), ticket);
  // Authentic, so it is what `writeTicket` wrote.
  return opened && { ...ticket, unsaved: JSON.parse(unpackHexRuns(opened.bytes)) as SentryTokens };
}
