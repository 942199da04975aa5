import type { Json, Triage } from "./world/model.ts";
import { historyOf } from "./world/histories.ts";
import { ISSUES } from "./world/issues.ts";
import type { WorldIssue } from "./world/issues.ts";

/** Where the one snapshot lives: a file in the demo, memory in tests. */
export interface SandboxStorage {
  read(): string | undefined;
  write(text: string): void;
}

/** An OAuth grant, whose two tokens change in place, or a personal token. */
export interface TokenRow {
  readonly kind: "oauth" | "personal";
  readonly access: string;
  readonly refresh?: string | undefined;
  readonly login: string;
  readonly scopes: readonly string[];
  readonly expiresAtMs?: number | undefined;
}

/** What a browser has approved before. */
interface Approval {
  readonly login: string;
  readonly scopes: readonly string[];
}

export interface Activity {
  readonly id: string;
  readonly issueId: string;
  readonly type: string;
  readonly data: Json;
  readonly login: string;
  readonly atMs: number;
}

interface Snapshot {
  readonly version: 1;
  readonly seededAtMs: number;
  readonly tokens: readonly TokenRow[];
  readonly approvals: readonly (readonly [string, Approval])[];
  readonly triage: readonly (readonly [string, Triage])[];
  readonly activity: readonly Activity[];
}

/** A snapshot is written whole, so what visitors can add to it is bounded: the oldest goes. */
const MAX_TOKENS = 2000;
const MAX_APPROVALS = 200;
const MAX_ACTIVITY = 2000;

const MINUTE_MS = 60_000;

/** Everything of the sandbox that changes; every change is written through before its answer is sent. */
export class State {
  readonly #storage: SandboxStorage;
  readonly #now: () => number;
  #seededAtMs = 0;
  /** By access token. */
  #tokens = new Map<string, TokenRow>();
  /** By session id. */
  #approvals = new Map<string, Approval>();
  /** By issue id. */
  #triage = new Map<string, Triage>();
  #activity: Activity[] = [];

  constructor(storage: SandboxStorage, now: () => number) {
    this.#storage = storage;
    this.#now = now;
    const snapshot = parseSnapshot(storage.read());
    if (!snapshot) {
      this.reset();
      return;
    }
    this.#seededAtMs = snapshot.seededAtMs;
    this.#tokens = new Map(snapshot.tokens.map((row) => [row.access, row]));
    this.#approvals = new Map(snapshot.approvals);
    this.#triage = new Map(snapshot.triage);
    this.#activity = [...snapshot.activity];
  }

  /** The world's present: times in it are relative to this. */
  get seededAtMs(): number {
    return this.#seededAtMs;
  }

  reset(): void {
    this.#seededAtMs = Math.floor(this.#now() / MINUTE_MS) * MINUTE_MS;
    this.#tokens = new Map();
    this.#approvals = new Map();
    this.#triage = new Map();
    this.#activity = ISSUES.flatMap((issue) => seededNotes(issue, this.#seededAtMs));
    this.#save();
  }

  tokens(): readonly TokenRow[] {
    return [...this.#tokens.values()];
  }

  tokenByAccess(access: string): TokenRow | undefined {
    return this.#tokens.get(access);
  }

  tokenByRefresh(refresh: string): TokenRow | undefined {
    return this.tokens().find((row) => row.refresh === refresh);
  }

  /** Removes one row, adds another, or exchanges them, in one write. */
  changeToken(change: { remove?: TokenRow | undefined; add?: TokenRow }): void {
    if (change.remove) this.#tokens.delete(change.remove.access);
    if (change.add) this.#tokens.set(change.add.access, change.add);
    dropOldest(this.#tokens, MAX_TOKENS);
    this.#save();
  }

  approval(session: string): Approval | undefined {
    return this.#approvals.get(session);
  }

  approve(session: string, approval: Approval): void {
    this.#approvals.delete(session);
    this.#approvals.set(session, approval);
    dropOldest(this.#approvals, MAX_APPROVALS);
    this.#save();
  }

  triageOf(issue: WorldIssue): Triage {
    return this.#triage.get(issue.id) ?? issue.seed;
  }

  /** Oldest first. */
  activityOf(issue: WorldIssue): readonly Activity[] {
    const since = this.#activity.filter(({ issueId }) => issueId === issue.id);
    return [...seededHistory(issue, this.#seededAtMs), ...since].toSorted((a, b) => a.atMs - b.atMs);
  }

  /** Records what someone did to an issue. */
  act(
    issue: WorldIssue,
    change: { login: string; triage?: Triage; events: readonly [string, Json][] },
  ): Activity[] {
    if (change.triage) this.#triage.set(issue.id, change.triage);
    const atMs = this.#now();
    const before = Number(this.#activity.at(-1)?.id ?? FIRST_ACTIVITY_ID);
    const added = change.events.map(([type, data], index): Activity => ({
      id: String(before + index + 1),
      issueId: issue.id,
      type,
      data,
      login: change.login,
      atMs,
    }));
    this.#activity = [...this.#activity, ...added].slice(-MAX_ACTIVITY);
    this.#save();
    return added;
  }

  #save(): void {
    const snapshot: Snapshot = {
      version: 1,
      seededAtMs: this.#seededAtMs,
      tokens: this.tokens(),
      approvals: [...this.#approvals],
      triage: [...this.#triage],
      activity: this.#activity,
    };
    this.#storage.write(JSON.stringify(snapshot));
  }
}

const FIRST_ACTIVITY_ID = 90_000;

function seededNotes(issue: WorldIssue, nowMs: number): Activity[] {
  return (issue.seed.notes ?? []).map(({ login, text, hoursAgo }, index) => ({
    id: String(Number(issue.id) * 10 + index),
    issueId: issue.id,
    type: "note",
    data: { text },
    login,
    atMs: nowMs - hoursAgo * 60 * MINUTE_MS,
  }));
}

/** Not kept in the snapshot, so that a sandbox that was started before the world grew has it, too. */
function seededHistory(issue: WorldIssue, nowMs: number): Activity[] {
  return historyOf(issue.shortId).map(([type, hoursAgo, login, data], index) => ({
    id: String(Number(issue.id) * 100 + index),
    issueId: issue.id,
    type,
    data,
    login,
    atMs: nowMs - hoursAgo * 60 * MINUTE_MS,
  }));
}

function dropOldest(rows: Map<string, unknown>, limit: number): void {
  for (const key of rows.keys()) {
    if (rows.size <= limit) return;
    rows.delete(key);
  }
}

/** A snapshot that cannot be read is no reason not to start a demo: it starts anew. */
function parseSnapshot(text: string | undefined): Snapshot | undefined {
  if (!text) return undefined;
  try {
    // The sandbox itself wrote it; the version says that it is of this shape.
    const snapshot = JSON.parse(text) as Snapshot;
    return snapshot.version === 1 ? snapshot : undefined;
  } catch {
    return undefined;
  }
}
