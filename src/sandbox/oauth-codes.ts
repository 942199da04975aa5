import { randomBytes, toHex } from "../lib/crypto.ts";

const CODE_LIFETIME_MS = 600_000;
const MAX_CODES = 1000;

/** What an authorization code stands for. */
export interface Grant {
  readonly login: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  /** PKCE S256. */
  readonly challenge?: string | undefined;
}

/** Codes are single-use and need not outlive a restart. */
export class Codes {
  readonly #now: () => number;
  readonly #rows = new Map<string, { grant: Grant; expiresAtMs: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(grant: Grant): string {
    const code = toHex(randomBytes(32));
    this.#rows.set(code, { grant, expiresAtMs: this.#now() + CODE_LIFETIME_MS });
    const [oldest] = this.#rows.keys();
    if (this.#rows.size > MAX_CODES && oldest) this.#rows.delete(oldest);
    return code;
  }

  /** Whatever comes of it, the code is spent. */
  redeem(code: string): Grant | undefined {
    const row = this.#rows.get(code);
    this.#rows.delete(code);
    return row && row.expiresAtMs > this.#now() ? row.grant : undefined;
  }

  clear(): void {
    this.#rows.clear();
  }
}
