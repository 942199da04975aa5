import { fingerprint, toBytes } from "../lib/crypto.ts";
import { pause } from "../lib/pause.ts";
import type { SkillId } from "../lib/skills.ts";
import type { Constraint } from "../sentry/constraint.ts";
import { StoreUnavailable } from "../store/store.ts";
import type { OAuthDeps } from "./context.ts";
import type { Grants } from "./grant.ts";

/** A grant as a person is shown it. */
export interface GrantSummary {
  readonly grantId: string;
  readonly clientName: string;
  readonly redirectHost: string;
  readonly skills: readonly SkillId[];
  readonly readOnly: boolean;
  readonly constraint: Pick<Constraint, "organizationSlug" | "projectSlug">;
  readonly createdAtMs: number;
}

export interface GrantIndex {
  /** Before the grant's own record: a crash between leaves an entry without a grant, never the other way round. */
  add(user: string, summary: GrantSummary): Promise<void>;
  /** Newest first; may name grants that have ended, or never came to be. */
  list(user: string): Promise<readonly GrantSummary[]>;
  remove(user: string, grantIds: readonly string[]): Promise<void>;
}

const MAX_GRANTS = 50;

/** Sealed and in base64url it has to stay below the 32 kB that a store takes. */
const MAX_BYTES = 23_000;

/** Each round of a race has a winner; whoever loses waits a while by chance, so that it is not always the same. */
const MAX_ATTEMPTS = 50;
const MAX_PAUSE_MS = 400;

/** The record of a grant this young may be on its way, so that its absence says nothing. */
const SETTLED_AFTER_MS = 600_000;

export function isSettled({ createdAtMs }: GrantSummary, nowMs: number): boolean {
  return createdAtMs + SETTLED_AFTER_MS <= nowMs;
}

/** The newest grants of each user, `u:<hash of the user>`: the only way from a person to grants. */
export function createGrantIndex(
  deps: Pick<OAuthDeps, "config" | "store" | "sealer" | "now" | "sleep"> & { grants: Grants },
): GrantIndex {
  const { config, store, sealer, now, grants, sleep = pause } = deps;
  const ttlSeconds = config.ttl.refreshAbsoluteSeconds;
  // The same id at another Sentry is another person.
  const ownerOf = (user: string) => fingerprint(`${config.sentry.url}\0${user}`);

  async function read(owner: string): Promise<{ entries: readonly GrantSummary[]; version: string | null }> {
    const stored = await store.get(`u:${owner}`);
    if (!stored) return { entries: [], version: null };
    // Sealed for its owner: moved to another's place in the store, it does not open.
    const opened = await sealer.open("index", stored.value, { secret: toBytes(owner) });
    // Authentic, so it is what `change` wrote. What does not open was sealed under a key that is gone.
    return {
      entries: opened ? (JSON.parse(opened.text) as GrantSummary[]) : [],
      version: stored.version,
    };
  }

  async function change(
    user: string,
    edit: (entries: readonly GrantSummary[]) => Promise<readonly GrantSummary[]>,
  ): Promise<void> {
    const owner = await ownerOf(user);
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const { entries, version } = await read(owner);
      const edited = await edit(entries);
      if (edited === entries) return;
      const value = await sealer.seal("index", JSON.stringify(fit(edited)), { secret: toBytes(owner) });
      if ((await store.put(`u:${owner}`, value, { ttlSeconds, ifVersion: version })) !== false) return;
      await sleep(Math.random() * Math.min(2 ** attempt, MAX_PAUSE_MS));
    }
    throw new StoreUnavailable(`Cannot change an index: others changed it ${MAX_ATTEMPTS} times meanwhile`);
  }

  /** Looked at only when there is no room left: what has ended goes before what lives. */
  async function withoutEnded(entries: readonly GrantSummary[]): Promise<GrantSummary[]> {
    const isKept = await Promise.all(entries.map(async (entry) => {
      const grant = await grants.read(entry.grantId);
      return grant ? !grant.record.revoked : !isSettled(entry, now());
    }));
    return entries.filter((_, at) => isKept[at]);
  }

  return {
    add: (user, summary) =>
      change(user, async (known) => {
        if (known.some(({ grantId }) => grantId === summary.grantId)) return known;
        const all = [summary, ...known];
        return all.length > MAX_GRANTS ? withoutEnded(all) : all;
      }),

    list: async (user) => (await read(await ownerOf(user))).entries,

    remove: (user, grantIds) =>
      change(user, async (known) => {
        const left = known.filter(({ grantId }) => !grantIds.includes(grantId));
        return left.length === known.length ? known : left;
      }),
  };
}

function fit(entries: readonly GrantSummary[]): readonly GrantSummary[] {
  const kept = entries.slice(0, MAX_GRANTS);
  while (toBytes(JSON.stringify(kept)).length > MAX_BYTES) kept.pop();
  return kept;
}
