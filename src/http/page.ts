import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { sha256 } from "../lib/crypto.ts";
import { type Html, STYLE } from "../web/layout.ts";

/**
 * Sends a page that nothing can be smuggled into or laid over.
 *
 * No `form-action`: Chrome holds every redirect after a form to it, also the one to an editor's own scheme. No
 * COOP: it would cut the tie to a web client that signs in in a popup. The referrer policy keeps the origin within
 * this server, because without it browsers send `Origin: null` with the consent form.
 */
export async function sendPage(
  c: Context,
  page: Html,
  options: { status?: ContentfulStatusCode } = {},
): Promise<Response> {
  const digest = btoa(String.fromCharCode(...await sha256(STYLE)));
  c.header(
    "Content-Security-Policy",
    `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; frame-ancestors 'none'`,
  );
  c.header("X-Frame-Options", "DENY");
  c.header("X-Content-Type-Options", "nosniff");
  c.header("Referrer-Policy", "same-origin");
  c.header("Cache-Control", "no-store");
  return c.html(page, options.status ?? 200);
}
