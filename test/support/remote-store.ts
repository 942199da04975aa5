import { type Store, StoreUnavailable, UnstorableValue } from "../../src/store/store.ts";
import type { StoreCall } from "./store-server.ts";

/** A `Store` whose driver runs in another runtime, behind `serveStore()`. Its errors keep their types. */
export function remoteStore(
  url: string,
  options: { consistency: Store["consistency"]; skewSeconds?: number },
): Store {
  async function ask(asked: StoreCall): Promise<unknown> {
    const response = await fetch(url, {
      method: "POST",
      headers: { "x-clock-skew-seconds": String(options.skewSeconds ?? 0) },
      body: JSON.stringify(asked),
      signal: AbortSignal.timeout(20_000),
    });
    const answer = (await response.json()) as {
      result?: unknown;
      consistency?: string;
      error?: { name: string; message: string };
    };
    if (answer.error?.name === "StoreUnavailable") throw new StoreUnavailable(answer.error.message);
    if (answer.error?.name === "UnstorableValue") throw new UnstorableValue(answer.error.message);
    if (answer.error) throw new Error(`${answer.error.name}: ${answer.error.message}`);
    if (answer.consistency !== options.consistency) {
      throw new Error(`Expected a ${options.consistency} store, got ${answer.consistency}`);
    }
    return answer.result;
  }

  return {
    consistency: options.consistency,
    // What the server's store answered, which has these types.
    get: async (key) => (await ask({ call: "get", key })) as Awaited<ReturnType<Store["get"]>>,
    put: async (key, value, putOptions) =>
      (await ask({ call: "put", key, value, options: putOptions })) as Awaited<ReturnType<Store["put"]>>,
    delete: async (key) => {
      await ask({ call: "delete", key });
    },
  };
}
