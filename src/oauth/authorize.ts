import { fingerprint, randomToken } from "../lib/crypto.ts";
import { isSkillId, SKILLS } from "../lib/skills.ts";
import { constraintOfPath } from "../lib/resource-path.ts";
import { findClient, type RegisteredClient } from "./client.ts";
import type { ClientDocuments } from "./client-metadata-document.ts";
import { isDocumentId } from "./client-metadata-url.ts";
import type { OAuthDeps } from "./context.ts";
import { type Cookies, type Decision, message } from "./decision.ts";
import { OAuthError } from "./error.ts";
import { readOnce, readScope } from "./parameters.ts";
import {
  isLoopbackRedirect,
  matchesRedirectUri,
  redirectHost,
  redirectUriProblem,
  withParameters,
} from "./redirect-uri.ts";
import { readResource } from "./resource.ts";
import { skillsCarriedBy } from "./sentry-scopes.ts";
import { type AuthorizationRequest, BROWSER_COOKIE, sealForm } from "./transaction.ts";

/** What the sealed transaction has room for in a cookie, beside everything else. */
const MAX_STATE_LENGTH = 1500;

const PARAMETERS = [
  "response_type",
  "response_mode",
  "code_challenge",
  "code_challenge_method",
  "scope",
  "request",
  "request_uri",
] as const;

type AuthorizeDeps = OAuthDeps & { cookies: Cookies; documents: ClientDocuments };

interface Target {
  readonly client: RegisteredClient;
  readonly redirectUri: string;
}

/** `GET /oauth/authorize`: checks everything, then shows the consent page, always. */
export async function authorize(parameters: URLSearchParams, deps: AuthorizeDeps): Promise<Decision> {
  let target: Target;
  try {
    target = await readTarget(parameters, deps);
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    // RFC 6749 §4.1.2.1: never redirect when the client or its redirect URI is in doubt.
    return message({ status: 400, title: "This sign-in link does not work", text: error.message });
  }
  try {
    const { request, scope } = readRequest(parameters, { ...deps, ...target });
    return await showConsent(request, { ...deps, client: target.client, scope });
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const state = parameters.getAll("state").length === 1 ? parameters.get("state") ?? undefined : undefined;
    return refuseBeforeConsent(error, {
      redirectUri: target.redirectUri,
      state,
      issuer: deps.config.baseUrl,
    });
  }
}

async function readTarget(parameters: URLSearchParams, deps: AuthorizeDeps): Promise<Target> {
  const { client_id: id = "", redirect_uri: redirectUri = "" } = readOnce(parameters, [
    "client_id",
    "redirect_uri",
  ]);
  const client = isDocumentId(id) ? await deps.documents.find(id) : await findClient(id, deps.signer);
  if (!client) {
    throw new OAuthError(
      "invalid_client",
      isDocumentId(id)
        ? "The client's metadata document cannot be used: its host is not allowed here or its content is not right"
        : "The client is not registered here: remove this server in the client and add it again",
    );
  }
  // An id outlives the policy it was registered under, and any port is not any text: so the URI is checked again.
  const problem = redirectUriProblem(redirectUri, deps.config.allowedRedirectUriPatterns);
  if (problem || !matchesRedirectUri(client.redirectUris, redirectUri)) {
    throw new OAuthError(
      "invalid_request",
      "The redirect URI is missing or is not one that the client has registered",
    );
  }
  return { client, redirectUri };
}

