import { randomToken } from "../lib/crypto.ts";
import { guarded } from "./guard.ts";
import type { Store } from "./store.ts";

/** What the driver needs of a Durable Object namespace. */
export interface ObjectNamespace<Id = unknown> {
  idFromName(name: string): Id;
  get(id: Id): { fetch(request: Request): Promise<Response> };
}

/** What an object needs of its state: storage on SQLite, whose key-value side reads and writes at once. */
export interface ObjectState {
  readonly storage: {
    readonly kv: { get(key: string): unknown; put(key: string, value: unknown): void };
    getAlarm(): Promise<number | null>;
    setAlarm(atMs: number): Promise<void>;
    /** The alarm too. */
    deleteAll(): Promise<void>;
  };
}

interface Entry {
  readonly value: string;
  readonly version: string;
  readonly expiresAtMs: number;
}

type Call =
  | { readonly call: "get" | "delete" }
  | {
    readonly call: "put";
    readonly value: string;
    readonly version: string;
    readonly ttlSeconds: number;
    readonly ifVersion?: string | null;
  };

/**
 * One object a key, near to whoever wrote it first. An object answers only once its write is on disk.
 *
 * A put brings its version along and may arrive twice, so that an object that restarts costs nobody a request.
 */
export function createDurableObjectStore(namespace: ObjectNamespace): Store {
  async function ask(key: string, call: Call): Promise<unknown> {
    const attempt = async () => {
      // A stub may be broken for good once a call through it has failed.
      const stub = namespace.get(namespace.idFromName(key));
      const request = new Request("https://store.internal/", { method: "POST", body: JSON.stringify(call) });
      const response = await stub.fetch(request);
      if (!response.ok) throw new Error(`The object answered ${response.status}`);
      return response.json();
    };
    return attempt().catch((error: unknown) => {
      if (!isPassing(error)) throw error;
      return attempt();
    });
  }

  return guarded("the Durable Object", {
    consistency: "linearizable",

    async get(key) {
      // What `StoreObject` answers.
      const entry = (await ask(key, { call: "get" })) as Entry | null;
      return entry && { value: entry.value, version: entry.version };
    },

    async put(key, value, { ttlSeconds, ifVersion }) {
      const version = randomToken();
      const isDone = await ask(key, { call: "put", value, version, ttlSeconds, ifVersion });
      return isDone === true && version;
    },

    async delete(key) {
      await ask(key, { call: "delete" });
    },
  });
}

/** The object was restarted, or moved to another machine, and is there again. One that is overloaded is left alone. */
function isPassing(error: unknown): boolean {
  // What the platform adds to an error that a stub throws.
  const { retryable, durableObjectReset, overloaded } = Object(error) as Record<string, unknown>;
  return (retryable === true || durableObjectReset === true) && overloaded !== true;
}

const ENTRY = "entry";

/**
 * The object behind one key; its own clock ends the lifetime. What it does between two waits nobody sees half done,
 * neither another request nor a crash: that makes a conditional put atomic.
 */
export class StoreObject {
  readonly #storage: ObjectState["storage"];

  constructor(state: ObjectState) {
    this.#storage = state.storage;
  }

  async fetch(request: Request): Promise<Response> {
    // Nobody but the driver has the binding.
    const call = (await request.json()) as Call;
    if (call.call === "get") return Response.json(this.#live() ?? null);
    if (call.call === "put") return Response.json(await this.#put(call));
    await this.#storage.deleteAll();
    return Response.json(null);
  }

  /** At the end of a lifetime, or of one that was lengthened since. */
  async alarm(): Promise<void> {
    const entry = this.#live();
    if (entry) await this.#storage.setAlarm(entry.expiresAtMs);
    else await this.#storage.deleteAll();
  }

  async #put({ value, version, ttlSeconds, ifVersion }: Call & { call: "put" }): Promise<boolean> {
    const alarm = await this.#storage.getAlarm();
    const held = this.#live();
    if (held?.version === version) return true;
    if (ifVersion !== undefined && (held?.version ?? null) !== ifVersion) return false;
    const expiresAtMs = Math.ceil(Date.now() + ttlSeconds * 1000);
    this.#storage.kv.put(ENTRY, { value, version, expiresAtMs } satisfies Entry);
    // One row less to write: an alarm that is set comes too early for a longer lifetime, and looks again.
    if (alarm === null) await this.#storage.setAlarm(expiresAtMs);
    return true;
  }

  #live(): Entry | undefined {
    // Only `#put` writes it.
    const entry = this.#storage.kv.get(ENTRY) as Entry | undefined;
    return entry && entry.expiresAtMs > Date.now() ? entry : undefined;
  }
}
