import { describe, expect, it } from "vitest";
import { guarded } from "../../src/store/guard.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { MAX_VALUE_BYTES, type Store, StoreUnavailable, UnstorableValue } from "../../src/store/store.ts";

const LIMIT_MS = 20;

type Call = "get" | "put" | "delete";
const CALLS: readonly Call[] = ["get", "put", "delete"];

/** A driver whose every call does the same. */
function engine(answer: () => Promise<never>): Store {
  return { consistency: "best-effort", get: answer, put: answer, delete: answer };
}

async function failureOf(store: Store, call: Call): Promise<unknown> {
  const calls = {
    get: () => store.get("g:key"),
    put: () => store.put("g:key", "value", { ttlSeconds: 60 }),
    delete: () => store.delete("g:key"),
  };
  return calls[call]().then((result) => ({ result }), (error: unknown) => error);
}

describe("guarded()", () => {
  it("hands calls and answers through", async () => {
    const store = guarded("the engine", createMemoryStore({ now: () => 0 }));

    const version = await store.put("g:key", "one", { ttlSeconds: 60, ifVersion: null });

    expect(await store.put("g:key", "two", { ttlSeconds: 60, ifVersion: null })).toBe(false);
    expect(await store.get("g:key")).toEqual({ value: "one", version });
    await store.delete("g:key");
    expect(await store.get("g:key")).toBeNull();
  });

  it("keeps what the driver says of its consistency", () => {
    expect(guarded("the engine", engine(() => Promise.reject())).consistency).toBe("best-effort");
  });

  it.each(CALLS)("gives up a %s that is never answered", async (call) => {
    const store = guarded("the engine", engine(() => new Promise(() => {})), { limitMs: LIMIT_MS });

    const failure = await failureOf(store, call);

    expect(failure).toBeInstanceOf(StoreUnavailable);
    expect(failure).toMatchObject({ message: "Cannot reach the engine: no answer in 20 ms" });
  });

  it.each(CALLS)("makes what a %s fails with a StoreUnavailable, and keeps its cause", async (call) => {
    const cause = new TypeError("connection reset");
    const store = guarded("the engine", engine(() => Promise.reject(cause)));

    const failure = await failureOf(store, call);

    expect(failure).toBeInstanceOf(StoreUnavailable);
    expect(failure).toMatchObject({ message: "Cannot reach the engine", cause });
  });

  it.each(CALLS)("does the same where a driver throws at once in its %s", async (call) => {
    const cause = new Error("closed");
    const store = guarded(
      "the engine",
      engine(() => {
        throw cause;
      }),
    );

    expect(await failureOf(store, call)).toMatchObject({ name: "StoreUnavailable", cause });
  });

  it("leaves a driver's own StoreUnavailable as it is", async () => {
    const own = new StoreUnavailable("Cannot store: full");
    const store = guarded("the engine", engine(() => Promise.reject(own)));

    expect(await failureOf(store, "put")).toBe(own);
  });

  it.each<[what: string, value: string, problem: string]>([
    ["a NUL", "se\0cret", "Cannot store under g:…: the value has a NUL"],
    ["half a surrogate pair", "secret\udd0d", "Cannot store under g:…: the value has half a surrogate pair"],
    [
      "more bytes than fit",
      "\u20ac".repeat(MAX_VALUE_BYTES / 2),
      "Cannot store under g:…: 49152 bytes, of 32768 at most",
    ],
  ])("refuses %s before the engine sees it, without repeating it", async (_, value, problem) => {
    let asked = 0;
    const count = async (): Promise<never> => {
      asked += 1;
      throw new Error("not asked");
    };
    const store = guarded("the engine", engine(count));

    const put = store.put("g:secret", value, { ttlSeconds: 60 });

    await expect(put).rejects.toThrow(new UnstorableValue(problem));
    expect(asked).toBe(0);
  });
});
