import { createMemoryStore } from "../../src/store/memory.ts";
import { type Store, StoreUnavailable } from "../../src/store/store.ts";

/** A memory store that can be made to fail. */
export function createUnreliableStore(now: () => number) {
  const store = createMemoryStore({ now });
  const state = {
    /** Decides, write by write, whether it fails; "after": it is done all the same, but nobody hears of it. */
    failsPut: (_value: string): boolean | "after" => false,
    failsGet: (): boolean => false,
  };
  const unreliable: Store = {
    ...store,
    async get(key) {
      if (state.failsGet()) throw new StoreUnavailable("Down for a moment");
      return store.get(key);
    },
    async put(key, value, options) {
      const fails = state.failsPut(value);
      if (fails === true) throw new StoreUnavailable("Down for a moment");
      const version = await store.put(key, value, options);
      if (fails === "after") throw new StoreUnavailable("Down for a moment");
      return version;
    },
  };
  return { store: unreliable, state };
}
