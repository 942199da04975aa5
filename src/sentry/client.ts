import { type TraceContext, traceHeaders } from "../lib/trace-context.ts";
import { type FileStart, readAnswer, readFileStart, type Reading } from "./answer.ts";
import type { Credential } from "./credential.ts";
import { SentryError } from "./error.ts";
import { nextCursor } from "./page.ts";
import { apiUrl, type Query, shownPath } from "./path.ts";
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

type Reader<T> = (response: Response, reading: Reading) => Promise<T>;

/** Sends calls for one request with one credential. */
export interface SentryClient {
  readonly service: SentryService;
  readonly credential: Credential;
  send(call: Call): Promise<Answer>;
  /** The first bytes of a file. */
  download(call: Call, options: { mostBytes: number }): Promise<FileStart>;
  /** Waits for what goes on at Sentry: the same read is then sent again. */
  pause(milliseconds: number, options: { renewsBudget: boolean }): Promise<void>;
}

export function createSentryClient(
  options: { service: SentryService; credential: Credential; signal: AbortSignal; trace?: TraceContext },
): SentryClient {
  const { service, credential, signal, trace } = options;
  const { limits } = service;
  let deadlineMs = service.now() + limits.budgetMs;
  const slot = createSlots(limits.concurrency);
  /** Reads of this request by URL; forgotten at the first write. */
  const reads = new Map<string, Promise<Answer>>();
  let token = credential.token;
  let renewal: Promise<string | undefined> | undefined;

  async function send(call: Call): Promise<Answer> {
    const url = urlOf(call);
    const readJson: Reader<Answer> = async (response, reading) => ({
      data: await readAnswer(response, { ...reading, bodyBytes: limits.bodyBytes }),
      cursor: nextCursor(response.headers.get("link")),
    });
    if (!isRead(call)) {
      reads.clear();
      return slot(() => renewed(() => attempt(url, call, readJson)));
    }
    const known = reads.get(url);
    if (known) return known;
    const read = slot(() => renewed(() => repeated(() => attempt(url, call, readJson))));
    reads.set(url, read);
    return read;
  }

  async function download(call: Call, { mostBytes }: { mostBytes: number }): Promise<FileStart> {
    const url = urlOf(call);
    const start: Reader<FileStart> = (response, reading) =>
      readFileStart(response, { ...reading, mostBytes });
    return slot(() => renewed(() => repeated(() => attempt(url, call, start))));
  }

  function urlOf({ base, path, query }: Call): string {
    if (service.bases.includes(base)) return apiUrl(base, path, query);
    throw new SentryError("invalid", `"${base}" is not the configured Sentry`);
  }

  /** Once more with a newer token of the same grant, when there is one. */
  async function renewed<T>(ask: () => Promise<T>): Promise<T> {
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

  async function repeated<T>(ask: () => Promise<T>): Promise<T> {
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

  async function attempt<T>(url: string, call: Call, read: Reader<T>): Promise<T> {
    signal.throwIfAborted();
    const leftMs = Math.min(limits.attemptMs, deadlineMs - service.now());
    if (leftMs <= 0) throw new SentryError("unavailable", "Sentry did not answer in time");
    const end = new AbortController();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      end.abort();
    }, leftMs);
    const follow = () => end.abort(signal.reason);
    signal.addEventListener("abort", follow, { once: true });
    try {
      // Not every fetch minds its signal to the last byte of the body, so it is raced as well.
      return await Promise.race([
        exchange(requestOf(url, call, end.signal), call, read),
        aborted(end.signal),
      ]);
    } catch (error) {
      // Whatever is left of a body that was too long, or of a fetch that minds nothing else.
      end.abort();
      signal.throwIfAborted();
      const problem = !isLate && error instanceof SentryError
        ? error
        : new SentryError("unavailable", `Sentry ${isLate ? "did not answer in time" : "cannot be reached"}`);
      // The platform's own words may hold the address of an inner host, so they stay in the log.
      if (problem !== error) service.log.warn("sentry_unreachable", { error: String(error) });
      throw isRead(call) ? problem : inDoubt(problem);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", follow);
    }
  }

  async function exchange<T>(request: Request, call: Call, read: Reader<T>): Promise<T> {
    // Workers' fetch refuses to be called as a method of something else.
    const { fetch } = service;
    const secret = token;
    const response = await fetch(request);
    try {
      return await read(response, { what: shownPath(call.path), secret });
    } catch (error) {
      if (error instanceof SentryError) throw error;
      service.log.warn("sentry_broke_off", { error: String(error) });
      throw new SentryError("unavailable", "Sentry's answer broke off", { status: response.status });
    }
  }

  function requestOf(url: string, call: Call, signal: AbortSignal): Request {
    const headers = new Headers({
      accept: "application/json",
      authorization: `Bearer ${token}`,
      "user-agent": service.userAgent,
      ...(trace && traceHeaders(trace)),
    });
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    if (body !== undefined) headers.set("content-type", "application/json");
    return new Request(url, {
      method: call.method ?? "GET",
      headers,
      body,
      redirect: "manual",
      signal,
    });
  }

  async function pause(milliseconds: number, { renewsBudget }: { renewsBudget: boolean }): Promise<void> {
    await service.sleep(milliseconds, signal);
    reads.clear();
    if (renewsBudget) deadlineMs = service.now() + limits.budgetMs;
  }

  return { service, credential, send, download, pause };
}

const isRead = ({ method = "GET" }: Call) => method === "GET";

/** After a write that Sentry may have carried out before something went wrong. */
function inDoubt(error: SentryError): SentryError {
  if (error.kind !== "unavailable" && error.kind !== "too_large") return error;
  return new SentryError(error.kind, `${error.message}; the change may have been made`, error);
}

/** Undefined: asking again will not help. */
function backOffMs(error: unknown, tried: number): number | undefined {
  if (!(error instanceof SentryError)) return undefined;
  if (error.kind !== "rate_limited" && error.kind !== "unavailable") return undefined;
  // Half of it by chance, so that clients turned away together do not come back together.
  const backOffMs = 250 * 2 ** tried * (0.5 + Math.random() / 2);
  return Math.max(backOffMs, (error.retryAfterSeconds ?? 0) * 1000);
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
