/** Editors and assistants that have registered these schemes with the operating system. */
const PRIVATE_SCHEMES = ["cursor", "vscode", "vscode-insiders", "windsurf", "zed", "claude", "raycast"];

/** What browsers run or read instead of navigating away; no pattern allows them. */
const DANGEROUS_SCHEMES = [
  "about",
  "blob",
  "data",
  "file",
  "filesystem",
  "intent",
  "javascript",
  "vbscript",
  "view-source",
];

const MAX_LENGTH = 512;

/**
 * The host is spelled out before any parsing: `http://2130706433/`, `http://127.1/` and `http://localhost.example/`
 * are not loopback here, whatever a URL parser makes of them. Groups: origin without port, port, the rest.
 */
const LOOPBACK = /^(http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]))(:\d{1,5})?((?:[/?].*)?)$/;

export const isLoopbackRedirect = (uri: string): boolean => LOOPBACK.test(uri);

/** Loopback, or a scheme of its own: what only a program on somebody's machine can receive. @see RFC 8252 §7 */
export const isNativeRedirect = (uri: string): boolean => isLoopbackRedirect(uri) || !/^https?:/.test(uri);

/** What a person is shown as the place that gets access: a host, or the scheme of an editor. */
export function redirectHost(uri: string): string {
  const url = new URL(uri);
  return /^https?:$/.test(url.protocol) ? url.host : url.protocol.replace(/:$/, "://");
}

/**
 * Why a redirect URI may not be registered, or undefined when it may.
 *
 * https anywhere, http on loopback only, a few editors' schemes; `patterns` allow more.
 *
 * @see RFC 8252 §7, RFC 9700 §2.1
 */
export function redirectUriProblem(uri: string, patterns: readonly string[]): string | undefined {
  if (uri.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  // `\` is a slash to browsers and a character to others; the rest does not belong in a URI at all (RFC 3986 §2).
  if (!/^[\x21-\x7e]+$/.test(uri) || /["<>\\^`{|}*]/.test(uri)) {
    return "holds a character that a URI cannot have";
  }
  if (uri.includes("#")) return "has a fragment";
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(uri)?.[1];
  if (!scheme || !URL.canParse(uri)) return "is not an absolute URI with a lower-case scheme";
  if (DANGEROUS_SCHEMES.includes(scheme)) return `has the scheme "${scheme}"`;
  const url = new URL(uri);
  if (url.username || url.password || /^[a-z][a-z0-9+.-]*:\/\/[^/?]*@/.test(uri)) return "has credentials";
  if (patterns.some((pattern) => matchesPattern(uri, pattern))) return undefined;
  if (scheme === "https") return url.hostname === "" ? "has no host" : undefined;
  if (scheme === "http") {
    return LOOPBACK.test(uri) ? undefined : "is http outside localhost, 127.0.0.1 and [::1]";
  }
  return PRIVATE_SCHEMES.includes(scheme)
    ? undefined
    : `has the scheme "${scheme}", which is not allowed here`;
}

/**
 * Byte for byte, but a loopback redirect may use any port: native apps listen where there is room.
 *
 * @see RFC 9700 §4.1.3, RFC 8252 §7.3
 */
export function matchesRedirectUri(registered: readonly string[], uri: string): boolean {
  if (registered.includes(uri)) return true;
  const given = LOOPBACK.exec(uri);
  if (!given) return false;
  return registered.some((candidate) => {
    const known = LOOPBACK.exec(candidate);
    return known !== null && known[1] === given[1] && known[3] === given[3];
  });
}

/**
 * `*` alone stands for any URI; in a host it stands for part of the host, in a path for part of the path, never
 * for more, so that `https://*.example.com/*` cannot be met by another host with the right ending in its path.
 */
export function matchesPattern(uri: string, pattern: string): boolean {
  if (pattern === "*") return true;
  const parts = /^([a-z][a-z0-9+.-]*:)(?:\/\/([^/?]*))?(.*)$/;
  const [, scheme, host = "", rest = ""] = parts.exec(uri) ?? [];
  const [, wantedScheme, wantedHost = "", wantedRest = ""] = parts.exec(pattern) ?? [];
  return scheme !== undefined && scheme === wantedScheme && matchesGlob(host, wantedHost) &&
    matchesGlob(rest || "/", wantedRest || "/");
}

/** Linear, where a regular expression made of `.*` would not be. */
function matchesGlob(text: string, glob: string): boolean {
  const [first = "", ...rest] = glob.split("*");
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const piece of rest) {
    const at = text.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

/** Adds parameters and leaves every byte of the registered URI as it is. */
export function withParameters(
  uri: string,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const added = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) added.set(name, value);
  }
  return `${uri}${uri.includes("?") ? "&" : "?"}${added}`;
}
