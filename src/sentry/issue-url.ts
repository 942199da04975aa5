import { SentryError } from "./error.ts";
import { parseLink } from "./link.ts";

/** What a link says about an issue. */
export interface IssueAddress {
  readonly organizationSlug?: string;
  /** Numeric or short. */
  readonly issueId: string;
  readonly eventId?: string;
}

/**
 * Reads a link to an issue, to one of its events or to feedback, which is an issue, too.
 *
 * @param bases Where this Sentry is, with path prefixes.
 * @throws {SentryError} `invalid` for a link to elsewhere or to something else.
 */
export function parseIssueUrl(link: string, bases: readonly string[]): IssueAddress {
  const { organizationSlug, target } = parseLink(link, bases, "issueUrl");
  const issueId = "issueId" in target ? target.issueId : undefined;
  if (issueId !== undefined) {
    return { organizationSlug, issueId, eventId: target.kind === "event" ? target.eventId : undefined };
  }
  throw new SentryError(
    "invalid",
    `issueUrl leads to no issue: expected a link like ${bases[0]}/organizations/my-organization/issues/123/`,
  );
}
