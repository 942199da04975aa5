import { SentryError } from "./error.ts";

/** What a link says about an issue. */
export interface IssueAddress {
  readonly organizationSlug?: string;
  /** Numeric or short. */
  readonly issueId: string;
  readonly eventId?: string;
}

/**
 * Reads `…/organizations/{organization}/issues/{issue}/[events/{event}/]`, the same below an organization's own
 * subdomain of sentry.io, and the older `…/{organization}/{project}/issues/{issue}/`. The organization is never
 * guessed from the host of a self-hosted Sentry.
 *
 * @param bases Where this Sentry is, with path prefixes.
 * @throws {SentryError} `invalid` for a link to elsewhere or to something else.
 */
export function parseIssueUrl(link: string, bases: readonly string[]): IssueAddress {
  if (!URL.canParse(link)) {
    throw new SentryError("invalid", `issueUrl is not a URL: "${link.slice(0, 200)}"`);
  }
  const url = new URL(link);
  const place = placeOf(url, bases);
  if (!place) {
    throw new SentryError("invalid", `issueUrl leads to "${url.host}", not to this server's Sentry`);
  }

  const [first, second, third, ...rest] = place.segments;
  if (first === "organizations" && second && third === "issues") return address(second, rest);
  if (first === "issues" && second) return address(place.subdomain, [second, third ?? "", ...rest]);
  if (first && second && third === "issues") return address(first, rest);
  throw new SentryError(
    "invalid",
    `issueUrl leads to no issue: expected a link like ${bases[0]}/organizations/my-organization/issues/123/`,
  );
}

function address(organizationSlug: string | undefined, [issueId, next, eventId]: string[]): IssueAddress {
  if (!issueId || !/^\w[\w-]*$/.test(issueId)) throw new SentryError("invalid", "issueUrl names no issue");
  const isEvent = next === "events" && eventId && /^[0-9a-f]{32}$/i.test(eventId);
  return { organizationSlug, issueId, eventId: isEvent ? eventId.toLowerCase() : undefined };
}

function placeOf(url: URL, bases: readonly string[]): { segments: string[]; subdomain?: string } | undefined {
  // The longest prefix first: a region's base may lie below the configured one.
  const prefixes = bases.map((base) => new URL(base)).sort((a, b) => b.pathname.length - a.pathname.length);
  for (const base of prefixes) {
    const prefix = base.pathname.replace(/\/$/, "");
    if (base.host === url.host && `${url.pathname}/`.startsWith(`${prefix}/`)) {
      return { segments: segmentsOf(url.pathname.slice(prefix.length)) };
    }
  }
  const isSaas = prefixes.some((base) => base.host === "sentry.io");
  const subdomain = /^([a-z0-9][a-z0-9-]*)\.sentry\.io$/.exec(url.host)?.[1];
  return isSaas && subdomain && subdomain !== "www"
    ? { segments: segmentsOf(url.pathname), subdomain }
    : undefined;
}

function segmentsOf(path: string): string[] {
  try {
    return path.split("/").filter((segment) => segment !== "").map(decodeURIComponent);
  } catch {
    return []; // A broken percent sequence: no link that Sentry made.
  }
}
