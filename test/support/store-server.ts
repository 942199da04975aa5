import type { Store } from "../../src/store/store.ts";

/** One call of a `Store`, as JSON between a test and the runtime that the driver belongs to. */
export type StoreCall =
  | { readonly call: "get" | "delete"; readonly key: string }
  | {
    readonly call: "put";
    readonly key: string;
    readonly value: string;
    readonly options: Parameters<Store["put"]>[2];
  };

/**
 * Answers `remoteStore()` (`remote-store.ts`) from inside a runtime; web standards only.
 *
 * @param open Gives the driver for a clock that is this much ahead of the machine's.
 */
export function serveStore(open: (skewSeconds: number) => Store): (request: Request) => Promise<Response> {
  const opened = new Map<number, Store>();
  return async (request) => {
    const skewSeconds = Number(request.headers.get("x-clock-skew-seconds") ?? "0");
    const store = opened.get(skewSeconds) ?? open(skewSeconds);
    opened.set(skewSeconds, store);
    try {
      const asked = (await request.json()) as StoreCall;
      return Response.json({ result: (await answer(store, asked)) ?? null, consistency: store.consistency });
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      return Response.json({ error: { name, message } });
    }
  };
}

function answer(store: Store, asked: StoreCall): Promise<unknown> {
  if (asked.call === "put") return store.put(asked.key, asked.value, asked.options);
  return store[asked.call](asked.key);
}
