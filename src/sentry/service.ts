import { BoundedCache } from "../lib/bounded-cache.ts";
import type { Log } from "../lib/log.ts";

/** How long things may take, and how much they may bring. */
export interface Limits {
  /** One attempt, body included. */
  readonly attemptMs: number;
  /**
   * Everything one request may spend on Sentry, or may spend between two words to its client: many clients give up
   * soon after 20 s without one.
   */
  readonly budgetMs: number;
  /** Of one read; a write is sent once. */
  readonly attempts: number;
  /** A longer `Retry-After` than this is not waited for. */
  readonly longestWaitMs: number;
  readonly bodyBytes: number;
  /** Calls of one request that run at the same time. */
  readonly concurrency: number;
}

const LIMITS: Limits = {
  attemptMs: 9000,
  budgetMs: 18_000,
  attempts: 3,
  longestWaitMs: 5000,
  bodyBytes: 12 * 1024 * 1024,
  concurrency: 6,
};

/** What all requests share: where Sentry is, and what was learned about it. */
export interface SentryService {
  /** The configured base, without a trailing slash. */
  readonly url: string;
  /** Every base that a token may be sent to, `url` first. */
  readonly bases: readonly string[];
  readonly userAgent: string;
  readonly limits: Limits;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly log: Log;
  /** Organization slug → base of its region. */
  readonly regions: BoundedCache<string>;
  /** Credential, organization and project → project id. */
  readonly projectIds: BoundedCache<string>;
  /** Features that a Sentry was seen to lack (`older-version.ts`). */
  readonly lacking: BoundedCache<true>;
}

/** @see https://docs.sentry.io/api/ (data storage locations) */
const SAAS_REGIONS = ["https://us.sentry.io", "https://de.sentry.io"];

export function createSentryService(options: {
  url: string;
  regionUrls: readonly string[];
  fetch: (request: Request) => Promise<Response>;
  now: () => number;
  log: Log;
  version: string;
  limits?: Partial<Limits>;
  /** For tests. */
  sleep?: SentryService["sleep"];
}): SentryService {
  const url = withoutSlash(options.url);
  const regions = new URL(url).host === "sentry.io" ? SAAS_REGIONS : [];
  return {
    url,
    bases: [...new Set([url, ...options.regionUrls.map(withoutSlash), ...regions])],
    userAgent: `sentry-mcp-edge/${options.version}`,
    limits: { ...LIMITS, ...options.limits },
    fetch: options.fetch,
    now: options.now,
    sleep: options.sleep ?? sleep,
    log: options.log,
    regions: new BoundedCache({ now: options.now, limit: 1000 }),
    projectIds: new BoundedCache({ now: options.now, limit: 5000 }),
    lacking: new BoundedCache({ now: options.now, limit: 1000 }),
  };
}

/** The base that this URL means, if a token may be sent there. */
export function allowedBase(service: SentryService, url: string): string | undefined {
  const wanted = withoutSlash(url);
  return service.bases.find((base) => base === wanted);
}

const withoutSlash = (url: string) => url.replace(/\/+$/, "");

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
