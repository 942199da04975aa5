import * as v from "valibot";
import { OAuthError } from "./error.ts";
import { isNativeRedirect, redirectUriProblem } from "./redirect-uri.ts";

export const AUTH_METHODS = ["none", "client_secret_basic", "client_secret_post"] as const;
export type AuthMethod = (typeof AUTH_METHODS)[number];

const APPLICATION_TYPES = ["native", "web"] as const;

/** What a client says about itself, read and checked; nothing of it is proof of who it is. */
export interface ClientMetadata {
  readonly name: string;
  readonly redirectUris: readonly string[];
  readonly authMethod: AuthMethod;
  readonly applicationType?: (typeof APPLICATION_TYPES)[number];
}

const MAX_NAME_LENGTH = 64;

/** Members that are not here (logos, links, contacts) are dropped: nothing shows or fetches them. */
const metadataSchema = v.object({
  redirect_uris: v.pipe(v.array(v.string()), v.minLength(1)),
  client_name: v.optional(v.string(), ""),
  token_endpoint_auth_method: v.optional(v.picklist(AUTH_METHODS)),
  application_type: v.optional(v.picklist(APPLICATION_TYPES)),
  grant_types: v.optional(v.array(v.string()), ["authorization_code"]),
  response_types: v.optional(v.array(v.string()), ["code"]),
});

/**
 * Reads client metadata, from a registration or from a document.
 *
 * @throws {OAuthError} `invalid_client_metadata`, `invalid_redirect_uri`
 * @see RFC 7591 §2, OpenID Connect Dynamic Client Registration 1.0 §2 (`application_type`)
 */
export function readClientMetadata(
  metadata: unknown,
  rules: { patterns: readonly string[]; maxRedirectUris: number; defaultAuthMethod: AuthMethod },
): ClientMetadata {
  const asked = parse(metadata, rules);
  for (const uri of asked.redirect_uris) {
    const problem = redirectUriProblem(uri, rules.patterns);
    if (problem) throw new OAuthError("invalid_redirect_uri", `A redirect URI ${problem}`);
  }
  // A native client may have https as well: links that the operating system hands to it (RFC 8252 §7.2).
  if (asked.application_type === "web" && asked.redirect_uris.some(isNativeRedirect)) {
    throw new OAuthError(
      "invalid_redirect_uri",
      'The application_type "web" takes https redirect URIs only: loopback and own schemes are "native"',
    );
  }
  return {
    name: cleanName(asked.client_name),
    redirectUris: asked.redirect_uris,
    authMethod: asked.token_endpoint_auth_method ?? rules.defaultAuthMethod,
    applicationType: asked.application_type,
  };
}

function parse(
  metadata: unknown,
  { maxRedirectUris }: { maxRedirectUris: number },
): v.InferOutput<typeof metadataSchema> {
  if (Array.isArray(metadata)) throw new OAuthError("invalid_client_metadata", "Send a JSON object");
  const result = v.safeParse(metadataSchema, metadata);
  const [issue] = result.issues ?? [];
  const field = issue && v.getDotPath(issue)?.split(".")[0];
  if (field === "redirect_uris" || (result.success && result.output.redirect_uris.length > maxRedirectUris)) {
    throw new OAuthError(
      "invalid_redirect_uri",
      `Send "redirect_uris": a list of 1 to ${maxRedirectUris} URIs`,
    );
  }
  if (!result.success) {
    throw new OAuthError(
      "invalid_client_metadata",
      field ? `"${field}" is not supported as sent` : "Send a JSON object",
    );
  }
  if (!result.output.grant_types.includes("authorization_code")) {
    throw new OAuthError("invalid_client_metadata", '"grant_types" has to include "authorization_code"');
  }
  if (!result.output.response_types.includes("code")) {
    throw new OAuthError("invalid_client_metadata", '"response_types" has to include "code"');
  }
  return result.output;
}

/** Control and direction characters could make a page say something else than what is registered. */
function cleanName(name: string): string {
  const visible = name.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return Array.from(visible).slice(0, MAX_NAME_LENGTH).join("");
}
