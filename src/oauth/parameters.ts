import { OAuthError } from "./error.ts";

/**
 * Reads parameters that may be there once. Sending one twice is refused, because two parties that read different
 * ones is how checks are bypassed; an empty one counts as absent.
 *
 * @throws {OAuthError} `invalid_request`
 * @see RFC 6749 §3.1, §3.2
 */
export function readOnce<Name extends string>(
  parameters: URLSearchParams,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const read: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const values = parameters.getAll(name);
    if (values.length > 1) {
      throw new OAuthError("invalid_request", `Send "${name}" once, not ${values.length} times`);
    }
    if (values[0]) read[name] = values[0];
  }
  return read;
}

/** Scope tokens. @see RFC 6749 §3.3 */
export function readScope(scope: string | undefined): string[] {
  const tokens = (scope ?? "").split(" ").filter((token) => token !== "");
  if (tokens.some((token) => !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(token))) {
    throw new OAuthError(
      "invalid_scope",
      "A scope holds a character that RFC 6749 section 3.3 does not allow",
    );
  }
  return tokens;
}
