/** The one registered application. Its secret guards a made-up world and is no secret. */
export const CLIENT_ID = "sandbox-client";
export const CLIENT_SECRET = "sandbox-client-secret";

const LOOPBACK_CALLBACK = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?\/oauth\/callback$/;

/** Loopback with any port (RFC 8252 §7.3), else exact. */
export function isRedirectUri(uri: string): boolean {
  return LOOPBACK_CALLBACK.test(uri) && URL.canParse(uri);
}
