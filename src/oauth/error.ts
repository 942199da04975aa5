/** The error codes that this server answers with. @see RFC 6749 §4.1.2.1, §5.2; RFC 7591 §3.2.2; RFC 8707 §2 */
export type OAuthErrorCode =
  | "access_denied"
  | "invalid_client"
  | "invalid_client_metadata"
  | "invalid_grant"
  | "invalid_redirect_uri"
  | "invalid_request"
  | "invalid_scope"
  | "invalid_target"
  | "request_not_supported"
  | "request_uri_not_supported"
  | "server_error"
  | "temporarily_unavailable"
  | "unsupported_grant_type"
  | "unsupported_response_type";

/** An answer in OAuth's own words. The message is shown and sent: no token, no code, no secret. */
export class OAuthError extends Error {
  override name = "OAuthError";
  readonly code: OAuthErrorCode;

  constructor(code: OAuthErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** The message as OAuth lets it be sent: printable ASCII without `"` and `\`. @see RFC 6749 §4.1.2.1, §5.2 */
  get description(): string {
    return this.message.replaceAll('"', "'").replace(/[^\x20-\x7e]|\\/g, "");
  }
}
