import { isRecord } from "./decode.ts";
import { SentryError } from "./error.ts";

/**
 * Reads a body, and stops at the limit.
 *
 * @throws {SentryError} `bad_answer` when there is more.
 */
export async function readText(response: Response, maximumBytes: number): Promise<string> {
  if (!response.body) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let size = 0;
  let body = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return body + decoder.decode();
    size += value.byteLength;
    if (size > maximumBytes) {
      await reader.cancel();
      const megabytes = Math.round(maximumBytes / 1024 / 1024);
      throw new SentryError("bad_answer", `Sentry's answer is larger than ${megabytes} MiB`);
    }
    body += decoder.decode(value, { stream: true });
  }
}

/** Undefined for what is not JSON; null for an empty body, as Sentry answers a deletion. */
export function parseJson(body: string): unknown {
  if (body.trim() === "") return null;
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // The caller knows the status, and says what the answer should have been.
  }
}

/**
 * What an answer that is not a success means.
 *
 * @param what The path that was asked for, to be named.
 */
export function errorOf(response: Response, body: unknown, what: string): SentryError {
  const { status } = response;
  const more = { status, detail: detailOf(body), retryAfterSeconds: retryAfterSeconds(response) };
  if (status === 401) return new SentryError("unauthorized", "Sentry refused the token", more);
  if (status === 403) return new SentryError("forbidden", `Sentry refused permission for "${what}"`, more);
  if (status === 404) {
    return new SentryError("not_found", `Sentry has no "${what}", or the account cannot see it`, more);
  }
  if (status === 429) return new SentryError("rate_limited", "Sentry's rate limit is reached", more);
  if (status >= 500) return new SentryError("unavailable", `Sentry answered ${status}`, more);
  if (status >= 400) return new SentryError("invalid", "Sentry refused the request", more);
  // A redirect is not followed: the token would go along.
  return new SentryError("bad_answer", `Sentry answered ${status} where data was expected`, more);
}

/**
 * `{"detail": "…"}`, `{"detail": {"message": "…"}}`, `{"field": ["…"]}` or `{"error": "…"}`: Sentry has no one shape.
 */
function detailOf(body: unknown): string | undefined {
  if (!isRecord(body)) return undefined;
  const { detail, error } = body;
  const said = isRecord(detail) ? detail.message : detail ?? error;
  if (typeof said === "string") return shorten(said);
  const fields = Object.entries(body).flatMap(([field, problem]) => {
    const first: unknown = Array.isArray(problem) ? problem[0] : problem;
    return typeof first === "string" ? [`${field}: ${first}`] : [];
  });
  return fields.length > 0 ? shorten(fields.slice(0, 5).join("; ")) : undefined;
}

const shorten = (words: string) => (words.length > 300 ? `${words.slice(0, 300)}…` : words);

/**
 * Seconds or a date (RFC 9110 §10.2.3), against the answer's own `Date` so that no clock is needed. Sentry also
 * sends `X-Sentry-Rate-Limit-Reset`, in seconds since 1970.
 */
function retryAfterSeconds(response: Response): number | undefined {
  const value = response.headers.get("retry-after");
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const seconds = (Date.parse(value) - Date.parse(response.headers.get("date") ?? "")) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}
