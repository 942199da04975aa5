/** The grant or its Sentry token has ended: the request is answered with HTTP 401 and a challenge. */
export class Unauthorized extends Error {
  override name = "Unauthorized";
}
