// A Worker with the drivers of Cloudflare's stores on their real bindings, for `remoteStore()`: POST /objects and
// POST /kv are stores; /observed and /break?key= reach behind the driver, to the object of one key.
import {
  createDurableObjectStore,
  type ObjectNamespace,
  type ObjectState,
  StoreObject,
} from "../../src/store/durable-object.ts";
import { createWorkersKvStore, type KeyValueNamespace } from "../../src/store/workers-kv.ts";
import { serveStore } from "./store-server.ts";

interface Env {
  readonly STORE_OBJECTS: ObjectNamespace;
  readonly STORE_KV: KeyValueNamespace;
}

interface ObservedState extends ObjectState {
  readonly storage: ObjectState["storage"] & {
    readonly kv: { list(): Iterable<unknown> };
    sync(): Promise<void>;
  };
  abort(reason: string): void;
}

export interface Observed {
  readonly entries: number;
  readonly alarmAtMs: number | null;
  readonly alarmsSet: number;
}

/** What an object does with the calls after `/break`: restarts before it answers (once), fails, or stalls. */
export type Fault = "restart" | "failure" | "stall";

/** The object of `src`, which also tells what it keeps, and breaks when a test asks for it. */
export class ObservedObject extends StoreObject {
  readonly #state: ObservedState;
  #alarmsSet = 0;
  #fault: Fault | undefined;

  constructor(state: ObservedState) {
    const { storage } = state;
    const setAlarm = storage.setAlarm.bind(storage);
    storage.setAlarm = (atMs) => {
      this.#alarmsSet += 1;
      return setAlarm(atMs);
    };
    super(state);
    this.#state = state;
  }

  override async fetch(request: Request): Promise<Response> {
    const { storage } = this.#state;
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/observed") {
      const entries = [...storage.kv.list()].length;
      const alarmAtMs = await storage.getAlarm();
      return Response.json({ entries, alarmAtMs, alarmsSet: this.#alarmsSet } satisfies Observed);
    }
    if (pathname === "/break") {
      // What the test has typed.
      this.#fault = searchParams.get("by") as Fault;
      return new Response();
    }
    if (this.#fault === "failure") throw new Error("broken");
    if (this.#fault === "stall") await new Promise((resolve) => setTimeout(resolve, 5000));
    const answer = await super.fetch(request);
    if (this.#fault === "restart") {
      await storage.sync();
      this.#state.abort("restarted");
    }
    return answer;
  }
}

let objects: ReturnType<typeof serveStore> | undefined;
let kv: ReturnType<typeof serveStore> | undefined;

// oxlint-disable-next-line import/no-default-export -- what workerd calls
export default {
  async fetch(request: Request, { STORE_OBJECTS, STORE_KV }: Env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/objects") {
      objects ??= serveStore(() => createDurableObjectStore(STORE_OBJECTS));
      return objects(request);
    }
    if (pathname === "/kv") {
      const now = (skewSeconds: number) => () => Date.now() + skewSeconds * 1000;
      kv ??= serveStore((skewSeconds) => createWorkersKvStore(STORE_KV, { now: now(skewSeconds) }));
      return kv(request);
    }
    const stub = STORE_OBJECTS.get(STORE_OBJECTS.idFromName(searchParams.get("key") ?? ""));
    return stub.fetch(request);
  },
};
