import { equalSecrets, fingerprint } from "../lib/crypto.ts";
import type { Opened, Sealer } from "../lib/seal.ts";
import type { SkillId } from "../lib/skills.ts";
import type { CookieChange, Cookies } from "./decision.ts";

/** An authorization request that passed every check, on its way through the consent page. */
export interface AuthorizationRequest {
  /** The later `state` at Sentry; nobody sees it before the user has agreed. */
  readonly transactionId: string;
  readonly clientId: string;
  /** For the list of a user's grants. */
  readonly clientName: string;
  readonly redirectUri: string;
  readonly state?: string;
  readonly challenge: string;
  readonly resourcePath: string;
  readonly expiresAtMs: number;
}

/** The same request in the consent page's hidden field, bound to the browser that was shown the page. */
export interface ConsentForm extends AuthorizationRequest {
  readonly browserHash: string;
}

/** The same request after the user agreed, in a cookie until Sentry sends the browser back. */
export interface Transaction extends AuthorizationRequest {
  readonly skills: readonly SkillId[];
  readonly readOnly: boolean;
  readonly scopes: readonly string[];
  /** Our own PKCE verifier at Sentry. */
  readonly verifier: string;
}

/** A person signs in for `/grants` alone: no client, no grant. */
export interface VisitTransaction {
  readonly kind: "visit";
  readonly transactionId: string;
  readonly verifier: string;
  readonly expiresAtMs: number;
}

/** Browsers drop cookies over 4096 bytes, and servers headers over 8 kB: five sign-ins may be under way at once. */
const MAX_SEALED_LENGTH = 3600;
const MAX_OPEN_TRANSACTIONS = 5;
const MAX_JAR_LENGTH = 6000;

const COOKIE = "mcp_tx_";

export const BROWSER_COOKIE = "mcp_browser";

export async function sealForm(form: ConsentForm, sealer: Sealer): Promise<string | undefined> {
  const sealed = await sealer.seal("form", JSON.stringify(form));
  // What a transaction adds is short; this leaves room for it.
  return sealed.length > MAX_SEALED_LENGTH - 600 ? undefined : sealed;
}

/** Undefined for a form that is not ours, too old, or was shown to another browser. */
export async function openForm(
  sealed: string,
  deps: { sealer: Sealer; now: () => number; browser: string | undefined },
): Promise<ConsentForm | undefined> {
  const opened = await deps.sealer.open("form", sealed);
  if (!opened || deps.browser === undefined) return undefined;
  // Authentic, so it is what `sealForm` wrote.
  const form = JSON.parse(opened.text) as ConsentForm;
  const bound = equalSecrets(form.browserHash, await fingerprint(deps.browser));
  return bound && form.expiresAtMs > deps.now() ? form : undefined;
}

/** Sets the transaction's cookie, and ends the oldest ones so that the jar stays small. */
export async function startTransaction(
  transaction: Transaction | VisitTransaction,
  deps: { sealer: Sealer; now: () => number; cookies: Cookies },
): Promise<CookieChange[]> {
  const value = await deps.sealer.seal("transaction", JSON.stringify(transaction));
  const startedAt = Math.floor(deps.now() / 1000).toString(36);
  const suffix = await suffixOf(transaction.transactionId);
  const open = Object.keys(deps.cookies).filter((name) => name.startsWith(COOKIE)).sort();
  // Approved twice from one page: the later approval takes the place of the earlier.
  const ended = open.filter((name) => name.endsWith(suffix));
  const kept = open.filter((name) => !name.endsWith(suffix));
  const lengthOf = (name: string) => name.length + (deps.cookies[name]?.length ?? 0);
  let length = value.length + kept.reduce((sum, name) => sum + lengthOf(name), 0);
  while (kept.length >= MAX_OPEN_TRANSACTIONS || (kept.length > 0 && length > MAX_JAR_LENGTH)) {
    const [oldest] = kept.splice(0, 1);
    if (oldest === undefined) break;
    ended.push(oldest);
    length -= lengthOf(oldest);
  }
  const maxAgeSeconds = Math.max(1, Math.ceil((transaction.expiresAtMs - deps.now()) / 1000));
  return [
    ...ended.map((name) => ({ name, maxAgeSeconds: 0 })),
    { name: `${COOKIE}${startedAt}_${suffix}`, value, maxAgeSeconds },
  ];
}

export interface FoundTransaction {
  readonly transaction: Transaction | VisitTransaction;
  /** The key that sealed it, under which its grant id is derived: a replay finds the same grant. */
  readonly keyId: string;
  readonly cookieName: string;
}

/** The transaction that this browser started with this `state`; undefined when it did not. */
export async function findTransaction(
  state: string,
  deps: { sealer: Sealer; now: () => number; cookies: Cookies },
): Promise<FoundTransaction | undefined> {
  const suffix = await suffixOf(state);
  const cookieName = Object.keys(deps.cookies).find((name) =>
    name.startsWith(COOKIE) && name.endsWith(suffix)
  );
  const sealed = cookieName === undefined ? undefined : deps.cookies[cookieName];
  if (cookieName === undefined || sealed === undefined) return undefined;
  const opened: Opened | undefined = await deps.sealer.open("transaction", sealed);
  if (!opened) return undefined;
  // Authentic, so it is what `startTransaction` wrote.
  const transaction = JSON.parse(opened.text) as Transaction | VisitTransaction;
  const valid = equalSecrets(transaction.transactionId, state) && transaction.expiresAtMs > deps.now();
  return valid ? { transaction, keyId: opened.keyId, cookieName } : undefined;
}

async function suffixOf(transactionId: string): Promise<string> {
  return (await fingerprint(transactionId)).slice(0, 8);
}
