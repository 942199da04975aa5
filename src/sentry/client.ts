import { joinSignals } from "../lib/signal.ts";
import { errorOf, parseJson, readText } from "./answer.ts";
import type { Credential } from "./credential.ts";
import { SentryError } from "./error.ts";
import { nextCursor } from "./page.ts";
import { apiUrl, type Query } from "./path.ts";
import type { SentryService } from "./service.ts";

interface Call {
  /** One of the service's bases. */
  readonly base: string;
  /** Below `/api/0/`. */
  readonly path: readonly string[];
  readonly query?: Query;
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly body?: unknown;
}

interface Answer {
  readonly data: unknown;
  readonly cursor?: string;
}

/** Sends calls for one request with one credential. */
export interface SentryClient {
  readonly service: SentryService;
  readonly credential: Credential;
  send(call: Call): Promise<Answer>;
}

export function createSentryClient(
  options: { service: SentryService; credential: Credential; signal: AbortSignal },
): SentryClient {
  const { service, credential, signal } = options;
  const { limits } = service;
  const deadlineMs = service.now() + limits.budgetMs;
  const slot = createSlots(limits.concurrency);
  /** Reads of this request by URL; forgotten at the first write. */
  const reads = new Map<string, Promise<Answer>>();
  let token = credential.token;
  let renewal: Promise<string | undefined> | undefined;

  async function send(call: Call): Promise<Answer> {
    if (!service.bases.includes(call.base)) {
      throw new SentryError("invalid", `"${call.base}" is not the configured Sentry`);
    }
    const url = apiUrl(call.base, call.path, call.query);
    if ((call.method ?? "GET") !== "GET") {
      reads.clear();
      return slot(() => renewed(() => attempt(url, call)));
    }
    const known = reads.get(url);
    if (known) return known;
    const read = slot(() => renewed(() => repeated(() => attempt(url, call))));
    reads.set(url, read);
    return read;
  }

  /** Once more with a newer token of the same grant, when there is one. */
  async function renewed(ask: () => Promise<Answer>): Promise<Answer> {
    const used = token;
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof SentryError) || error.kind !== "unauthorized") throw error;
      if (token === used) {
        renewal ??= credential.renew?.() ?? Promise.resolve(undefined);
        token = (await renewal) ?? token;
      }
      if (token === used) throw error;
      return ask();
    }
  }

  async function repeated(ask: () => Promise<Answer>): Promise<Answer> {
    for (let tried = 1;; tried++) {
      try {
        return await ask();
      } catch (error) {
        const waitMs = tried < limits.attempts ? backOffMs(error, tried) : undefined;
        if (waitMs === undefined || waitMs > Math.min(limits.longestWaitMs, deadlineMs - service.now())) {
          throw error;
        }
        await service.sleep(waitMs, signal);
      }
    }
  }

  async function attempt(url: string, call: Call): Promise<Answer> {
    signal.throwIfAborted();
    const timeout = new AbortController();
    const leftMs = Math.min(limits.attemptMs, deadlineMs - service.now());
    const timer = setTimeout(() => timeout.abort(), Math.max(leftMs, 0));
    const joined = joinSignals(signal, timeout.signal);
    try {
      // Not every fetch minds its signal to the last byte of the body, so it is raced as well.
      return await Promise.race([
        exchange(requestOf(url, call, joined), call.path.join("/")),
        aborted(joined),
      ]);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SentryError) throw error;
      const doubt = call.method === undefined || call.method === "GET"
        ? ""
        : "; the change may have been made";
      if (timeout.signal.aborted) {
        throw new SentryError("unavailable", `Sentry did not answer in time${doubt}`);
      }
      // The platform's own words may hold the address of an inner host, so they stay in the log.
      service.log.warn("sentry_unreachable", { error: String(error) });
      throw new SentryError("unavailable", `Sentry cannot be reached${doubt}`);
    } finally {
      clearTimeout(timer);
    }
  }

  async function exchange(request: Request, what: string): Promise<Answer> {
    // Workers' fetch refuses to be called as a method of something else.
    const { fetch } = service;
    const response = await fetch(request);
    const data = parseJson(await readText(response, limits.bodyBytes));
    if (!response.ok) throw errorOf(response, data, what);
    if (data === undefined) {
      throw new SentryError("bad_answer", "Sentry's answer is not JSON", { status: response.status });
    }
    return { data, cursor: nextCursor(response.headers.get("link")) };
  }

  function requestOf(url: string, call: Call, joined: AbortSignal): Request {
    const headers = new Headers({
      accept: "application/json",
      authorization: `Bearer ${token}`,
      "user-agent": service.userAgent,
    });
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    if (body !== undefined) headers.set("content-type", "application/json");
    return new Request(url, {
      method: call.method ?? "GET",
      headers,
      body,
      redirect: "manual",
      signal: joined,
    });
  }

  return { service, credential, send };
}

/** Undefined: asking again will not help. */
function backOffMs(error: unknown, tried: number): number | undefined {
  if (!(error instanceof SentryError)) return undefined;
  if (error.kind !== "rate_limited" && error.kind !== "unavailable") return undefined;
  if (error.retryAfterSeconds !== undefined) return error.retryAfterSeconds * 1000;
  // Half of it by chance, so that clients turned away together do not come back together.
  return 250 * 2 ** tried * (0.5 + Math.random() / 2);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Lets so many tasks run at a time; the others wait their turn. */
function createSlots(count: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = count;
  return async (task) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
