import type { Bytes } from "../lib/crypto.ts";
import type { Log } from "../lib/log.ts";
import type { Sealer } from "../lib/seal.ts";
import type { SkillId } from "../lib/skills.ts";
import type { Constraint } from "../sentry/constraint.ts";
import { type Store, StoreUnavailable } from "../store/store.ts";

/** What the store holds of a grant. Only `sealed` is worth stealing, and the store alone cannot open it. */
export interface GrantRecord {
  readonly v: 1;
  /** 0: its code was not redeemed yet. Then the turn of the refresh token in force. */
  readonly generation: number;
  readonly clientHash: string;
  readonly createdAtMs: number;
  readonly rotatedAtMs: number;
  readonly idleExpiresAtMs: number;
  readonly absoluteExpiresAtMs: number;
  readonly revoked?: true;
  /** Revoked at `/grants`: Sentry's token lives until a client's token opens this record. */
  readonly pendingAtSentry?: true;
  /** Who refreshes at Sentry right now, so that nobody else does. */
  readonly lease?: { readonly owner: string; readonly untilMs: number };
  /** The generation of Sentry's tokens that Sentry has refused: nobody is handed it again before a refresh there. */
  readonly sentryRefused?: number;
  /** `GrantDetails`, under the server's key and the grant's secret together. */
  readonly sealed: string;
}

export interface GrantDetails {
  readonly user: string;
  readonly skills: readonly SkillId[];
  readonly readOnly: boolean;
  /** What Sentry granted. */
  readonly scopes: readonly string[];
  readonly constraint: Constraint;
  readonly constraintVerified: boolean;
  readonly resourcePath: string;
  readonly redirectUri: string;
  /** The client's PKCE challenge. */
  readonly challenge: string;
  readonly sentry: SentryTokens;
}

export interface SentryTokens {
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly expiresAtMs: number;
  /** Its whole life when it was issued. */
  readonly lifetimeSeconds: number;
  /** Counts Sentry's rotations. */
  readonly generation: number;
}

export interface StoredGrant {
  readonly id: string;
  readonly record: GrantRecord;
  readonly version: string;
}

/** How often a change is tried again that others keep overtaking. */
const MAX_ATTEMPTS = 10;

/** An access token may be shown this long after its grant was last written, so its record has to be there. */
const MAX_ACCESS_TOKEN_SECONDS = 3600;

export interface Grants {
  /** False when the grant is there already: its transaction was replayed. */
  create(id: string, record: GrantRecord): Promise<boolean>;
  /** Undefined when there is none, or none that can be read. */
  read(id: string): Promise<StoredGrant | undefined>;
  /** Undefined when another was faster. */
  replace(grant: StoredGrant, record: GrantRecord): Promise<StoredGrant | undefined>;
  /** Replaces what is there by `change` of it, however often others come between; undefined: nothing to change. */
  change(
    id: string,
    change: (record: GrantRecord) => Promise<GrantRecord | undefined>,
  ): Promise<StoredGrant | undefined>;
  /** Undefined when it was revoked already, or is not there. */
  revoke(id: string, options: { pendingAtSentry: boolean }): Promise<StoredGrant | undefined>;
  /**
   * Stores what Sentry has rotated to, and ends the lease; undefined when the record has it already or was revoked.
   *
   * @param turn What else changes in the same write.
   */
  saveTokens(
    id: string,
    tokens: SentryTokens,
    secret: Bytes,
    turn?: (record: GrantRecord) => GrantRecord,
  ): Promise<StoredGrant | undefined>;
  markRefused(id: string, sentryGeneration: number): Promise<void>;
  seal(details: GrantDetails, secret: Bytes): Promise<string>;
  unseal(record: GrantRecord, secret: Bytes): Promise<GrantDetails | undefined>;
}

/** Grant records behind compare-and-set: `g:<grant id>`. */
export function createGrants(
  deps: { store: Store; sealer: Sealer; now: () => number; log: Log; codeSeconds: number },
): Grants {
  const { store, sealer, now, log } = deps;
  const keyOf = (id: string) => `g:${id}`;

  function ttlSeconds(record: GrantRecord): number {
    if (record.generation === 0) return deps.codeSeconds;
    const endsAtMs = Math.min(record.idleExpiresAtMs, record.absoluteExpiresAtMs);
    return Math.max(MAX_ACCESS_TOKEN_SECONDS, Math.ceil((endsAtMs - now()) / 1000));
  }

  const grants: Grants = {
    async create(id, record) {
      const version = await store.put(keyOf(id), JSON.stringify(record), {
        ttlSeconds: ttlSeconds(record),
        ifVersion: null,
      });
      return version !== false;
    },

    async read(id) {
      const entry = await store.get(keyOf(id));
      if (!entry) return undefined;
      // Only `create` and `replace` write these keys; a later version's record is one that cannot be read.
      const record = JSON.parse(entry.value) as GrantRecord;
      return record.v === 1 ? { id, record, version: entry.version } : undefined;
    },

    async replace({ id, version }, record) {
      const options = { ttlSeconds: ttlSeconds(record), ifVersion: version };
      const newVersion = await store.put(keyOf(id), JSON.stringify(record), options);
      if (newVersion !== false) return { id, record, version: newVersion };
      log.debug("grant.raced", { grant: id });
      return undefined;
    },

    async change(id, change) {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const grant = await grants.read(id);
        const record = grant && (await change(grant.record));
        if (!grant || !record) return undefined;
        const changed = await grants.replace(grant, record);
        if (changed) return changed;
      }
      throw new StoreUnavailable(`Cannot change a grant: others changed it ${MAX_ATTEMPTS} times meanwhile`);
    },

    revoke: (id, { pendingAtSentry }) =>
      grants.change(id, async (record) => {
        if (record.revoked) return undefined;
        return { ...withoutLease(record), revoked: true, ...(pendingAtSentry && { pendingAtSentry }) };
      }),

    saveTokens: (id, tokens, secret, turn = (record) => record) =>
      grants.change(id, async (record) => {
        const details = record.revoked ? undefined : await grants.unseal(record, secret);
        if (!details || details.sentry.generation >= tokens.generation) return undefined;
        // Whatever else has changed since, only the tokens are replaced.
        const sealed = await grants.seal({ ...details, sentry: tokens }, secret);
        return { ...turn(withoutLease(record)), sealed };
      }),

    async markRefused(id, sentryRefused) {
      await grants.change(
        id,
        async (record) => (record.sentryRefused === sentryRefused ? undefined : { ...record, sentryRefused }),
      );
    },

    seal: (details, secret) => sealer.seal("record", JSON.stringify(details), { secret }),

    async unseal(record, secret) {
      const opened = await sealer.open("record", record.sealed, { secret });
      // Authentic, so it is what `seal` wrote.
      return opened && (JSON.parse(opened.text) as GrantDetails);
    },
  };
  return grants;
}

export function withoutLease(record: GrantRecord): GrantRecord {
  const { lease: _, ...rest } = record;
  return rest;
}

/** @param unsaved What a token of the client carries because the store did not take it. */
export function newestTokens(stored: SentryTokens, unsaved: SentryTokens | undefined): SentryTokens {
  return unsaved && unsaved.generation > stored.generation ? unsaved : stored;
}
