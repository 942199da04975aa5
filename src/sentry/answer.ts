import { type Bytes, concatBytes } from "../lib/crypto.ts";
import { isRecord, record } from "./decode.ts";
import { SentryError } from "./error.ts";
import { retryAfterSeconds } from "./retry-after.ts";

/** Sentry's own words are in the first lines of an error; a page of its proxy may be long. */
const MOST_ERROR_BYTES = 64 * 1024;

export interface Reading {
  /** The path that was asked for, to be named in errors. */
  readonly what: string;
  /** Kept out of errors, should an answer repeat it. */
  readonly secret: string;
}

/**
 * The JSON of an answer; null for an empty body, as Sentry answers a deletion.
 *
 * @throws {SentryError} For everything but JSON with a status of success.
 */
export async function readAnswer(
  response: Response,
  options: Reading & { bodyBytes: number },
): Promise<unknown> {
  const { bodyBytes } = options;
  await assertSuccess(response, options);
  const body = await readText(response, bodyBytes);
  if (body === undefined) {
    const megabytes = Math.round(bodyBytes / 1024 / 1024);
    throw new SentryError("too_large", `Sentry's answer is larger than ${megabytes} MiB`);
  }
  if (body.trim() === "") return null;
  const data = parseJson(body);
  if (data !== undefined) return data;
  const { status } = response;
  throw isPage(body)
    ? new SentryError("misconfigured", "Sentry's answer is a page, not JSON", { status })
    : new SentryError("unavailable", "Sentry's answer is not JSON to its end", { status });
}

export interface FileStart {
  readonly bytes: Bytes;
  /** There is no more of it. */
  readonly isWhole: boolean;
}

/**
 * The first bytes of a file; what is left of it is not waited for.
 *
 * @throws {SentryError} For everything but a status of success.
 */
export async function readFileStart(
  response: Response,
  options: Reading & { mostBytes: number },
): Promise<FileStart> {
  await assertSuccess(response, options);
  const { mostBytes } = options;
  const chunks: Uint8Array[] = [];
  const isWhole = await eachChunk(response, mostBytes, (chunk) => chunks.push(chunk));
  return { bytes: concatBytes(...chunks).slice(0, mostBytes), isWhole };
}

async function assertSuccess(response: Response, { what, secret }: Reading): Promise<void> {
  if (response.ok) return;
  const body = await readText(response, MOST_ERROR_BYTES).catch(() => undefined);
  throw errorOf(response, { body: body ?? "", what, secret });
}

/** Undefined when there is more than the limit. */
async function readText(response: Response, maximumBytes: number): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let body = "";
  const isWhole = await eachChunk(response, maximumBytes, (chunk) => {
    body += decoder.decode(chunk, { stream: true });
  });
  return isWhole ? body + decoder.decode() : undefined;
}

/** False when there is more than the limit; what is left of the body is not waited for. */
async function eachChunk(
  response: Response,
  maximumBytes: number,
  take: (chunk: Uint8Array) => void,
): Promise<boolean> {
  if (!response.body) return true;
  const reader = response.body.getReader();
  for (let size = 0; size <= maximumBytes;) {
    const { done, value } = await reader.read();
    if (done) return true;
    take(value);
    size += value.byteLength;
  }
  reader.cancel().catch(() => {});
  return false;
}

/** Undefined for what is not JSON. */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // The caller knows what the answer should have been.
  }
}

const isPage = (body: string) => /^\s*</.test(body);

/**
 * What an answer that is not a success means.
 *
 * @see https://docs.sentry.io/api/ratelimits/ and `src/sentry/api/exceptions.py` of getsentry/sentry
 */
function errorOf(
  response: Response,
  { body, what, secret }: { body: string; what: string; secret: string },
): SentryError {
  const { status } = response;
  const json = parseJson(body);
  const { code, extra } = record(record(json).detail);
  const detail = detailOf(json)?.replaceAll(secret, "[token]");
  const more = {
    status,
    detail: detail === undefined ? undefined : shorten(detail),
    retryAfterSeconds: retryAfterSeconds(response),
  };

  if (status === 429) return new SentryError("rate_limited", "Sentry's rate limit is reached", more);
  if (status >= 500) return new SentryError("unavailable", `Sentry answered ${status}`, more);
  const slug = record(extra).slug;
  if (code === "resource-moved" && typeof slug === "string" && /^[\w-]{1,100}$/.test(slug)) {
    return new SentryError("not_found", `Sentry has moved "${what}": its slug is now "${slug}"`, { status });
  }
  // A redirect is not followed: the token would go along.
  if (status < 400) {
    return new SentryError("misconfigured", `Sentry answered ${status} where data was expected`, more);
  }
  // Sentry's API sends no pages: a router that knows no such path does, or a proxy.
  if (status === 405 || status === 410 || (status === 404 && isPage(body))) {
    return new SentryError("unsupported", `This Sentry does not offer "${what}"`, more);
  }
  if (isPage(body)) return new SentryError("misconfigured", `Sentry answered ${status} with a page`, more);
  // A 401 with a code is about the person (single sign-on, two factors), and a newer token would not help.
  if (status === 403 || (status === 401 && code !== undefined)) {
    return new SentryError("forbidden", `Sentry refused permission for "${what}"`, more);
  }
  if (status === 401) return new SentryError("unauthorized", "Sentry refused the token", more);
  if (status === 404) {
    return new SentryError("not_found", `Sentry has no "${what}", or the account cannot see it`, more);
  }
  return new SentryError("invalid", "Sentry refused the request", more);
}

/**
 * `{"detail": "…"}`, `{"detail": {"message": "…"}}`, `{"field": ["…"]}` or `{"error": "…"}`: Sentry has no one shape.
 */
function detailOf(body: unknown): string | undefined {
  if (!isRecord(body)) return undefined;
  const { detail, error } = body;
  const said = isRecord(detail) ? detail.message : detail ?? error;
  if (typeof said === "string") return said;
  const fields = fieldProblems(body);
  return fields.length > 0 ? fields.slice(0, 5).join("; ") : undefined;
}

/** The first problem of each field; `{"statusDetails": {"inRelease": ["…"]}}` has fields inside. */
function fieldProblems(fields: Readonly<Record<string, unknown>>, levels = 3): string[] {
  return Object.entries(fields).flatMap(([field, problem]) => {
    const first: unknown = Array.isArray(problem) ? problem[0] : problem;
    if (typeof first === "string") return [`${field}: ${first}`];
    return isRecord(first) && levels > 1 ? fieldProblems(first, levels - 1) : [];
  });
}

const shorten = (words: string) => (words.length > 300 ? `${words.slice(0, 300)}…` : words);
