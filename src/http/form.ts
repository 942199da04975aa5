import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { OAuthError } from "../oauth/error.ts";

export const MAX_FORM_BYTES = 64 * 1024;

export function limitTo(maxSize: number): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: (c) =>
      c.json({ error: "invalid_request", error_description: `Send at most ${maxSize} bytes` }, 413),
  });
}

/** @throws {OAuthError} `invalid_request` for another type of body. */
export async function readForm(c: Context): Promise<URLSearchParams> {
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") {
    throw new OAuthError("invalid_request", "Send the parameters as application/x-www-form-urlencoded");
  }
  return new URLSearchParams(await c.req.text());
}

/**
 * Browsers name the sender of a form: it has to be our own page. Absent headers are left to the form itself, which
 * is worth nothing without this browser's cookie.
 *
 * @param origins Our own, scheme included.
 */
export function isFromOwnPage(headers: Headers, origins: readonly string[]): boolean {
  const origin = headers.get("origin");
  if (origin !== null && !origins.includes(origin)) return false;
  return ["same-origin", "none"].includes(headers.get("sec-fetch-site") ?? "none");
}
