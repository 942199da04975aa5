import { createPkce, fingerprint } from "../lib/crypto.ts";
import { isSkillId } from "../lib/skills.ts";
import { errorLocation } from "./authorize.ts";
import type { OAuthDeps } from "./context.ts";
import { type Cookies, type Decision, message } from "./decision.ts";
import { OAuthError } from "./error.ts";
import type { SentryOAuth } from "./sentry-client.ts";
import { scopesToAsk, skillsCarriedBy } from "./sentry-scopes.ts";
import { BROWSER_COOKIE, openForm, startTransaction } from "./transaction.ts";

/** `POST /oauth/authorize`: the user's answer. Only now does the browser get a `state` and go to Sentry. */
export async function decide(
  form: URLSearchParams,
  deps: OAuthDeps & { sentry: SentryOAuth; cookies: Cookies },
): Promise<Decision> {
  const { config, log } = deps;
  const opened = await openForm(form.get("form") ?? "", { ...deps, browser: deps.cookies[BROWSER_COOKIE] });
  if (!opened) {
    return message({
      status: 400,
      title: "This page has expired",
      text: "It was shown too long ago or in another browser. Start again in your application",
    });
  }
  const { browserHash: _, ...request } = opened;
  const client = await fingerprint(request.clientId);
  const decision = form.get("decision");
  if (decision === "deny") {
    log.info("consent.denied", { client });
    const error = new OAuthError("access_denied", "The user did not agree");
    return {
      kind: "redirect",
      location: errorLocation(request.redirectUri, { ...request, error, issuer: config.baseUrl }),
      cookies: [],
    };
  }
  const readOnly = form.get("readonly") === "1";
  const ticked = form.getAll("skill").filter(isSkillId);
  const ceiling = config.sentry.scopes;
  const skills = ceiling ? skillsCarriedBy(ceiling, ticked) : ticked;
  if (decision !== "approve" || skills.length === 0) {
    return message({
      status: 400,
      title: "Nothing was ticked",
      text: "Go back and tick at least one thing to allow",
    });
  }
  const { verifier, challenge } = await createPkce();
  const scopes = scopesToAsk(skills, { readOnly, ceiling });
  const transaction = { ...request, skills: [...new Set(skills)], readOnly, scopes, verifier };
  log.info("consent.granted", { client, skills, readOnly, resource: request.resourcePath });
  return {
    kind: "redirect",
    location: deps.sentry.authorizeUrl({ state: request.transactionId, challenge, scopes }),
    cookies: await startTransaction(transaction, deps),
  };
}
