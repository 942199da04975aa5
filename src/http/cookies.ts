import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { CookieChange, Cookies } from "../oauth/decision.ts";

/** `__Host-` cookies cannot be planted by a neighbour; on loopback http Safari would drop them. */
const prefixOf = ({ secure }: { secure: boolean }): string => (secure ? "__Host-" : "");

/** Our own cookies, without the prefix. */
export function readCookies(c: Context, options: { secure: boolean }): Cookies {
  const prefix = prefixOf(options);
  const ours = Object.entries(getCookie(c)).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(ours.map(([name, value]) => [name.slice(prefix.length), value]));
}

export function setCookies(
  c: Context,
  changes: readonly CookieChange[],
  { secure }: { secure: boolean },
): void {
  for (const { name, value = "", maxAgeSeconds } of changes) {
    setCookie(c, prefixOf({ secure }) + name, value, {
      path: "/",
      httpOnly: true,
      // Not Strict: the way back from Sentry would not carry them.
      sameSite: "Lax",
      secure,
      maxAge: maxAgeSeconds,
    });
  }
}
