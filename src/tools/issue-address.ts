import type { SentryAccess } from "../sentry/access.ts";
import type { OrganizationAccess } from "../sentry/organization-access.ts";
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
  const organization = linkedOrganization(sentry, {
    linked: address.organizationSlug,
    asked: input.organizationSlug,
    parameter: "issueUrl",
  });
  return { organization, issueId: shortIdCase(address.issueId), eventId: address.eventId };
}

/**
 * The organization that a link names, or else the one that was asked for.
 *
 * @throws {SentryError} `invalid` when the two differ.
 */
export function linkedOrganization(
  sentry: SentryAccess,
  { linked, asked, parameter }: { linked?: string; asked?: string; parameter: string },
): OrganizationAccess {
  const organization = sentry.organization(linked ?? asked);
  if (
    asked !== undefined && sentry.organization(asked).slug.toLowerCase() !== organization.slug.toLowerCase()
  ) {
    throw new SentryError(
      "invalid",
      `${parameter} and organizationSlug "${asked}" name different organizations`,
    );
  }
  return organization;
}

/** Short ids are upper case; people write them as they like. */
export const shortIdCase = (issueId: string) => (/^\d+$/.test(issueId) ? issueId : issueId.toUpperCase());
