import { SentryError } from "./error.ts";

/** Where below a Sentry a link leads. */
export interface LinkPlace {
  /** Of the path, decoded, without the empty ones. */
  readonly segments: readonly string[];
  /** Of sentry.io: an organization's slug. */
  readonly subdomain?: string;
  readonly parameters: URLSearchParams;
  /** Without its `#`. */
  readonly fragment: string;
}

/**
 * @param bases Where this Sentry is, with path prefixes.
 * @param parameter That the link came in.
 * @throws {SentryError} `invalid` for what is no link, leads to another host or carries a sign-in.
 */
export function placeOfLink(link: string, bases: readonly string[], parameter: string): LinkPlace {
  if (!URL.canParse(link)) {
    throw new SentryError("invalid", `${parameter} is not a URL: "${link.slice(0, 200)}"`);
  }
  const url = new URL(link);
  if (url.username !== "" || url.password !== "") {
    throw new SentryError("invalid", `${parameter} carries a user name or password: pass it without`);
  }
  const place = /^https?:$/.test(url.protocol) ? pathBelow(url, bases) : undefined;
  if (!place) {
    throw new SentryError(
      "invalid",
      `${parameter} leads to "${url.host}${hint(url, bases)}", not to this server's Sentry`,
    );
  }
  return {
    segments: segmentsOf(place.path),
    subdomain: place.subdomain,
    parameters: url.searchParams,
    fragment: url.hash.slice(1),
  };
}

/** The host alone explains nothing when it is the path before Sentry that is another. */
const hint = (url: URL, bases: readonly string[]) =>
  bases.some((base) => new URL(base).host === url.host) ? url.pathname.slice(0, 100) : "";

function pathBelow(url: URL, bases: readonly string[]): { path: string; subdomain?: string } | undefined {
  // The longest prefix first: a region's base may lie below the configured one.
  const prefixes = bases.map((base) => new URL(base)).sort((a, b) => b.pathname.length - a.pathname.length);
  for (const base of prefixes) {
    const prefix = base.pathname.replace(/\/$/, "");
    if (base.host === url.host && `${url.pathname}/`.startsWith(`${prefix}/`)) {
      return { path: url.pathname.slice(prefix.length) };
    }
  }
  const isSaas = prefixes.some((base) => base.host === "sentry.io");
  const subdomain = /^([a-z0-9][a-z0-9-]*)\.sentry\.io$/.exec(url.host)?.[1];
  return isSaas && subdomain && subdomain !== "www" ? { path: url.pathname, subdomain } : undefined;
}

function segmentsOf(path: string): string[] {
  try {
    return path.split("/").filter((segment) => segment !== "").map(decodeURIComponent);
  } catch {
    return []; // A broken percent sequence: no link that Sentry made.
  }
}
