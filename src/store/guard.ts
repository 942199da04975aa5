import { withinTime } from "../lib/time-limit.ts";
import { MAX_VALUE_BYTES, type Store, StoreUnavailable, UnstorableValue } from "./store.ts";

/** A person waits for the answer, and the callers of this have their own limits at about this length. */
const LIMIT_MS = 3000;

/**
 * What every driver owes its callers, in one place: no call takes longer than the limit, whatever an engine throws
 * is a `StoreUnavailable`, and a value that one of the engines would cut or refuse is refused by all.
 *
 * @param engine As an error names it: "Redis", "the SQLite file".
 */
export function guarded(engine: string, driver: Store, { limitMs = LIMIT_MS } = {}): Store {
  const late = (): never => {
    throw new StoreUnavailable(`Cannot reach ${engine}: no answer in ${limitMs} ms`);
  };

  async function attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await withinTime(work(), { limitMs, late });
    } catch (cause) {
      if (cause instanceof StoreUnavailable || cause instanceof UnstorableValue) throw cause;
      throw new StoreUnavailable(`Cannot reach ${engine}`, { cause });
    }
  }

  return {
    consistency: driver.consistency,
    get: (key) => attempt(() => driver.get(key)),
    async put(key, value, options) {
      checkValue(key, value);
      return attempt(() => driver.put(key, value, options));
    },
    delete: (key) => attempt(() => driver.delete(key)),
  };
}

const encoder = new TextEncoder();

/** UTF-8 has no form for it, and what comes back would be another text. */
const HALF_PAIR = /\p{Surrogate}/u;

function checkValue(key: string, value: string): void {
  const kind = key.slice(0, 2);
  if (value.includes("\0")) throw new UnstorableValue(`Cannot store under ${kind}…: the value has a NUL`);
  if (HALF_PAIR.test(value)) {
    throw new UnstorableValue(`Cannot store under ${kind}…: the value has half a surrogate pair`);
  }
  // Text has at most three bytes a unit, so most values need no counting.
  if (value.length * 3 <= MAX_VALUE_BYTES) return;
  const { length } = encoder.encode(value);
  if (length > MAX_VALUE_BYTES) {
    throw new UnstorableValue(
      `Cannot store under ${kind}…: ${length} bytes, of ${MAX_VALUE_BYTES} at most`,
    );
  }
}
