/**
 * Stands in for the v1 SDK's OAuth schemas and errors (`wrangler.jsonc`, alias). `@hono/mcp` imports them for helpers
 * that this server does not use: sign-in is its own.
 */
const unused = undefined;

export {
  unused as InvalidClientError,
  unused as InvalidClientMetadataError,
  unused as InvalidGrantError,
  unused as InvalidRequestError,
  unused as InvalidScopeError,
  unused as OAuthClientInformationFullSchema,
  unused as OAuthClientMetadataSchema,
  unused as OAuthError,
  unused as OAuthTokenRevocationRequestSchema,
  unused as OAuthTokensSchema,
  unused as ServerError,
  unused as TooManyRequestsError,
  unused as UnsupportedGrantTypeError,
};
