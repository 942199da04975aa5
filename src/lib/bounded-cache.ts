/** A map that forgets its oldest entry beyond `limit`, and entries past their expiry when asked for them. */
export class BoundedCache<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly expiresAtMs: number }>();
  readonly #limit: number;
  readonly #now: () => number;

  constructor(options: { limit: number; now: () => number }) {
    this.#limit = options.limit;
    this.#now = options.now;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (entry.expiresAtMs > this.#now()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  set(key: string, value: Value, options: { expiresAtMs: number }): void {
    // Deleted first, so that an entry written again counts as new.
    this.#entries.delete(key);
    this.#entries.set(key, { value, expiresAtMs: options.expiresAtMs });
    if (this.#entries.size <= this.#limit) return;
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
