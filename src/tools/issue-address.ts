import type { OrganizationAccess, SentryAccess } from "../sentry/access.ts";
import { SentryError } from "../sentry/error.ts";

export interface AddressedIssue {
  readonly organization: OrganizationAccess;
  readonly issueId: string;
  readonly eventId?: string;
}

/**
 * The issue that a link, or an organization and an id, name; the organization is inside the session.
 *
 * @throws {SentryError} `invalid` when too little is said, or two different things.
 */
export function addressedIssue(
  input: { issueUrl?: string; organizationSlug?: string; issueId?: string },
  sentry: SentryAccess,
): AddressedIssue {
  if (input.issueUrl === undefined) {
    if (input.issueId === undefined) {
      throw new SentryError("invalid", "issueId is missing: pass issueUrl, or organizationSlug and issueId");
    }
    return { organization: sentry.organization(input.organizationSlug), issueId: shortIdCase(input.issueId) };
  }
  const address = sentry.issueAddress(input.issueUrl);
  const organization = sentry.organization(address.organizationSlug ?? input.organizationSlug);
  const other = input.organizationSlug;
  if (
    other !== undefined && sentry.organization(other).slug.toLowerCase() !== organization.slug.toLowerCase()
  ) {
    throw new SentryError("invalid", `issueUrl and organizationSlug "${other}" name different organizations`);
  }
  return { organization, issueId: shortIdCase(address.issueId), eventId: address.eventId };
}

/** Short ids are upper case; people write them as they like. */
const shortIdCase = (issueId: string) => (/^\d+$/.test(issueId) ? issueId : issueId.toUpperCase());
