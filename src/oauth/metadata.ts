import { SKILLS } from "../lib/skills.ts";
import { AUTH_METHODS } from "./client-metadata.ts";

/** What a client needs for a first call, and so the scopes that challenges and resource metadata name. */
export const BASE_SCOPES: readonly string[] = SKILLS.filter((skill) => skill.default).map(({ id }) => id);

/** @see RFC 8414 §2 */
export function authorizationServerMetadata(
  issuer: string,
  options: { clientRegistration: boolean; clientDocuments: boolean },
) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    ...(options.clientRegistration && { registration_endpoint: `${issuer}/oauth/register` }),
    revocation_endpoint: `${issuer}/oauth/revoke`,
    scopes_supported: SKILLS.map(({ id }) => id),
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    token_endpoint_auth_methods_supported: AUTH_METHODS,
    revocation_endpoint_auth_methods_supported: AUTH_METHODS,
    code_challenge_methods_supported: ["S256"],
    // draft-ietf-oauth-client-id-metadata-document §6
    client_id_metadata_document_supported: options.clientDocuments,
    // RFC 9207 §3
    authorization_response_iss_parameter_supported: true,
  };
}

/** @param resource The absolute URL that the client connects to: clients compare. @see RFC 9728 §2 */
export function protectedResourceMetadata(options: { resource: string; issuer: string }) {
  return {
    resource: options.resource,
    authorization_servers: [options.issuer],
    scopes_supported: BASE_SCOPES,
    bearer_methods_supported: ["header"],
    resource_name: "Sentry",
  };
}
