import type { Context } from "hono";
import type { Decision } from "../oauth/decision.ts";
import { consentPage } from "../web/consent-page.ts";
import { messagePage } from "../web/message-page.ts";
import { setCookies } from "./cookies.ts";
import { sendPage } from "./page.ts";

export async function sendDecision(
  c: Context,
  decision: Decision,
  options: { secure: boolean },
): Promise<Response> {
  setCookies(c, decision.cookies, options);
  switch (decision.kind) {
    case "consent":
      return sendPage(c, consentPage(decision.consent));
    case "message":
      return sendPage(c, messagePage(decision.message), { status: decision.message.status });
    case "redirect":
      c.header("Cache-Control", "no-store");
      c.header("Referrer-Policy", "no-referrer");
      // 303, so that no browser sends the consent form on (RFC 9700 §4.12).
      c.header("Location", decision.location);
      return c.body(null, 303);
  }
}
