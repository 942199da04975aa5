import { SentryError } from "./error.ts";
import { placeOfLink } from "./link-place.ts";

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
  const place = placeOfLink(link, bases, "issueUrl");
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
