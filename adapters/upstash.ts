// Not the package's main entry, which looks for more of `process` than edge runtimes have.
import { Redis } from "@upstash/redis/cloudflare";
import type { UpstashSettings } from "../src/lib/store-settings.ts";
import { createUpstashStore } from "../src/store/upstash.ts";
import type { Store } from "../src/store/store.ts";

/** Twice this, because the driver asks again, ends before the driver's own limit. */
const REQUEST_LIMIT_MS = 1300;
const BACK_OFF_MS = [40, 80];

export interface OpenUpstash {
  readonly store: Store;
  /** Host and port, without the token. */
  readonly where: string;
}

/** Wherever there is `fetch`. Nothing is sent before the first call. */
export function openUpstash({ url, token }: UpstashSettings): OpenUpstash {
  const client = new Redis({
    url,
    token,
    // Text stays text, also where it looks like JSON or begins with a byte order mark.
    automaticDeserialization: false,
    responseEncoding: false,
    // Workers must not hang one request's answer on another's.
    enableAutoPipelining: false,
    enableTelemetry: false,
    retry: { retries: BACK_OFF_MS.length, backoff: (retries) => BACK_OFF_MS[retries] ?? 0 },
    signal: () => AbortSignal.timeout(REQUEST_LIMIT_MS),
  });
  return { store: createUpstashStore(client), where: new URL(url).host };
}
