import type { Context } from "hono";

/** To the same place without it, method and body kept (RFC 9110 §15.4.9): people paste addresses that have one. */
export function dropTrailingSlash(c: Context): Response {
  const { pathname, search } = new URL(c.req.url);
  return c.redirect(`${pathname.slice(0, -1)}${search}`, 308);
}