function readRequest(
  parameters: URLSearchParams,
  { config, now, client, redirectUri }: OAuthDeps & Target,
): { request: AuthorizationRequest; scope: readonly string[] } {
  const given = readOnce(parameters, PARAMETERS);
  const { state } = readOnce(parameters, ["state"]);
  if (given.request !== undefined) {
    throw new OAuthError("request_not_supported", "Send plain parameters, no request object");
  }
  if (given.request_uri !== undefined) {
    throw new OAuthError("request_uri_not_supported", "Send plain parameters, no request_uri");
  }
  if (given.response_type !== "code") {
    throw new OAuthError("unsupported_response_type", 'The response_type has to be "code"');
  }
  if ((given.response_mode ?? "query") !== "query") {
    throw new OAuthError("invalid_request", 'The response_mode has to be "query"');
  }
  if (given.code_challenge_method !== "S256" || !/^[\w-]{43}$/.test(given.code_challenge ?? "")) {
    throw new OAuthError(
      "invalid_request",
      "PKCE is required: an S256 code_challenge of 43 characters (RFC 7636 section 4.2)",
    );
  }
  if ((state?.length ?? 0) > MAX_STATE_LENGTH) {
    throw new OAuthError("invalid_request", `The state is longer than ${MAX_STATE_LENGTH} characters`);
  }
  const request = {
    transactionId: randomToken(),
    clientId: client.id,
    clientName: client.name,
    redirectUri,
    state,
    challenge: given.code_challenge ?? "",
    resourcePath: readResource(parameters.getAll("resource"), config).path,
    expiresAtMs: now() + config.ttl.consentSeconds * 1000,
  };
  return { request, scope: readScope(given.scope) };
}

async function showConsent(
  request: AuthorizationRequest,
  deps: AuthorizeDeps & { client: RegisteredClient; scope: readonly string[] },
): Promise<Decision> {
  const { config, sealer, log, client } = deps;
  const browser = browserToken(deps.cookies);
  const form = await sealForm({ ...request, browserHash: await fingerprint(browser) }, sealer);
  if (!form) {
    throw new OAuthError("invalid_request", "The request is too long: shorten its state or redirect URI");
  }
  // Scopes of other servers and OpenID's are no reason to fail; a request that names none of ours gets the default.
  const asked = deps.scope.filter(isSkillId);
  const ceiling = config.sentry.scopes;
  const offered = SKILLS.filter(({ id }) => !ceiling || skillsCarriedBy(ceiling, [id]).length > 0);
  log.info("consent.shown", { client: await fingerprint(client.id), resource: request.resourcePath });
  return {
    kind: "consent",
    consent: {
      clientName: client.name,
      verifiedHost: client.verifiedHost,
      redirectHost: redirectHost(request.redirectUri),
      redirectUri: request.redirectUri,
      redirectsToLoopback: isLoopbackRedirect(request.redirectUri),
      sentryHost: new URL(config.sentry.url).host,
      constraint: constraintOfPath(request.resourcePath) ?? {},
      skills: offered.map((skill) => ({
        skill,
        checked: asked.length > 0 ? asked.includes(skill.id) : skill.default,
        extra: asked.includes(skill.id) && !skill.default,
      })),
      form,
    },
    cookies: [{ name: BROWSER_COOKIE, value: browser, maxAgeSeconds: config.ttl.consentSeconds }],
  };
}

/** One for all tabs, so that a second sign-in does not break the first. */
function browserToken(cookies: Cookies): string {
  const known = cookies[BROWSER_COOKIE];
  return known !== undefined && /^[\w-]{43}$/.test(known) ? known : randomToken();
}

/**
 * Before a person has agreed, only loopback is redirected to: anybody can register any https address, and a
 * server that forwards to it at once lends its name to every link.
 *
 * @see RFC 9700 §4.11.2
 */
function refuseBeforeConsent(
  error: OAuthError,
  { redirectUri, state, issuer }: { redirectUri: string; state?: string; issuer: string },
): Decision {
  const location = errorLocation(redirectUri, { error, state, issuer });
  if (isLoopbackRedirect(redirectUri)) return { kind: "redirect", location, cookies: [] };
  return message({
    status: 400,
    title: "The application asked for something that this server does not do",
    text: error.message,
    link: { href: location, label: `Return to ${redirectHost(redirectUri)}` },
  });
}

/** @see RFC 6749 §4.1.2.1, RFC 9207 §2 */
export function errorLocation(
  redirectUri: string,
  options: { error: OAuthError; state?: string; issuer: string },
): string {
  return withParameters(redirectUri, {
    error: options.error.code,
    error_description: options.error.description,
    state: options.state,
    iss: options.issuer,
  });
}
