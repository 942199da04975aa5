import type { TraceContext } from "../lib/trace-context.ts";
import { createSentryClient } from "./client.ts";
import { confineOrganization } from "./confinement.ts";
import type { Constraint } from "./constraint.ts";
import type { Credential } from "./credential.ts";
import { type IssueAddress, parseIssueUrl } from "./issue-url.ts";
import { type Link, parseLink } from "./link.ts";
import { createOrganizationAccess, type OrganizationAccess } from "./organization-access.ts";
import { listOrganizations, type OrganizationList, rememberRegion } from "./organization.ts";
import { allowedBase, type SentryService } from "./service.ts";
import { getUser, type User } from "./user.ts";

/** The only way from a tool to Sentry: it never leaves the session's organization and project. */
export interface SentryAccess {
  readonly constraint: Constraint;
  user(): Promise<User>;
  /** Over all regions; only the session's own in a confined session. */
  organizations(options: { query?: string; cursor?: string }): Promise<OrganizationList>;
  /** @param slug Absent: the session's own organization. */
  organization(slug?: string): OrganizationAccess;
  /** Reads a link that a person copied from Sentry; the organization in it is not checked yet. */
  issueAddress(url: string): IssueAddress;
  /**
   * Waits for what goes on at Sentry: the same read is then sent again.
   *
   * @param options.renewsBudget For a client that has just been told how it gets on, and waits longer for it.
   */
  pause(milliseconds: number, options: { renewsBudget: boolean }): Promise<void>;
  /** The same for a link to anything. */
  link(url: string): Link;
}

/** Made for one request: identical reads within it are sent once. */
export function createSentryAccess(options: {
  service: SentryService;
  credential: Credential;
  constraint: Constraint;
  signal: AbortSignal;
  trace?: TraceContext;
}): SentryAccess {
  const { service, constraint } = options;
  const client = createSentryClient(options);
  const own = constraint.organizationSlug;
  const region = constraint.regionUrl && allowedBase(service, constraint.regionUrl);
  if (own && region) rememberRegion(service, own, region);

  const organization = (asked?: string) =>
    createOrganizationAccess(client, constraint, confineOrganization(constraint, asked));

  return {
    constraint,
    user: () => getUser(client),
    organization,
    issueAddress: (url) => parseIssueUrl(url, service.bases),
    pause: client.pause,
    link: (url) => parseLink(url, service.bases),
    async organizations(options) {
      if (!own && !constraint.organizationId) return listOrganizations(client, options);
      return {
        organizations: [await organization().details()],
        dropped: 0,
        unreachable: [],
      };
    },
  };
}
