/**
 * Stands in for the v1 SDK's OAuth schemas (`wrangler.jsonc`, alias). `@hono/mcp` imports them for helpers that this
 * server does not use: sign-in is its own.
 */
const unused = undefined;

export {
  unused as OAuthClientInformationFullSchema,
  unused as OAuthClientMetadataSchema,
  unused as OAuthTokenRevocationRequestSchema,
  unused as OAuthTokensSchema,
};
