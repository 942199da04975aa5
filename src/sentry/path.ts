import { SentryError } from "./error.ts";

/** One part of a path, or one parameter, or several of the same name. */
export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** A path as errors name it. Ids come from Sentry's answers, too, so what is no id or slug is left out. */
export function shownPath(path: readonly string[]): string {
  return path.map(shown).join("/");
}

const shown = (segment: string) => (/^[\w.:@%+-]{1,120}$/.test(segment) ? segment : "…");

/**
 * A URL below Sentry's API.
 *
 * @throws {SentryError} `invalid` for a segment that would lead elsewhere. A slash is refused even when encoded,
 * because Sentry's router decodes before it matches. Half a surrogate pair cannot be encoded.
 */
export function apiUrl(base: string, path: readonly string[], query: Query = {}): string {
  const segments = path.map((segment) => {
    // oxlint-disable-next-line no-control-regex -- control characters are what is refused
    if (/^\.{0,2}$|[/\\\u0000-\u001f\u007f]|\p{Surrogate}/u.test(segment)) {
      throw new SentryError("invalid", `"${shown(segment)}" cannot be part of a Sentry address`);
    }
    return encodeURIComponent(segment);
  });
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value]) parameters.append(name, String(item));
  }
  const search = parameters.toString();
  return `${base}/api/0/${segments.join("/")}/${search && `?${search}`}`;
}
